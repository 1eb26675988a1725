-- Partners move between databases. What the cron does by itself asks whether a partner is here.

-- For whom this database may not act. Most have nobody in it, and each row that the cron goes by is looked up in it.
CREATE INDEX partners_away ON partners (id) WHERE state <> 'here';
