-- What a read of a user needs is found without walking all that they have.

-- How many portfolios an account has, and the first of type TRADING. Kept by the insert itself, whichever
-- version of the service it is of.
ALTER TABLE accounts ADD COLUMN portfolios INTEGER NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN trading_seq INTEGER;    -- portfolios.seq; NULL while there is none

UPDATE accounts SET portfolios = p.portfolios, trading_seq = p.trading_seq
FROM (SELECT partner_id, account_id, COUNT(*) AS portfolios,
             MIN(CASE type WHEN 'TRADING' THEN seq END) AS trading_seq
      FROM portfolios GROUP BY partner_id, account_id) p
WHERE p.partner_id = accounts.partner_id AND p.account_id = accounts.id;

CREATE TRIGGER portfolios_counted AFTER INSERT ON portfolios
BEGIN
  UPDATE accounts
  SET portfolios = portfolios + 1,
      trading_seq = COALESCE(trading_seq, CASE NEW.type WHEN 'TRADING' THEN NEW.seq END)
  WHERE partner_id = NEW.partner_id AND id = NEW.account_id;
END;

DROP VIEW owned_accounts;
CREATE VIEW owned_accounts AS
SELECT a.partner_id, a.id, a.user_id, a.email, a.created_at, a.portfolios, a.trading_seq, u.status, u.disabled_at,
       k.seq AS key_seq, k.sub_account_id, k.custody_key, k.encryption_key
FROM accounts a
JOIN users u ON u.id = a.user_id
LEFT JOIN account_keys k ON k.partner_id = a.partner_id AND k.account_id = a.id;

-- Sessions that have just ended: their records in KV are deleted again, in case a delete was lost.
CREATE INDEX sessions_by_end ON sessions (revoked_at) WHERE revoked_at IS NOT NULL;
