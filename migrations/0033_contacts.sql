-- The proof of an e-mail, and a new e-mail or number in the place of the old: challenges of further purposes.

CREATE TABLE challenges_before AS SELECT * FROM challenges;
DROP TABLE challenges;

CREATE TABLE challenges (
  id                TEXT PRIMARY KEY,  -- hex SHA-256 of what the wire calls sessionId, which has 256 random bits
  root_id           TEXT NOT NULL,     -- the challenge whose message carries the code; its own id unless it is an alias
  purpose           TEXT NOT NULL CHECK (purpose IN ('SMS_MFA', 'RESET_PASSWORD', 'VERIFY_EMAIL', 'CHANGE_EMAIL',
                                                     'CHANGE_PHONE', 'CHANGE_PHONE_OLD')),
  partner_id        TEXT NOT NULL,
  subject           TEXT NOT NULL,     -- the user's id, or a keyed hash of an unknown e-mail
  user_id           TEXT,              -- NULL: a decoy for an unknown e-mail
  credential_epoch  INTEGER,           -- the user's when it was made
  nonce             TEXT NOT NULL,     -- hex; the code is HMAC(pepper, nonce)
  created_at        INTEGER NOT NULL,
  expires_at        INTEGER NOT NULL,
  staged_hash       TEXT,              -- reset: the new password's hash, waiting for the code
  code_ok_at        INTEGER,           -- the code was right, waiting for the password or for the other code
  consumed_at       INTEGER,
  consumed_by       TEXT,              -- the work id of the request that completed it
  stagings          INTEGER NOT NULL DEFAULT 0, -- how many new passwords were hashed for a reset
  staging_id        TEXT,              -- the work id of the request last let through to hash one
  digits            INTEGER,           -- of the code; what it was issued under, as the next four
  max_tries         INTEGER,
  consecutive       INTEGER,
  in_30_days        INTEGER,
  in_365_days       INTEGER,
  session_id        TEXT,              -- the session that asked, of all but logins and resets: it ends with that
  contact           TEXT,              -- what is proven: the user's e-mail, or the new e-mail or number
  former            TEXT,              -- what a new one takes the place of
  old_id            TEXT               -- CHANGE_PHONE: the challenge at the old number, which has to be answered too
) STRICT, WITHOUT ROWID;

INSERT INTO challenges (id, root_id, purpose, partner_id, subject, user_id, credential_epoch, nonce, created_at,
                        expires_at, staged_hash, code_ok_at, consumed_at, consumed_by, stagings, staging_id,
                        digits, max_tries, consecutive, in_30_days, in_365_days)
SELECT id, root_id, purpose, partner_id, subject, user_id, credential_epoch, nonce, created_at,
       expires_at, staged_hash, code_ok_at, consumed_at, consumed_by, stagings, staging_id,
       digits, max_tries, consecutive, in_30_days, in_365_days
FROM challenges_before ORDER BY id;

DROP TABLE challenges_before;

CREATE INDEX challenges_by_subject ON challenges (subject, purpose, created_at);
CREATE INDEX challenges_by_expiry ON challenges (expires_at);
CREATE INDEX challenges_by_old ON challenges (old_id) WHERE old_id IS NOT NULL;
-- The few with something of the person beside them, by whose they are.
CREATE INDEX challenges_personal ON challenges (subject) WHERE COALESCE(staged_hash, contact) IS NOT NULL;

-- NULL: nobody has answered a code that was sent there.
ALTER TABLE users ADD COLUMN email_verified_at INTEGER;
-- When the password was last made anew by a code to the number alone.
ALTER TABLE users ADD COLUMN reset_at INTEGER;
-- When the partner, who had made sure of the person, gave the number that nobody has proven since; NULL of all others.
ALTER TABLE users ADD COLUMN phone_given_at INTEGER;

-- What somebody says of why they did it.
ALTER TABLE audit ADD COLUMN reason TEXT;

DROP VIEW challenge_states;
CREATE VIEW challenge_states AS
SELECT c.id, c.root_id, c.purpose, c.partner_id, c.subject, c.user_id, c.credential_epoch, c.nonce,
       c.created_at, c.expires_at, c.consumed_at, c.code_ok_at,
       -- compared answers, over the challenge and its aliases
       (SELECT COUNT(*) FROM answers a WHERE a.root_id = c.root_id) AS tries,
       -- the code was right once: no further answer counts
       EXISTS (SELECT 1 FROM answers a WHERE a.root_id = c.root_id AND a.is_right = 1) AS is_answered,
       -- the user may log in, and has the password that they had, and the session that asked has not ended; a decoy
       -- has nothing to change
       (c.user_id IS NULL
        OR EXISTS (SELECT 1 FROM users u WHERE u.id = c.user_id AND u.disabled_at IS NULL
                                           AND u.credential_epoch = c.credential_epoch))
       AND (c.session_id IS NULL
            OR EXISTS (SELECT 1 FROM user_sessions s WHERE s.id = c.session_id AND s.revoked_at IS NULL)) AS is_as_issued,
       -- somebody once gave a code that was sent to the number, which a new one's cannot have been; a decoy's looks
       -- like it
       (c.user_id IS NULL
        OR EXISTS (SELECT 1 FROM users u WHERE u.id = c.user_id AND u.phone_verified_at IS NOT NULL))
       AND c.purpose <> 'CHANGE_PHONE' AS is_proven,
       -- what it was issued under
       c.digits, c.max_tries, c.consecutive, c.in_30_days, c.in_365_days,
       c.session_id, c.contact, c.old_id
FROM challenges c;
