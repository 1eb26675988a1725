-- Partners move between databases. What the cron does by itself asks whether a partner is here, and what is archived
-- of its log stays in the bucket where it is.

-- For whom this database may not act. Most have nobody in it, and each row that the cron goes by is looked up in it.
CREATE INDEX partners_away ON partners (id) WHERE state <> 'here';

ALTER TABLE archived ADD COLUMN home TEXT; -- whose bucket has the object, by its binding; NULL: this database's own
