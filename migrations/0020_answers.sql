-- The wrong answers of a user that count are found without reading the right ones, and the other way round: there is
-- a right one for every login.

CREATE INDEX answers_wrong ON answers (subject, purpose, at) WHERE is_right = 0 AND forgiven_at IS NULL;
CREATE INDEX answers_right ON answers (subject, purpose, at) WHERE is_right = 1;
