-- Partners and their OAuth clients.

CREATE TABLE partners (
  id          TEXT PRIMARY KEY,      -- prt_ + UUIDv7
  name        TEXT NOT NULL,
  created_at  INTEGER NOT NULL       -- milliseconds since 1970, UTC, as every *_at here
) STRICT;

CREATE TABLE clients (
  id             TEXT PRIMARY KEY,   -- cli_ + UUIDv7, the OAuth client_id
  partner_id     TEXT NOT NULL REFERENCES partners (id),
  name           TEXT NOT NULL,
  scope          TEXT NOT NULL CHECK (scope IN ('client_auth', 'admin')),
  allowed_roles  TEXT NOT NULL,      -- JSON array: the roles this client may give a user
  default_roles  TEXT NOT NULL,      -- JSON array: the roles of a sign-up that names none
  created_at     INTEGER NOT NULL,
  disabled_at    INTEGER             -- set by DELETE /v1/client/{id}
) STRICT;

CREATE INDEX clients_by_partner ON clients (partner_id);

CREATE TABLE client_secrets (
  client_id    TEXT NOT NULL REFERENCES clients (id),
  secret_hash  TEXT NOT NULL,        -- hex SHA-256; the secret has 256 random bits, so no slow hash
  created_at   INTEGER NOT NULL,
  expires_at   INTEGER,              -- set on the older of two when a secret is rotated
  PRIMARY KEY (client_id, secret_hash)
) STRICT, WITHOUT ROWID;
