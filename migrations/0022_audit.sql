-- The audit log, each partner's in the order of time, which is that of the ids: one index beside it instead of three.

CREATE TABLE audit_next (
  id                TEXT NOT NULL,     -- aud_ + UUIDv7
  at                INTEGER NOT NULL,
  partner_id        TEXT NOT NULL,
  client_id         TEXT,
  user_id           TEXT,
  event             TEXT NOT NULL,     -- user.sign_up, login.challenge, login.code, ...
  outcome           TEXT NOT NULL,
  request_id        TEXT NOT NULL,
  target_client_id  TEXT,              -- the client that a row is about, where the operator did something to one
  session_id        TEXT,              -- which session ended; NULL where none did
  refreshes         INTEGER,           -- how often that session was refreshed
  refreshed_at      INTEGER,           -- the last time; NULL where it never was
  PRIMARY KEY (partner_id, id)
) STRICT, WITHOUT ROWID;

INSERT INTO audit_next (id, at, partner_id, client_id, user_id, event, outcome, request_id, target_client_id)
SELECT id, at, partner_id, client_id, user_id, event, outcome, request_id, target_client_id FROM audit
ORDER BY partner_id, id;

DROP TABLE audit;
ALTER TABLE audit_next RENAME TO audit;

CREATE INDEX audit_by_user ON audit (user_id, id) WHERE user_id IS NOT NULL;
-- The few whose id is of an earlier moment than they are: a keyed request that was taken up again has the ids of its
-- first attempt. With them a list since a moment can begin at the ids of that moment.
CREATE INDEX audit_late ON audit (partner_id, id) WHERE id < printf('aud_%08x-%04x', at >> 16, at & 65535);
-- What release 0.2.0 says ON CONFLICT (id) of.
CREATE UNIQUE INDEX audit_by_id ON audit (id);
