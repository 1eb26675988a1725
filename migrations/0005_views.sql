-- What several statements ask of a challenge, said once.

-- A challenge, and what its answers and its user have become since it was issued.
CREATE VIEW challenge_states AS
SELECT c.id, c.root_id, c.purpose, c.partner_id, c.subject, c.user_id, c.credential_epoch, c.nonce,
       c.created_at, c.expires_at, c.consumed_at, c.code_ok_at,
       -- compared answers, over the challenge and its aliases
       (SELECT COUNT(*) FROM answers a WHERE a.root_id = c.root_id) AS tries,
       -- the code was right once: no further answer counts
       EXISTS (SELECT 1 FROM answers a WHERE a.root_id = c.root_id AND a.is_right = 1) AS is_answered,
       -- the user may log in, and has the password that they had; a decoy has none to change
       (c.user_id IS NULL
        OR EXISTS (SELECT 1 FROM users u WHERE u.id = c.user_id AND u.disabled_at IS NULL
                                           AND u.credential_epoch = c.credential_epoch)) AS is_as_issued
FROM challenges c;

-- A session with what its tokens say of its user, while that user may log in.
CREATE VIEW user_sessions AS
SELECT s.id, s.partner_id, s.client_id, s.created_at, s.current_hash, s.rotated_at, s.expires_at,
       s.idle_expires_at, s.revoked_at, u.id AS user_id, u.email, u.phone, u.roles
FROM sessions s JOIN users u ON u.id = s.user_id
WHERE u.disabled_at IS NULL;

-- An account with its owner's status and, once it was active, its key.
CREATE VIEW owned_accounts AS
SELECT a.partner_id, a.id, a.user_id, a.email, a.created_at, u.status, k.seq AS key_seq, k.sub_account_id,
       k.custody_key
FROM accounts a
JOIN users u ON u.id = a.user_id
LEFT JOIN account_keys k ON k.partner_id = a.partner_id AND k.account_id = a.id;
