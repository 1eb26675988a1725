-- The language that a user is told things in.

ALTER TABLE users ADD COLUMN locale TEXT -- BCP 47, the language alone; NULL: nobody has said, and it is English
  CHECK (locale IN ('en', 'de', 'es', 'fr'));
