-- The order of KYC events holds for each thing that they say, and a replay is told from a retry.

-- The times of the events that said them; 0 where none did.
ALTER TABLE users ADD COLUMN name_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN surname_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN address_at INTEGER NOT NULL DEFAULT 0;
UPDATE users SET name_at = CASE WHEN name IS NULL THEN 0 ELSE status_at END,
                 surname_at = CASE WHEN surname IS NULL THEN 0 ELSE status_at END,
                 address_at = CASE WHEN address = '{}' THEN 0 ELSE status_at END;

-- The work id of the request that took the event; NULL where it was taken before there was one.
ALTER TABLE webhook_events ADD COLUMN taken_by TEXT;
