-- What must be exact about challenges, sessions and limits. Codes and tokens are never here:
-- a code is derived from the nonce and a secret, a token is known by its hash.

CREATE TABLE challenges (
  id                TEXT PRIMARY KEY,  -- unguessable, 256 random bits; the sessionId on the wire
  root_id           TEXT NOT NULL,     -- the challenge whose SMS carries the code; its own id unless it is an alias
  purpose           TEXT NOT NULL CHECK (purpose IN ('SMS_MFA', 'RESET_PASSWORD')),
  partner_id        TEXT NOT NULL,
  subject           TEXT NOT NULL,     -- the user's id, or a keyed hash of an unknown e-mail
  user_id           TEXT REFERENCES users (id) ON DELETE CASCADE, -- NULL: a decoy for an unknown e-mail
  credential_epoch  INTEGER,           -- the user's when it was made
  nonce             TEXT NOT NULL,     -- hex; the code is HMAC(pepper, nonce)
  created_at        INTEGER NOT NULL,
  expires_at        INTEGER NOT NULL,
  staged_hash       TEXT,              -- reset: the new password's hash, waiting for the code
  code_ok_at        INTEGER,           -- reset: the code was right, waiting for the password
  consumed_at       INTEGER,
  consumed_by       TEXT               -- the work id of the request that completed it
) STRICT;

CREATE INDEX challenges_by_subject ON challenges (subject, purpose, created_at);
CREATE INDEX challenges_by_user ON challenges (user_id);
CREATE INDEX challenges_by_expiry ON challenges (expires_at);

-- Every compared answer. The tries of a challenge, its one use, and the failure caps of a user
-- are all counts of these rows.
CREATE TABLE answers (
  id            TEXT PRIMARY KEY,      -- the work id of the request, so that a retry counts once
  root_id       TEXT NOT NULL,
  subject       TEXT NOT NULL,
  purpose       TEXT NOT NULL,
  is_right      INTEGER NOT NULL CHECK (is_right IN (0, 1)),
  at            INTEGER NOT NULL,
  forgiven_at   INTEGER                -- set by recovery or by the partner's unlock; counts no more
) STRICT, WITHOUT ROWID;

CREATE INDEX answers_by_root ON answers (root_id, is_right);
CREATE INDEX answers_by_subject ON answers (subject, purpose, at);
CREATE INDEX answers_by_time ON answers (at);

-- Every SMS handed to a provider, or about to be.
CREATE TABLE sends (
  id            TEXT PRIMARY KEY,
  challenge_id  TEXT NOT NULL,
  partner_id    TEXT NOT NULL,         -- caps are a partner's own: none can use up another's
  phone         TEXT NOT NULL,
  prefix        TEXT NOT NULL,         -- the number without its last three digits
  purpose       TEXT NOT NULL,         -- the challenge's: a reset may not use up what logins need
  at            INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX sends_by_phone ON sends (partner_id, phone, at);
CREATE INDEX sends_by_prefix ON sends (partner_id, prefix, at);
CREATE INDEX sends_by_challenge ON sends (challenge_id, at);
CREATE INDEX sends_by_time ON sends (at);

CREATE TABLE client_sends (
  client_id  TEXT NOT NULL,
  day        INTEGER NOT NULL,         -- days since 1970, UTC
  count      INTEGER NOT NULL,
  PRIMARY KEY (client_id, day)
) STRICT, WITHOUT ROWID;

CREATE INDEX client_sends_by_day ON client_sends (day);

-- Password and client-secret failures. An attempt is counted before it is compared and
-- taken back when it was right, so parallel guesses cannot slip past the count.
CREATE TABLE throttles (
  subject        TEXT PRIMARY KEY,     -- the user's id, a keyed hash of an unknown username, or a client's id
  failures       INTEGER NOT NULL,
  blocked_until  INTEGER NOT NULL,
  attempt_id     TEXT NOT NULL,        -- the work id of the attempt last let through
  updated_at     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX throttles_by_time ON throttles (updated_at);

-- A session is a refresh family: one live token, known by its hash.
CREATE TABLE sessions (
  id               TEXT PRIMARY KEY,   -- ses_ + UUIDv7, the sid claim
  user_id          TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  partner_id       TEXT NOT NULL,
  client_id        TEXT NOT NULL,
  created_at       INTEGER NOT NULL,   -- auth_time
  current_hash     TEXT NOT NULL,      -- hex SHA-256 of the live refresh token
  rotated_at       INTEGER NOT NULL,
  expires_at       INTEGER NOT NULL,   -- absolute, never extended
  idle_expires_at  INTEGER NOT NULL,
  revoked_at       INTEGER,
  revoked_why      TEXT                -- logout, reuse, password_changed, disabled, revoked
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_by_user ON sessions (user_id, created_at);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

-- What happened, written in the batch of what it records.
CREATE TABLE audit (
  id          TEXT PRIMARY KEY,        -- aud_ + UUIDv7, so the order of ids is the order of time
  at          INTEGER NOT NULL,
  partner_id  TEXT NOT NULL,
  client_id   TEXT,
  user_id     TEXT,
  event       TEXT NOT NULL,           -- user.sign_up, login.challenged, otp.answered, ...
  outcome     TEXT NOT NULL,
  request_id  TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX audit_by_partner ON audit (partner_id, id);
CREATE INDEX audit_by_user ON audit (partner_id, user_id, id);
CREATE INDEX audit_by_time ON audit (at);

-- Wrong codes that still count, and whether a right one of the same purpose came after them.
CREATE VIEW wrong_answers AS
SELECT w.subject, w.purpose, w.at,
       NOT EXISTS (SELECT 1 FROM answers r
                   WHERE r.subject = w.subject AND r.purpose = w.purpose AND r.is_right = 1 AND r.at >= w.at) AS in_streak
FROM answers w
WHERE w.is_right = 0 AND w.forgiven_at IS NULL;
