-- What a client may do, which of its tokens and sessions count, and what an unlock forgives.

-- JSON array of scopes. A client of before keeps all that it could do.
ALTER TABLE clients ADD COLUMN scopes TEXT NOT NULL DEFAULT '[]';
UPDATE clients SET scopes = CASE scope
  WHEN 'client_auth' THEN '["client_auth","users.read","users.write"]'
  WHEN 'admin' THEN '["admin"]'
  ELSE '[]' END;
ALTER TABLE clients DROP COLUMN scope;

-- The partner's last unlock: wrong codes up to then count in the year alone.
ALTER TABLE users ADD COLUMN unlocked_at INTEGER;
ALTER TABLE users ADD COLUMN unlocked_by TEXT;   -- the work id of the request, so that a retry finds its own

-- Wrong codes that still count: whether one of the same purpose that was right, or an unlock, came after
-- them (in_streak), and whether an unlock did (is_excused).
DROP VIEW wrong_answers;
CREATE VIEW wrong_answers AS
SELECT w.subject, w.purpose, w.at,
       w.at <= COALESCE(u.unlocked_at, 0) AS is_excused,
       w.at > COALESCE(u.unlocked_at, 0)
       AND NOT EXISTS (SELECT 1 FROM answers r
                       WHERE r.subject = w.subject AND r.purpose = w.purpose AND r.is_right = 1 AND r.at >= w.at) AS in_streak
FROM answers w
LEFT JOIN users u ON u.id = w.subject
WHERE w.is_right = 0 AND w.forgiven_at IS NULL;

-- What a leak ends.
ALTER TABLE clients ADD COLUMN token_epoch INTEGER NOT NULL DEFAULT 0;  -- counts the revocations of its own tokens; each tells its epoch
ALTER TABLE clients ADD COLUMN sessions_not_before INTEGER NOT NULL DEFAULT 0; -- its users' sessions up to then are over

-- A session with what its tokens say of its user, while that user may log in and the client's sessions of that
-- time count. A deleted client has none.
DROP VIEW user_sessions;
CREATE VIEW user_sessions AS
SELECT s.id, s.partner_id, s.client_id, s.created_at, s.current_hash, s.rotated_at, s.expires_at,
       s.idle_expires_at, s.revoked_at, u.id AS user_id, u.email, u.phone, u.roles
FROM sessions s
JOIN users u ON u.id = s.user_id
JOIN clients c ON c.id = s.client_id
WHERE u.disabled_at IS NULL AND c.disabled_at IS NULL AND s.created_at > c.sessions_not_before;

-- The client that a row is about, where the operator did something to one.
ALTER TABLE audit ADD COLUMN target_client_id TEXT;
