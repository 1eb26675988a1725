-- An index is of its extended key, and nobody sees it before the ledger has it.

-- The index under custody_key (0/i). NULL in rows of before: theirs is seq - 1, and they were shown.
ALTER TABLE portfolios ADD COLUMN address_index INTEGER;
ALTER TABLE portfolios ADD COLUMN claimed_at INTEGER;  -- since when the ledger says it is this row's; NULL until then

-- No index twice, and the next one is found without counting. Nothing is ever deleted from the two tables.
CREATE UNIQUE INDEX portfolios_by_index ON portfolios (custody_key, COALESCE(address_index, seq - 1));
CREATE INDEX portfolios_unclaimed ON portfolios (seq) WHERE claimed_at IS NULL;

-- The same for encryption keys (1/j).
ALTER TABLE account_keys ADD COLUMN key_index INTEGER;
ALTER TABLE account_keys ADD COLUMN claimed_at INTEGER;

CREATE UNIQUE INDEX account_keys_by_index ON account_keys (custody_key, COALESCE(key_index, seq - 1));
CREATE INDEX account_keys_unclaimed ON account_keys (seq) WHERE claimed_at IS NULL;

-- A portfolio counts from when it is shown: one of the release before, and one that is put back, at once.
DROP TRIGGER portfolios_counted;
CREATE TRIGGER portfolios_counted AFTER INSERT ON portfolios
WHEN NEW.address_index IS NULL OR NEW.claimed_at IS NOT NULL
BEGIN
  UPDATE accounts
  SET portfolios = portfolios + 1,
      trading_seq = COALESCE(trading_seq, CASE NEW.type WHEN 'TRADING' THEN NEW.seq END)
  WHERE partner_id = NEW.partner_id AND id = NEW.account_id;
END;

CREATE TRIGGER portfolios_shown AFTER UPDATE OF claimed_at ON portfolios
WHEN OLD.claimed_at IS NULL AND NEW.claimed_at IS NOT NULL AND OLD.address_index IS NOT NULL
BEGIN
  UPDATE accounts
  SET portfolios = portfolios + 1,
      trading_seq = COALESCE(trading_seq, CASE NEW.type WHEN 'TRADING' THEN NEW.seq END)
  WHERE partner_id = NEW.partner_id AND id = NEW.account_id;
END;

-- An account with its owner's status, whether the owner is disabled and, once it was active, its key. `key_seq` is
-- the release before's, whose index is one less.
DROP VIEW owned_accounts;
CREATE VIEW owned_accounts AS
SELECT a.partner_id, a.id, a.user_id, a.email, a.created_at, a.portfolios, a.trading_seq, u.status, u.disabled_at,
       COALESCE(k.key_index, k.seq - 1) AS key_index, COALESCE(k.key_index + 1, k.seq) AS key_seq,
       k.sub_account_id, k.custody_key, k.encryption_key
FROM accounts a
JOIN users u ON u.id = a.user_id
LEFT JOIN account_keys k ON k.partner_id = a.partner_id AND k.account_id = a.id
                        AND (k.claimed_at IS NOT NULL OR k.key_index IS NULL);
