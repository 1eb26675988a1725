-- What a partner has set of its own, where the service has a value for all who set none.

CREATE TABLE partner_settings (
  partner_id   TEXT PRIMARY KEY REFERENCES partners (id),
  plain        TEXT NOT NULL,     -- JSON object: each member as text, as it would stand in the environment
  given        TEXT NOT NULL,     -- JSON object: what the operator set of those that the partner may only narrow, and which it cannot take back
  sealed       TEXT,              -- JSON object of what nobody may read, sealed under SETTINGS_KEYS for this partner; NULL where there is none
  kyc_secrets  INTEGER NOT NULL,  -- how many KYC secrets of its own: with one, the service's speaks for none of its users
  version      INTEGER NOT NULL,  -- counts the changes: one that was made of an older one is not taken
  changed_at   INTEGER NOT NULL,
  changed_by   TEXT NOT NULL,     -- the work id of the request, so that a retry finds its own
  is_told      INTEGER NOT NULL,  -- whether KV has this version
  counted_from INTEGER NOT NULL,  -- since when the partner's own changes are counted
  counted      INTEGER NOT NULL   -- how many they are since
) STRICT, WITHOUT ROWID;

CREATE INDEX partner_settings_untold ON partner_settings (is_told, partner_id) WHERE is_told = 0;

-- Every origin of any partner, for what is asked before it is known whose page asks.
CREATE TABLE partner_origins (
  origin      TEXT NOT NULL,
  partner_id  TEXT NOT NULL REFERENCES partners (id),
  PRIMARY KEY (origin, partner_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX partner_origins_by_partner ON partner_origins (partner_id);

-- What no two partners have: extended keys, since whoever has one can link every address below it, and KYC secrets,
-- of which a mark is in both columns (kyc_...).
CREATE TABLE partner_keys (
  public_key  TEXT PRIMARY KEY,              -- keyed by what is the same however the extended key is written: custody::Custody::mark
  key_id      TEXT NOT NULL UNIQUE,          -- custody::Custody::key_id
  partner_id  TEXT NOT NULL REFERENCES partners (id),
  is_used     INTEGER NOT NULL DEFAULT 0     -- an index was given under it: it stays
) STRICT, WITHOUT ROWID;

CREATE INDEX partner_keys_by_partner ON partner_keys (partner_id);

CREATE TRIGGER portfolios_use_a_key AFTER INSERT ON portfolios BEGIN
  UPDATE partner_keys SET is_used = 1 WHERE key_id = NEW.custody_key AND is_used = 0;
END;

CREATE TRIGGER account_keys_use_a_key AFTER INSERT ON account_keys BEGIN
  UPDATE partner_keys SET is_used = 1 WHERE key_id = NEW.custody_key AND is_used = 0;
END;
