-- What users were told of, so that nobody is told the same twice, nor so often that it is a nuisance; and at which
-- clients they have had sessions, which outlives the sessions.

-- The notices of a user in the last day; older ones go with the next of their kind.
CREATE TABLE notices (
  user_id     TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  notice      TEXT NOT NULL,
  work_id     TEXT NOT NULL,           -- of the request that it tells of, however often it is taken up again
  attempt_id  TEXT NOT NULL,           -- the attempt at it that tells
  at          INTEGER NOT NULL,
  PRIMARY KEY (user_id, notice, work_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE seen_clients (
  user_id     TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  client_id   TEXT NOT NULL,
  session_id  TEXT NOT NULL,           -- the first
  PRIMARY KEY (user_id, client_id)
) STRICT, WITHOUT ROWID;

INSERT INTO seen_clients (user_id, client_id, session_id)
SELECT user_id, client_id, MIN(id) FROM sessions GROUP BY user_id, client_id;
