-- The first index that may be given where this database was set back in time: what it had been had given those
-- below. No row where it never was (scripts/after-restore.mjs).

CREATE TABLE custody_floors (
  custody_key  TEXT NOT NULL,
  branch       INTEGER NOT NULL,  -- 0 of addresses, 1 of encryption keys
  next         INTEGER NOT NULL,
  PRIMARY KEY (custody_key, branch)
) STRICT, WITHOUT ROWID;
