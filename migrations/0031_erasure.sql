-- A person who was erased. The row stays, since accounts and addresses hang on its id; nothing of the person does.

-- NULL of everybody else. `email` and `phone` are then the user's id, which is nobody's, and the password is none.
ALTER TABLE users ADD COLUMN erased_at INTEGER;
