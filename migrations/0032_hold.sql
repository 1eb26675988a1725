-- How a person came in, and until when what they ask for is held back.

-- JSON array: the methods by which the person proved who they are, `amr` of the session's tokens (RFC 8176).
ALTER TABLE sessions ADD COLUMN amr TEXT NOT NULL DEFAULT '["pwd","otp","sms"]';

-- What takes money away is held back until then, by the services that move it; only ever put off. Nothing to do with
-- `hold_until`, which is of the contact of a sign-up.
ALTER TABLE users ADD COLUMN withdrawals_held_until INTEGER NOT NULL DEFAULT 0;

-- As before, with both.
DROP VIEW user_sessions;
CREATE VIEW user_sessions AS
SELECT s.id, s.partner_id, s.client_id, s.created_at, s.current_hash, s.rotated_at, s.expires_at,
       s.idle_expires_at, s.revoked_at, s.amr, u.id AS user_id, u.email, u.phone, u.roles, u.withdrawals_held_until
FROM sessions s
JOIN users u ON u.id = s.user_id
JOIN clients c ON c.id = s.client_id
WHERE u.disabled_at IS NULL AND c.disabled_at IS NULL AND s.created_at > c.sessions_not_before;
