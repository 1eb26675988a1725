-- What release 0.2.0 asked by, and nothing since: times that the ids say, and answers by whether they were right.

DROP INDEX IF EXISTS audit_by_id;
DROP INDEX IF EXISTS answers_by_subject;
DROP INDEX IF EXISTS answers_by_time;
DROP INDEX IF EXISTS sends_by_time;
DROP INDEX IF EXISTS sessions_by_expiry;
