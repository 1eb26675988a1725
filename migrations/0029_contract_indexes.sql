-- What release 0.2.0 asked by, and nothing since: times that the ids say, and answers by whether they were right.

DROP INDEX audit_by_id;
DROP INDEX answers_by_subject;
DROP INDEX answers_by_time;
DROP INDEX sends_by_time;
DROP INDEX sessions_by_expiry;
