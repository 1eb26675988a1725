-- Users, what their identity check said, their accounts and portfolios.

CREATE TABLE users (
  id                 TEXT PRIMARY KEY,          -- usr_ + UUIDv7
  partner_id         TEXT NOT NULL REFERENCES partners (id),
  email              TEXT NOT NULL,             -- normalised: NFKC, lower case
  phone              TEXT NOT NULL,             -- E.164
  password_hash      TEXT NOT NULL,             -- argon2id PHC string
  roles              TEXT NOT NULL,             -- JSON array
  status             TEXT NOT NULL DEFAULT 'UNINITIATED' CHECK (status IN
                       ('UNINITIATED', 'VERIFICATION_IN_PROGRESS', 'VERIFIED',
                        'VERIFICATION_FAILED', 'VERIFICATION_FATAL_FAILED')),
  status_at          INTEGER NOT NULL DEFAULT 0, -- time of the KYC event that set it; older events change nothing
  name               TEXT,                      -- NULL until the KYC provider says it
  surname            TEXT,
  address            TEXT NOT NULL DEFAULT '{}', -- JSON object
  credential_epoch   INTEGER NOT NULL DEFAULT 0, -- counts password changes; a challenge of an older epoch is void
  phone_verified_at  INTEGER,                   -- first right answer to a code sent there
  hold_until         INTEGER NOT NULL,          -- an unverified user may be replaced by a new sign-up after this
  disabled_at        INTEGER,
  created_at         INTEGER NOT NULL,
  UNIQUE (partner_id, email),
  UNIQUE (partner_id, phone)
) STRICT;

CREATE TABLE user_kyc (
  user_id  TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  kind     TEXT NOT NULL CHECK (kind IN ('kyc', 'document')),
  id       TEXT NOT NULL,                       -- the provider's id of the check or of the document
  PRIMARY KEY (user_id, kind, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE accounts (
  partner_id  TEXT NOT NULL,
  id          TEXT NOT NULL,                    -- acc_ + UUIDv7, or chosen by the partner
  user_id     TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  email       TEXT NOT NULL,
  created_at  INTEGER NOT NULL,
  PRIMARY KEY (partner_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX accounts_by_user ON accounts (user_id);

-- One row for each account that was ever active. AUTOINCREMENT never gives a number twice,
-- so a key index is never reused; the index on the wire and in the path is seq - 1.
CREATE TABLE account_keys (
  seq             INTEGER PRIMARY KEY AUTOINCREMENT,
  partner_id      TEXT NOT NULL,
  account_id      TEXT NOT NULL,
  sub_account_id  TEXT NOT NULL UNIQUE,
  custody_key     TEXT NOT NULL,                -- which extended public key: custody::Custody::key_id
  created_at      INTEGER NOT NULL,
  UNIQUE (partner_id, account_id),
  FOREIGN KEY (partner_id, account_id) REFERENCES accounts (partner_id, id)
) STRICT;

CREATE TABLE portfolios (
  seq             INTEGER PRIMARY KEY AUTOINCREMENT, -- addressIndex + 1
  partner_id      TEXT NOT NULL,
  id              TEXT NOT NULL,                -- pfl_ + UUIDv7, or chosen by the partner
  account_id      TEXT NOT NULL,
  name            TEXT NOT NULL,
  type            TEXT NOT NULL CHECK (type IN ('TRADING', 'STRATEGY', 'EARN', 'PAYMENT', 'FEES')),
  custody_key     TEXT NOT NULL,
  public_address  TEXT,                         -- EIP-55; a pure function of custody_key and seq, NULL until first computed
  created_at      INTEGER NOT NULL,
  UNIQUE (partner_id, id),
  FOREIGN KEY (partner_id, account_id) REFERENCES accounts (partner_id, id)
) STRICT;

CREATE INDEX portfolios_by_account ON portfolios (partner_id, account_id, seq);

-- Ids of KYC webhooks already taken, so that a replay changes nothing.
CREATE TABLE webhook_events (
  id  TEXT PRIMARY KEY,
  at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX webhook_events_by_time ON webhook_events (at);
