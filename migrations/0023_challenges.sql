-- Challenges without a second b-tree for their ids, and without an index that serves nothing but a user's deletion.

CREATE TABLE challenges_before AS SELECT * FROM challenges;
DROP TABLE challenges;

CREATE TABLE challenges (
  id                TEXT PRIMARY KEY,  -- hex SHA-256 of what the wire calls sessionId, which has 256 random bits
  root_id           TEXT NOT NULL,     -- the challenge whose SMS carries the code; its own id unless it is an alias
  purpose           TEXT NOT NULL CHECK (purpose IN ('SMS_MFA', 'RESET_PASSWORD')),
  partner_id        TEXT NOT NULL,
  subject           TEXT NOT NULL,     -- the user's id, or a keyed hash of an unknown e-mail
  user_id           TEXT,              -- NULL: a decoy for an unknown e-mail
  credential_epoch  INTEGER,           -- the user's when it was made
  nonce             TEXT NOT NULL,     -- hex; the code is HMAC(pepper, nonce)
  created_at        INTEGER NOT NULL,
  expires_at        INTEGER NOT NULL,
  staged_hash       TEXT,              -- reset: the new password's hash, waiting for the code
  code_ok_at        INTEGER,           -- reset: the code was right, waiting for the password
  consumed_at       INTEGER,
  consumed_by       TEXT,              -- the work id of the request that completed it
  stagings          INTEGER NOT NULL DEFAULT 0, -- how many new passwords were hashed for a reset
  staging_id        TEXT               -- the work id of the request last let through to hash one
) STRICT, WITHOUT ROWID;

INSERT INTO challenges (id, root_id, purpose, partner_id, subject, user_id, credential_epoch, nonce, created_at,
                        expires_at, staged_hash, code_ok_at, consumed_at, consumed_by, stagings, staging_id)
SELECT id, root_id, purpose, partner_id, subject, user_id, credential_epoch, nonce, created_at,
       expires_at, staged_hash, code_ok_at, consumed_at, consumed_by, stagings, staging_id
FROM challenges_before ORDER BY id;

DROP TABLE challenges_before;

CREATE INDEX challenges_by_subject ON challenges (subject, purpose, created_at);
CREATE INDEX challenges_by_expiry ON challenges (expires_at);

-- A user's challenges go with the user: their subject is the user's id.
CREATE TRIGGER users_take_their_challenges AFTER DELETE ON users BEGIN
  DELETE FROM challenges WHERE subject = OLD.id;
END;
