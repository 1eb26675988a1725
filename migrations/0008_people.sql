-- Whose a phone number is, while nobody has proven it.

-- How long a sign-up without a proven phone keeps its e-mail and its number from others. One row
-- from the first such sign-up of each; no later one renews it, so that nobody keeps either for
-- longer than one hold in all. (`users.hold_until`, which each sign-up had for itself, is written
-- and no longer read.)
CREATE TABLE contact_holds (
  partner_id  TEXT NOT NULL,
  contact     TEXT NOT NULL,           -- an e-mail or a phone number, as in users
  held_until  INTEGER NOT NULL,
  PRIMARY KEY (partner_id, contact)
) STRICT, WITHOUT ROWID;

CREATE INDEX contact_holds_by_time ON contact_holds (held_until);

INSERT INTO contact_holds (partner_id, contact, held_until)
SELECT partner_id, email, hold_until FROM users WHERE phone_verified_at IS NULL
UNION ALL
SELECT partner_id, phone, hold_until FROM users WHERE phone_verified_at IS NULL;

-- The number of a sign-up that lost it to a later one, or to one that proved it; `phone` is then the
-- user's id, which is nobody's number. Whoever proves it first gets it.
ALTER TABLE users ADD COLUMN claimed_phone TEXT;

CREATE INDEX users_by_claimed_phone ON users (partner_id, claimed_phone) WHERE claimed_phone IS NOT NULL;
CREATE INDEX users_with_claim_by_time ON users (created_at) WHERE claimed_phone IS NOT NULL;
