-- A person who was erased. The row stays, since accounts and addresses hang on its id; nothing of the person does.

-- NULL of everybody else. `email` and `phone` are then the user's id, which is nobody's, and the password is none.
ALTER TABLE users ADD COLUMN erased_at INTEGER;

-- Whichever version writes: what was erased does not come back, nobody is let in again, and no column that is added
-- later has to be thought of here.
CREATE TRIGGER users_stay_erased
BEFORE UPDATE ON users WHEN OLD.erased_at IS NOT NULL BEGIN
  SELECT RAISE(IGNORE);
END;
