-- What a partner's keyed requests of a day have taken: a bound for what one can keep here.

CREATE TABLE idempotency_days (
  partner_id  TEXT NOT NULL,
  day         INTEGER NOT NULL,        -- days since 1970, UTC
  requests    INTEGER NOT NULL,        -- new rows of idempotent_requests
  bytes       INTEGER NOT NULL,        -- of the answers kept, as they are stored
  PRIMARY KEY (partner_id, day)
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotency_days_by_day ON idempotency_days (day);
