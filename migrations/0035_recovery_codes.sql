-- What opens a login without the phone: a person's recovery codes that are not used, ten at most.

CREATE TABLE recovery_codes (
  user_id  TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  hash     TEXT NOT NULL,                -- hex HMAC-SHA-256 of user and code under a pepper; the code is nowhere
  key_id   TEXT NOT NULL,                -- of the pepper, as a password's hash names it: under one that is gone it is void
  made_at  INTEGER NOT NULL,
  PRIMARY KEY (user_id, hash)
) STRICT, WITHOUT ROWID;
