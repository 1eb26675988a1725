-- A session counts its refreshes, which the audit log told one by one; the row of its end says how many there were.

ALTER TABLE sessions ADD COLUMN refreshes INTEGER NOT NULL DEFAULT 0;
