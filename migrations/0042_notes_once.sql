-- What is noted while a partner moves is noted once a row (docs/decisions/moving.md): else whoever changes the same rows
-- over and over keeps the notes from ever becoming few.

CREATE INDEX moved_rows_by_row ON moved_rows (partner_id, tab, key);

-- The later note stays, whose number says that the row has changed since the earlier one was read. Not by a unique
-- index: the statement that fires a trigger decides what a conflict in it comes to.
CREATE TRIGGER moved_rows_once AFTER INSERT ON moved_rows BEGIN
  DELETE FROM moved_rows WHERE partner_id = NEW.partner_id AND tab = NEW.tab AND key = NEW.key AND seq < NEW.seq;
END;
