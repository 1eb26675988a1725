-- What hashing passwords costs is bounded.

-- How many new passwords were hashed for a reset, and the work id of the request last let through.
ALTER TABLE challenges ADD COLUMN stagings INTEGER NOT NULL DEFAULT 0;
ALTER TABLE challenges ADD COLUMN staging_id TEXT;

-- Wrong passwords over all users of a client, in the hour that is running. An attempt is counted before
-- it is compared and taken back when it was right.
CREATE TABLE client_failures (
  client_id   TEXT PRIMARY KEY,
  hour        INTEGER NOT NULL,        -- hours since 1970, UTC
  failures    INTEGER NOT NULL,
  alarmed_by  TEXT                     -- the work id of the attempt with which there were too many
) STRICT, WITHOUT ROWID;
