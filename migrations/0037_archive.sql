-- The audit log leaves the database after 90 days: an object a partner and day in R2, whose rows are deleted here.

-- Which objects there are, and from which id to which: the log is read on in them.
CREATE TABLE archived (
  partner_id  TEXT NOT NULL,
  first_id    TEXT NOT NULL,
  last_id     TEXT NOT NULL,
  entries     INTEGER NOT NULL,
  object      TEXT NOT NULL,       -- its name
  PRIMARY KEY (partner_id, first_id)
) STRICT, WITHOUT ROWID;

-- The partner that was archived last: the next run goes on after it.
CREATE TABLE archiving (
  one    INTEGER PRIMARY KEY CHECK (one = 1),
  after  TEXT NOT NULL
) STRICT;
