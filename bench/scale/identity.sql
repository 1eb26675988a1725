-- The next step on paper: an identity directory of a partner whose people live in several homes. docs/scale.md shows
-- it, and scripts/tests/identity.test.mjs runs it. A contact is a keyed hash of the partner and an e-mail or a number.

-- # TABLES
CREATE TABLE identities (
  contact    TEXT PRIMARY KEY,
  user_id    TEXT NOT NULL,
  -- 'open' gives way to a sign-up and to a proof, 'firm' to a proof alone, 'shut' to nobody; whoever lost a number to
  -- a proof and does not give way keeps the e-mail as 'lost', by which no login finds them
  state      TEXT NOT NULL CHECK (state IN ('open', 'firm', 'shut', 'lost')),
  claims     TEXT,  -- of an e-mail: the number that its user lost to a sign-up and may still prove
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX identities_by_user ON identities (user_id);
CREATE INDEX identities_by_claim ON identities (claims) WHERE claims IS NOT NULL;

CREATE TABLE reservations (
  contact TEXT PRIMARY KEY,
  user_id TEXT NOT NULL,
  until   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX reservations_by_user ON reservations (user_id);
CREATE INDEX reservations_by_time ON reservations (until);

-- Who lost a contact, until their shard has been told.
CREATE TABLE displaced (
  user_id TEXT PRIMARY KEY,
  how     TEXT NOT NULL CHECK (how IN ('REPLACED', 'ASIDE', 'LOST')),
  by_user TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- As in a home today; it moves here.
CREATE TABLE contact_holds (
  contact    TEXT PRIMARY KEY,
  held_until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What shards have taken of a partner's budget for messages.
CREATE TABLE sms_budgets (
  partner_id TEXT NOT NULL,
  share      TEXT NOT NULL,
  starts_at  INTEGER NOT NULL,
  taken      INTEGER NOT NULL,
  PRIMARY KEY (partner_id, share, starts_at)
) STRICT, WITHOUT ROWID;

-- # RESERVE
INSERT INTO reservations (contact, user_id, until)
SELECT c.value, :id, :now + :lapse FROM json_each(json_array(:email, :phone)) c
WHERE NOT EXISTS (SELECT 1 FROM identities i
                  WHERE i.contact IN (:email, :phone) AND i.user_id <> :id
                    AND (i.state <> 'open'
                         OR ((i.claims IS NULL OR i.created_at > :now - :claim_life)
                             AND EXISTS (SELECT 1 FROM contact_holds h
                                         WHERE h.contact = i.contact AND h.held_until > :now))))
  AND NOT EXISTS (SELECT 1 FROM reservations r
                  WHERE r.contact IN (:email, :phone) AND r.user_id <> :id)
ON CONFLICT (contact) DO UPDATE SET until = excluded.until

-- # RESERVED
SELECT (SELECT COUNT(*) FROM reservations
        WHERE contact IN (:email, :phone) AND user_id = :id) = 2 AS reserved,
       (SELECT user_id FROM reservations
        WHERE contact IN (:email, :phone) AND user_id <> :id AND until <= :now) AS lapsed

-- # DISPLACE
INSERT INTO displaced (user_id, how, by_user)
SELECT i.user_id,
       CASE WHEN MAX(i.contact = :email) = 0 AND MIN(i.created_at) > :now - :claim_life
            THEN 'ASIDE' ELSE 'REPLACED' END, :id
FROM identities i
WHERE i.contact IN (:email, :phone) AND i.user_id <> :id
  AND (SELECT COUNT(*) FROM reservations WHERE user_id = :id AND contact IN (:email, :phone)) = 2
GROUP BY i.user_id
ON CONFLICT (user_id) DO UPDATE SET how = excluded.how, by_user = excluded.by_user

-- # FREE
DELETE FROM identities WHERE user_id IN (SELECT user_id FROM displaced WHERE by_user = :id AND how = 'REPLACED')

-- # SET_ASIDE
UPDATE identities SET claims = :phone
WHERE contact <> :phone AND user_id IN (SELECT user_id FROM displaced WHERE by_user = :id AND how = 'ASIDE')

-- # CONFIRM
INSERT INTO identities (contact, user_id, state, created_at)
SELECT r.contact, r.user_id, 'open', :now FROM reservations r
WHERE r.user_id = :id AND r.contact IN (:email, :phone)
  AND (SELECT COUNT(*) FROM reservations WHERE user_id = :id AND contact IN (:email, :phone)) = 2
ON CONFLICT (contact) DO UPDATE SET user_id = excluded.user_id, state = 'open', claims = NULL, created_at = :now

-- # HOLD
INSERT INTO contact_holds (contact, held_until)
SELECT contact, :hold_until FROM identities WHERE user_id = :id
ON CONFLICT DO NOTHING

-- # RELEASE
DELETE FROM reservations WHERE user_id = :id AND (:is_own OR until <= :now)

-- # CONFIRMED
SELECT COUNT(*) = 2 AS confirmed FROM identities
WHERE contact IN (:email, :phone) AND user_id = :id

-- # FIND_IDENTITY
SELECT user_id FROM identities
WHERE contact = :contact AND state <> 'lost'
  AND NOT (state = 'open' AND claims IS NOT NULL AND created_at <= :now - :claim_life)
LIMIT 1

-- # OUTDO
INSERT INTO displaced (user_id, how, by_user)
SELECT DISTINCT n.user_id, CASE n.state WHEN 'open' THEN 'REPLACED' ELSE 'LOST' END, :id FROM identities n
WHERE (n.contact = :phone OR n.claims = :phone) AND n.user_id <> :id AND n.state <> 'shut'
  AND EXISTS (SELECT 1 FROM identities e WHERE e.contact = :email AND e.user_id = :id)
  AND NOT EXISTS (SELECT 1 FROM identities s WHERE s.contact = :phone AND s.user_id <> :id AND s.state = 'shut')
ON CONFLICT (user_id) DO UPDATE SET how = excluded.how, by_user = excluded.by_user

-- # LOSE
UPDATE identities SET state = 'lost', claims = NULL
WHERE user_id IN (SELECT user_id FROM displaced WHERE by_user = :id AND how = 'LOST')

-- # TAKE
INSERT INTO identities (contact, user_id, state, created_at)
SELECT :phone, :id, 'shut', :now
WHERE EXISTS (SELECT 1 FROM identities e WHERE e.contact = :email AND e.user_id = :id)
ON CONFLICT (contact) DO UPDATE SET user_id = excluded.user_id, state = 'shut'
WHERE identities.user_id = excluded.user_id OR identities.state <> 'shut'

-- # SHUT
UPDATE identities SET state = 'shut', claims = NULL
WHERE user_id = :id
  AND EXISTS (SELECT 1 FROM identities n
              WHERE n.contact = :phone AND n.user_id = :id AND n.state = 'shut')

-- # END_HOLDS
DELETE FROM contact_holds WHERE contact IN (SELECT contact FROM identities WHERE user_id = :id AND state = 'shut')

-- # REFUSE
DELETE FROM reservations
WHERE user_id <> :id AND contact IN (SELECT contact FROM identities WHERE user_id = :id AND state <> 'open')

-- # TAKEN
SELECT COUNT(*) = 1 AS taken FROM identities
WHERE contact = :phone AND user_id = :id AND state = 'shut'

-- # STATE
UPDATE identities SET state = :state WHERE user_id = :id AND state <> 'lost'

-- # LEASE
INSERT INTO sms_budgets (partner_id, share, starts_at, taken)
SELECT :partner_id, :share, :today, :lease WHERE :lease <= :budget
ON CONFLICT (partner_id, share, starts_at) DO UPDATE SET taken = taken + excluded.taken
WHERE taken + excluded.taken <= :budget
RETURNING taken
