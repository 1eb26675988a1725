-- Whose a row is, where nothing else says it: what moves with a partner has to be found by it. NULL in rows of before,
-- in those of unknown names and of clients that are none, and in what an older release writes beside this one.

ALTER TABLE answers ADD COLUMN partner_id TEXT;
ALTER TABLE throttles ADD COLUMN partner_id TEXT;           -- NULL for clients too: the directory counts those
ALTER TABLE idempotent_requests ADD COLUMN partner_id TEXT;
ALTER TABLE webhook_events ADD COLUMN partner_id TEXT;
