-- A send stays in the books with what became of it: what may have gone out counts for the caps of
-- its number, what certainly did not only puts the next attempt off.

ALTER TABLE sends ADD COLUMN outcome TEXT     -- NULL: a provider took it, as far as is known
  CHECK (outcome IN ('UNCLEAR', 'REFUSED', 'NOT_SENT', 'WITHHELD'));
ALTER TABLE sends ADD COLUMN refusal TEXT     -- REFUSED: why the number cannot receive
  CHECK (refusal IN ('INVALID', 'UNREACHABLE', 'COUNTRY', 'OPTED_OUT'));
ALTER TABLE sends ADD COLUMN work_id TEXT;    -- of the request, however often it is taken up again
ALTER TABLE sends ADD COLUMN share TEXT;      -- of the partner's budget, that it is counted in
ALTER TABLE sends ADD COLUMN messages INTEGER NOT NULL DEFAULT 1; -- 2: the fallback sent what the first may have taken

-- When a provider last lost a message: there are few, and it is asked before a number's last send is spent.
CREATE INDEX sends_unclear ON sends (partner_id, at) WHERE outcome = 'UNCLEAR';

-- What counts for the caps of a number and of its block.
CREATE VIEW counted_sends AS
SELECT partner_id, phone, prefix, purpose, at, messages FROM sends
WHERE outcome IS NULL OR outcome IN ('UNCLEAR', 'REFUSED');

-- The messages of a partner's budget. A day's is shared, so that strangers who sign up made-up
-- numbers or ask for resets leave proven customers the codes of their logins.
CREATE TABLE partner_sends (
  partner_id  TEXT NOT NULL,
  share       TEXT NOT NULL CHECK (share IN ('LOGIN', 'RESET', 'UNPROVEN', 'UNPROVEN_HOUR')),
  starts_at   INTEGER NOT NULL,       -- of the day, or of the hour, UTC
  count       INTEGER NOT NULL,
  PRIMARY KEY (partner_id, share, starts_at)
) STRICT, WITHOUT ROWID;

CREATE INDEX partner_sends_by_time ON partner_sends (starts_at);

DROP TABLE client_sends;

-- As before, and whether the user has proven the number that codes are sent to.
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
        OR EXISTS (SELECT 1 FROM users u WHERE u.id = c.user_id AND u.phone_verified_at IS NOT NULL)) AS is_proven
FROM challenges c;
