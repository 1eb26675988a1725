-- KYC events in their order, accounts of disabled owners, and keys that are derived once.

-- Each thing that KYC events say has the time of the event that said it; 0 where none did.
ALTER TABLE users ADD COLUMN name_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN surname_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN address_at INTEGER NOT NULL DEFAULT 0;
UPDATE users SET name_at = CASE WHEN name IS NULL THEN 0 ELSE status_at END,
                 surname_at = CASE WHEN surname IS NULL THEN 0 ELSE status_at END,
                 address_at = CASE WHEN address = '{}' THEN 0 ELSE status_at END;

-- The work id of the request that took the event, by which a replay is told from a retry; NULL where it
-- was taken before there was one.
ALTER TABLE webhook_events ADD COLUMN taken_by TEXT;

-- The encryption key in hex; a pure function of custody_key and seq, NULL until first computed.
ALTER TABLE account_keys ADD COLUMN encryption_key TEXT;

-- An account with its owner's status and whether the owner is disabled and, once it was active, its key.
DROP VIEW owned_accounts;
CREATE VIEW owned_accounts AS
SELECT a.partner_id, a.id, a.user_id, a.email, a.created_at, u.status, u.disabled_at, k.seq AS key_seq,
       k.sub_account_id, k.custody_key, k.encryption_key
FROM accounts a
JOIN users u ON u.id = a.user_id
LEFT JOIN account_keys k ON k.partner_id = a.partner_id AND k.account_id = a.id;
