-- A challenge keeps the rules that it was issued under: what is set since then may make them tighter, never wider.

-- NULL in a challenge of before: the rules that are in force when it is answered.
ALTER TABLE challenges ADD COLUMN digits INTEGER;       -- of the code
ALTER TABLE challenges ADD COLUMN max_tries INTEGER;    -- answers that are compared
ALTER TABLE challenges ADD COLUMN consecutive INTEGER;  -- wrong ones of its subject that lock codes: in a row
ALTER TABLE challenges ADD COLUMN in_30_days INTEGER;
ALTER TABLE challenges ADD COLUMN in_365_days INTEGER;

DROP VIEW challenge_states;
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
                                           AND u.credential_epoch = c.credential_epoch)) AS is_as_issued,
       -- somebody once gave a code that was sent to the number; a decoy's looks like it
       (c.user_id IS NULL
        OR EXISTS (SELECT 1 FROM users u WHERE u.id = c.user_id AND u.phone_verified_at IS NOT NULL)) AS is_proven,
       -- what it was issued under
       c.digits, c.max_tries, c.consecutive, c.in_30_days, c.in_365_days
FROM challenges c;
