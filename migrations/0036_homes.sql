-- A partner lives in one of several databases, its home. One of them, DB, is the directory too: it knows where each
-- lives, and has all that is not about a partner's users. Every database has the same tables.

ALTER TABLE partners ADD COLUMN home TEXT NOT NULL DEFAULT 'DB';  -- the binding of its home; the directory's word counts
ALTER TABLE partners ADD COLUMN epoch INTEGER NOT NULL DEFAULT 1; -- counts its homes: who believes an older one is refused
ALTER TABLE partners ADD COLUMN state TEXT NOT NULL DEFAULT 'here' -- whether this database may act for it
  CHECK (state IN ('here', 'coming', 'leaving', 'gone'));
ALTER TABLE partners ADD COLUMN changed INTEGER NOT NULL DEFAULT 0; -- directory: counts changes of what the home has a copy of; home: the newest that it has
ALTER TABLE partners ADD COLUMN copied INTEGER NOT NULL DEFAULT 0;  -- directory: the newest that the home is known to have

CREATE INDEX partners_uncopied ON partners (id) WHERE copied < changed;

-- What the statements of a home ask of clients, settings and extended keys, they ask of a copy. In the directory a
-- partner that lives elsewhere is gone; one that is here has no copy to lag behind.
CREATE TRIGGER clients_added AFTER INSERT ON clients BEGIN
  UPDATE partners SET changed = changed + 1 WHERE id = NEW.partner_id AND state = 'gone';
END;
CREATE TRIGGER clients_changed AFTER UPDATE ON clients BEGIN
  UPDATE partners SET changed = changed + 1 WHERE id = NEW.partner_id AND state = 'gone';
END;
CREATE TRIGGER partner_settings_added AFTER INSERT ON partner_settings BEGIN
  UPDATE partners SET changed = changed + 1 WHERE id = NEW.partner_id AND state = 'gone';
END;
CREATE TRIGGER partner_settings_changed AFTER UPDATE OF version ON partner_settings BEGIN
  UPDATE partners SET changed = changed + 1 WHERE id = NEW.partner_id AND state = 'gone';
END;
CREATE TRIGGER partner_keys_added AFTER INSERT ON partner_keys BEGIN
  UPDATE partners SET changed = changed + 1 WHERE id = NEW.partner_id AND state = 'gone';
END;
CREATE TRIGGER partner_keys_dropped AFTER DELETE ON partner_keys BEGIN
  UPDATE partners SET changed = changed + 1 WHERE id = OLD.partner_id AND state = 'gone';
END;
