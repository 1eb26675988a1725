-- Requests with an Idempotency-Key, for 24 hours: so that asking again gives the first answer.

CREATE TABLE idempotent_requests (
  id           TEXT PRIMARY KEY,       -- hex SHA-256 of client, path and key
  body_mac     TEXT NOT NULL,          -- keyed hash of the body, which may hold a password
  nonce        TEXT NOT NULL,          -- with the key and a secret it gives the ids of the work
  made_at      INTEGER NOT NULL,       -- the time in those ids
  attempt_id   TEXT NOT NULL,          -- the request that works on it, or did
  leased_until INTEGER NOT NULL,       -- an attempt that died is taken over after this
  status       INTEGER,                -- of the answer, once there is one
  answer       TEXT                    -- sealed: it may hold tokens
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotent_requests_by_time ON idempotent_requests (made_at);
