-- What was given under an extended key, in the order in which it was shown; of a row of before, until the ledger has
-- it, that is when it was made. What nobody was shown yet stands in neither.
CREATE INDEX portfolios_shown_by_key ON portfolios (custody_key, COALESCE(claimed_at, created_at))
WHERE claimed_at IS NOT NULL OR address_index IS NULL;

CREATE INDEX account_keys_shown_by_key ON account_keys (custody_key, COALESCE(claimed_at, created_at))
WHERE claimed_at IS NOT NULL OR key_index IS NULL;
