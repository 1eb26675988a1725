-- A partner moves from one home to another (docs/decisions/moving.md).

-- Directory: which partners are to move, are moving, or have left rows behind.
CREATE TABLE moves (
  partner_id  TEXT NOT NULL,
  epoch       INTEGER NOT NULL,   -- of the stay that ends
  source      TEXT NOT NULL,      -- bindings
  target      TEXT NOT NULL,
  state       TEXT NOT NULL CHECK (state IN ('moving', 'committed', 'given_up', 'left')), -- left: all that is to do is to delete what is behind
  begun_at    INTEGER NOT NULL,
  decided_at  INTEGER,            -- when it was committed or given up; NULL before that
  behind      TEXT,               -- where rows are left, once it is decided
  delete_at   INTEGER,            -- from when on what is left behind is deleted; NULL before that
  PRIMARY KEY (partner_id, epoch)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX moves_under_way ON moves (partner_id) WHERE state <> 'left';

-- Target: how far the copy is; where a partner has left: how far what is behind is deleted.
CREATE TABLE arrivals (
  partner_id  TEXT PRIMARY KEY,
  epoch       INTEGER NOT NULL,   -- of the stay that begins, or that began elsewhere
  turn        INTEGER NOT NULL,   -- whose word counts: whoever came last has the greatest
  taken_at    INTEGER NOT NULL,   -- 0 once it was given back
  step        TEXT NOT NULL CHECK (step IN ('wiping', 'copying', 'comparing', 'noting', 'whole', 'emptying', 'empty')),
  tab         INTEGER NOT NULL,   -- which table, in the order in which they are gone through
  after       TEXT                -- JSON array, the key after which it goes on; NULL at the beginning
) STRICT, WITHOUT ROWID;

-- Source: whose changes are noted.
CREATE TABLE departures (
  partner_id  TEXT PRIMARY KEY,
  epoch       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Source: rows that are no longer as they were, in the order in which they changed. A number is never given again.
CREATE TABLE moved_rows (
  seq         INTEGER PRIMARY KEY AUTOINCREMENT,
  partner_id  TEXT NOT NULL,
  tab         TEXT NOT NULL,
  key         TEXT NOT NULL       -- JSON array
) STRICT;

-- What is being copied was counted where it comes from.
DROP TRIGGER portfolios_counted;
CREATE TRIGGER portfolios_counted AFTER INSERT ON portfolios
WHEN (NEW.address_index IS NULL OR NEW.claimed_at IS NOT NULL)
 AND NOT EXISTS (SELECT 1 FROM partners WHERE id = NEW.partner_id AND state <> 'here')
BEGIN
  UPDATE accounts
  SET portfolios = portfolios + 1,
      trading_seq = COALESCE(trading_seq, CASE NEW.type WHEN 'TRADING' THEN NEW.seq END)
  WHERE partner_id = NEW.partner_id AND id = NEW.account_id;
END;

DROP TRIGGER portfolios_shown;
CREATE TRIGGER portfolios_shown AFTER UPDATE OF claimed_at ON portfolios
WHEN OLD.claimed_at IS NULL AND NEW.claimed_at IS NOT NULL AND OLD.address_index IS NOT NULL
 AND NOT EXISTS (SELECT 1 FROM partners WHERE id = NEW.partner_id AND state <> 'here')
BEGIN
  UPDATE accounts
  SET portfolios = portfolios + 1,
      trading_seq = COALESCE(trading_seq, CASE NEW.type WHEN 'TRADING' THEN NEW.seq END)
  WHERE partner_id = NEW.partner_id AND id = NEW.account_id;
END;

-- Where nobody departs, each of these reads nothing.

CREATE TRIGGER users_added_noted AFTER INSERT ON users WHEN EXISTS (SELECT 1 FROM departures) BEGIN
  INSERT INTO moved_rows (partner_id, tab, key) SELECT partner_id, 'users', json_array(NEW.id) FROM departures WHERE partner_id = NEW.partner_id;
END;
CREATE TRIGGER users_changed_noted AFTER UPDATE ON users WHEN EXISTS (SELECT 1 FROM departures) BEGIN
  INSERT INTO moved_rows (partner_id, tab, key) SELECT partner_id, 'users', json_array(NEW.id) FROM departures WHERE partner_id = NEW.partner_id;
END;
CREATE TRIGGER users_dropped_noted AFTER DELETE ON users WHEN EXISTS (SELECT 1 FROM departures) BEGIN
  INSERT INTO moved_rows (partner_id, tab, key) SELECT partner_id, 'users', json_array(OLD.id) FROM departures WHERE partner_id = OLD.partner_id;
END;

CREATE TRIGGER user_kyc_added_noted AFTER INSERT ON user_kyc WHEN EXISTS (SELECT 1 FROM departures) BEGIN
  INSERT INTO moved_rows (partner_id, tab, key) SELECT partner_id, 'user_kyc', json_array(NEW.user_id, NEW.kind, NEW.id) FROM departures WHERE partner_id = (SELECT partner_id FROM users WHERE id = NEW.user_id);
END;
CREATE TRIGGER user_kyc_dropped_noted AFTER DELETE ON user_kyc WHEN EXISTS (SELECT 1 FROM departures) BEGIN
  INSERT INTO moved_rows (partner_id, tab, key) SELECT partner_id, 'user_kyc', json_array(OLD.user_id, OLD.kind, OLD.id) FROM departures WHERE partner_id = (SELECT partner_id FROM users WHERE id = OLD.user_id);
END;

CREATE TRIGGER notices_added_noted AFTER INSERT ON notices WHEN EXISTS (SELECT 1 FROM departures) BEGIN
  INSERT INTO moved_rows (partner_id, tab, key) SELECT partner_id, 'notices', json_array(NEW.user_id, NEW.notice, NEW.work_id) FROM departures WHERE partner_id = (SELECT partner_id FROM users WHERE id = NEW.user_id);
END;
CREATE TRIGGER notices_changed_noted AFTER UPDATE ON notices WHEN EXISTS (SELECT 1 FROM departures) BEGIN
  INSERT INTO moved_rows (partner_id, tab, key) SELECT partner_id, 'notices', json_array(NEW.user_id, NEW.notice, NEW.work_id) FROM departures WHERE partner_id = (SELECT partner_id FROM users WHERE id = NEW.user_id);
END;
CREATE TRIGGER notices_dropped_noted AFTER DELETE ON notices WHEN EXISTS (SELECT 1 FROM departures) BEGIN
  INSERT INTO moved_rows (partner_id, tab, key) SELECT partner_id, 'notices', json_array(OLD.user_id, OLD.notice, OLD.work_id) FROM departures WHERE partner_id = (SELECT partner_id FROM users WHERE id = OLD.user_id);
END;

CREATE TRIGGER seen_clients_added_noted AFTER INSERT ON seen_clients WHEN EXISTS (SELECT 1 FROM departures) BEGIN
  INSERT INTO moved_rows (partner_id, tab, key) SELECT partner_id, 'seen_clients', json_array(NEW.user_id, NEW.client_id) FROM departures WHERE partner_id = (SELECT partner_id FROM users WHERE id = NEW.user_id);
END;
CREATE TRIGGER seen_clients_changed_noted AFTER UPDATE ON seen_clients WHEN EXISTS (SELECT 1 FROM departures) BEGIN
  INSERT INTO moved_rows (partner_id, tab, key) SELECT partner_id, 'seen_clients', json_array(NEW.user_id, NEW.client_id) FROM departures WHERE partner_id = (SELECT partner_id FROM users WHERE id = NEW.user_id);
END;
CREATE TRIGGER seen_clients_dropped_noted AFTER DELETE ON seen_clients WHEN EXISTS (SELECT 1 FROM departures) BEGIN
  INSERT INTO moved_rows (partner_id, tab, key) SELECT partner_id, 'seen_clients', json_array(OLD.user_id, OLD.client_id) FROM departures WHERE partner_id = (SELECT partner_id FROM users WHERE id = OLD.user_id);
END;

CREATE TRIGGER recovery_codes_added_noted AFTER INSERT ON recovery_codes WHEN EXISTS (SELECT 1 FROM departures) BEGIN
  INSERT INTO moved_rows (partner_id, tab, key) SELECT partner_id, 'recovery_codes', json_array(NEW.user_id, NEW.hash) FROM departures WHERE partner_id = (SELECT partner_id FROM users WHERE id = NEW.user_id);
END;
CREATE TRIGGER recovery_codes_changed_noted AFTER UPDATE ON recovery_codes WHEN EXISTS (SELECT 1 FROM departures) BEGIN
  INSERT INTO moved_rows (partner_id, tab, key) SELECT partner_id, 'recovery_codes', json_array(NEW.user_id, NEW.hash) FROM departures WHERE partner_id = (SELECT partner_id FROM users WHERE id = NEW.user_id);
END;
CREATE TRIGGER recovery_codes_dropped_noted AFTER DELETE ON recovery_codes WHEN EXISTS (SELECT 1 FROM departures) BEGIN
  INSERT INTO moved_rows (partner_id, tab, key) SELECT partner_id, 'recovery_codes', json_array(OLD.user_id, OLD.hash) FROM departures WHERE partner_id = (SELECT partner_id FROM users WHERE id = OLD.user_id);
END;

CREATE TRIGGER accounts_added_noted AFTER INSERT ON accounts WHEN EXISTS (SELECT 1 FROM departures) BEGIN
  INSERT INTO moved_rows (partner_id, tab, key) SELECT partner_id, 'accounts', json_array(NEW.partner_id, NEW.id) FROM departures WHERE partner_id = NEW.partner_id;
END;
CREATE TRIGGER accounts_changed_noted AFTER UPDATE ON accounts WHEN EXISTS (SELECT 1 FROM departures) BEGIN
  INSERT INTO moved_rows (partner_id, tab, key) SELECT partner_id, 'accounts', json_array(NEW.partner_id, NEW.id) FROM departures WHERE partner_id = NEW.partner_id;
END;
CREATE TRIGGER accounts_dropped_noted AFTER DELETE ON accounts WHEN EXISTS (SELECT 1 FROM departures) BEGIN
  INSERT INTO moved_rows (partner_id, tab, key) SELECT partner_id, 'accounts', json_array(OLD.partner_id, OLD.id) FROM departures WHERE partner_id = OLD.partner_id;
END;

CREATE TRIGGER account_keys_added_noted AFTER INSERT ON account_keys WHEN EXISTS (SELECT 1 FROM departures) BEGIN
  INSERT INTO moved_rows (partner_id, tab, key) SELECT partner_id, 'account_keys', json_array(NEW.partner_id, NEW.account_id) FROM departures WHERE partner_id = NEW.partner_id;
END;
CREATE TRIGGER account_keys_changed_noted AFTER UPDATE ON account_keys WHEN EXISTS (SELECT 1 FROM departures) BEGIN
  INSERT INTO moved_rows (partner_id, tab, key) SELECT partner_id, 'account_keys', json_array(NEW.partner_id, NEW.account_id) FROM departures WHERE partner_id = NEW.partner_id;
END;
CREATE TRIGGER account_keys_dropped_noted AFTER DELETE ON account_keys WHEN EXISTS (SELECT 1 FROM departures) BEGIN
  INSERT INTO moved_rows (partner_id, tab, key) SELECT partner_id, 'account_keys', json_array(OLD.partner_id, OLD.account_id) FROM departures WHERE partner_id = OLD.partner_id;
END;

CREATE TRIGGER portfolios_added_noted AFTER INSERT ON portfolios WHEN EXISTS (SELECT 1 FROM departures) BEGIN
  INSERT INTO moved_rows (partner_id, tab, key) SELECT partner_id, 'portfolios', json_array(NEW.partner_id, NEW.id) FROM departures WHERE partner_id = NEW.partner_id;
END;
CREATE TRIGGER portfolios_changed_noted AFTER UPDATE ON portfolios WHEN EXISTS (SELECT 1 FROM departures) BEGIN
  INSERT INTO moved_rows (partner_id, tab, key) SELECT partner_id, 'portfolios', json_array(NEW.partner_id, NEW.id) FROM departures WHERE partner_id = NEW.partner_id;
END;
CREATE TRIGGER portfolios_dropped_noted AFTER DELETE ON portfolios WHEN EXISTS (SELECT 1 FROM departures) BEGIN
  INSERT INTO moved_rows (partner_id, tab, key) SELECT partner_id, 'portfolios', json_array(OLD.partner_id, OLD.id) FROM departures WHERE partner_id = OLD.partner_id;
END;

CREATE TRIGGER sessions_added_noted AFTER INSERT ON sessions WHEN EXISTS (SELECT 1 FROM departures) BEGIN
  INSERT INTO moved_rows (partner_id, tab, key) SELECT partner_id, 'sessions', json_array(NEW.id) FROM departures WHERE partner_id = NEW.partner_id;
END;
CREATE TRIGGER sessions_changed_noted AFTER UPDATE ON sessions WHEN EXISTS (SELECT 1 FROM departures) BEGIN
  INSERT INTO moved_rows (partner_id, tab, key) SELECT partner_id, 'sessions', json_array(NEW.id) FROM departures WHERE partner_id = NEW.partner_id;
END;
CREATE TRIGGER sessions_dropped_noted AFTER DELETE ON sessions WHEN EXISTS (SELECT 1 FROM departures) BEGIN
  INSERT INTO moved_rows (partner_id, tab, key) SELECT partner_id, 'sessions', json_array(OLD.id) FROM departures WHERE partner_id = OLD.partner_id;
END;

CREATE TRIGGER challenges_added_noted AFTER INSERT ON challenges WHEN EXISTS (SELECT 1 FROM departures) BEGIN
  INSERT INTO moved_rows (partner_id, tab, key) SELECT partner_id, 'challenges', json_array(NEW.id) FROM departures WHERE partner_id = NEW.partner_id;
END;
CREATE TRIGGER challenges_changed_noted AFTER UPDATE ON challenges WHEN EXISTS (SELECT 1 FROM departures) BEGIN
  INSERT INTO moved_rows (partner_id, tab, key) SELECT partner_id, 'challenges', json_array(NEW.id) FROM departures WHERE partner_id = NEW.partner_id;
END;
CREATE TRIGGER challenges_dropped_noted AFTER DELETE ON challenges WHEN EXISTS (SELECT 1 FROM departures) BEGIN
  INSERT INTO moved_rows (partner_id, tab, key) SELECT partner_id, 'challenges', json_array(OLD.id) FROM departures WHERE partner_id = OLD.partner_id;
END;

CREATE TRIGGER answers_added_noted AFTER INSERT ON answers WHEN EXISTS (SELECT 1 FROM departures) BEGIN
  INSERT INTO moved_rows (partner_id, tab, key) SELECT partner_id, 'answers', json_array(NEW.id) FROM departures
  WHERE partner_id = COALESCE(NEW.partner_id, (SELECT partner_id FROM users WHERE id = NEW.subject));
END;
CREATE TRIGGER answers_changed_noted AFTER UPDATE ON answers WHEN EXISTS (SELECT 1 FROM departures) BEGIN
  INSERT INTO moved_rows (partner_id, tab, key) SELECT partner_id, 'answers', json_array(NEW.id) FROM departures
  WHERE partner_id = COALESCE(NEW.partner_id, (SELECT partner_id FROM users WHERE id = NEW.subject));
END;
CREATE TRIGGER answers_dropped_noted AFTER DELETE ON answers WHEN EXISTS (SELECT 1 FROM departures) BEGIN
  INSERT INTO moved_rows (partner_id, tab, key) SELECT partner_id, 'answers', json_array(OLD.id) FROM departures
  WHERE partner_id = COALESCE(OLD.partner_id, (SELECT partner_id FROM users WHERE id = OLD.subject));
END;

CREATE TRIGGER throttles_added_noted AFTER INSERT ON throttles WHEN EXISTS (SELECT 1 FROM departures) BEGIN
  INSERT INTO moved_rows (partner_id, tab, key) SELECT partner_id, 'throttles', json_array(NEW.subject) FROM departures WHERE partner_id = NEW.partner_id;
END;
CREATE TRIGGER throttles_changed_noted AFTER UPDATE ON throttles WHEN EXISTS (SELECT 1 FROM departures) BEGIN
  INSERT INTO moved_rows (partner_id, tab, key) SELECT partner_id, 'throttles', json_array(NEW.subject) FROM departures WHERE partner_id = NEW.partner_id;
END;
CREATE TRIGGER throttles_dropped_noted AFTER DELETE ON throttles WHEN EXISTS (SELECT 1 FROM departures) BEGIN
  INSERT INTO moved_rows (partner_id, tab, key) SELECT partner_id, 'throttles', json_array(OLD.subject) FROM departures WHERE partner_id = OLD.partner_id;
END;

CREATE TRIGGER sends_added_noted AFTER INSERT ON sends WHEN EXISTS (SELECT 1 FROM departures) BEGIN
  INSERT INTO moved_rows (partner_id, tab, key) SELECT partner_id, 'sends', json_array(NEW.id) FROM departures WHERE partner_id = NEW.partner_id;
END;
CREATE TRIGGER sends_changed_noted AFTER UPDATE ON sends WHEN EXISTS (SELECT 1 FROM departures) BEGIN
  INSERT INTO moved_rows (partner_id, tab, key) SELECT partner_id, 'sends', json_array(NEW.id) FROM departures WHERE partner_id = NEW.partner_id;
END;
CREATE TRIGGER sends_dropped_noted AFTER DELETE ON sends WHEN EXISTS (SELECT 1 FROM departures) BEGIN
  INSERT INTO moved_rows (partner_id, tab, key) SELECT partner_id, 'sends', json_array(OLD.id) FROM departures WHERE partner_id = OLD.partner_id;
END;

CREATE TRIGGER partner_sends_added_noted AFTER INSERT ON partner_sends WHEN EXISTS (SELECT 1 FROM departures) BEGIN
  INSERT INTO moved_rows (partner_id, tab, key) SELECT partner_id, 'partner_sends', json_array(NEW.partner_id, NEW.share, NEW.starts_at) FROM departures WHERE partner_id = NEW.partner_id;
END;
CREATE TRIGGER partner_sends_changed_noted AFTER UPDATE ON partner_sends WHEN EXISTS (SELECT 1 FROM departures) BEGIN
  INSERT INTO moved_rows (partner_id, tab, key) SELECT partner_id, 'partner_sends', json_array(NEW.partner_id, NEW.share, NEW.starts_at) FROM departures WHERE partner_id = NEW.partner_id;
END;
CREATE TRIGGER partner_sends_dropped_noted AFTER DELETE ON partner_sends WHEN EXISTS (SELECT 1 FROM departures) BEGIN
  INSERT INTO moved_rows (partner_id, tab, key) SELECT partner_id, 'partner_sends', json_array(OLD.partner_id, OLD.share, OLD.starts_at) FROM departures WHERE partner_id = OLD.partner_id;
END;

CREATE TRIGGER contact_holds_added_noted AFTER INSERT ON contact_holds WHEN EXISTS (SELECT 1 FROM departures) BEGIN
  INSERT INTO moved_rows (partner_id, tab, key) SELECT partner_id, 'contact_holds', json_array(NEW.partner_id, NEW.contact) FROM departures WHERE partner_id = NEW.partner_id;
END;
CREATE TRIGGER contact_holds_changed_noted AFTER UPDATE ON contact_holds WHEN EXISTS (SELECT 1 FROM departures) BEGIN
  INSERT INTO moved_rows (partner_id, tab, key) SELECT partner_id, 'contact_holds', json_array(NEW.partner_id, NEW.contact) FROM departures WHERE partner_id = NEW.partner_id;
END;
CREATE TRIGGER contact_holds_dropped_noted AFTER DELETE ON contact_holds WHEN EXISTS (SELECT 1 FROM departures) BEGIN
  INSERT INTO moved_rows (partner_id, tab, key) SELECT partner_id, 'contact_holds', json_array(OLD.partner_id, OLD.contact) FROM departures WHERE partner_id = OLD.partner_id;
END;

CREATE TRIGGER idempotent_requests_added_noted AFTER INSERT ON idempotent_requests WHEN EXISTS (SELECT 1 FROM departures) BEGIN
  INSERT INTO moved_rows (partner_id, tab, key) SELECT partner_id, 'idempotent_requests', json_array(NEW.id) FROM departures WHERE partner_id = NEW.partner_id;
END;
CREATE TRIGGER idempotent_requests_changed_noted AFTER UPDATE ON idempotent_requests WHEN EXISTS (SELECT 1 FROM departures) BEGIN
  INSERT INTO moved_rows (partner_id, tab, key) SELECT partner_id, 'idempotent_requests', json_array(NEW.id) FROM departures WHERE partner_id = NEW.partner_id;
END;
CREATE TRIGGER idempotent_requests_dropped_noted AFTER DELETE ON idempotent_requests WHEN EXISTS (SELECT 1 FROM departures) BEGIN
  INSERT INTO moved_rows (partner_id, tab, key) SELECT partner_id, 'idempotent_requests', json_array(OLD.id) FROM departures WHERE partner_id = OLD.partner_id;
END;

CREATE TRIGGER idempotency_days_added_noted AFTER INSERT ON idempotency_days WHEN EXISTS (SELECT 1 FROM departures) BEGIN
  INSERT INTO moved_rows (partner_id, tab, key) SELECT partner_id, 'idempotency_days', json_array(NEW.partner_id, NEW.day) FROM departures WHERE partner_id = NEW.partner_id;
END;
CREATE TRIGGER idempotency_days_changed_noted AFTER UPDATE ON idempotency_days WHEN EXISTS (SELECT 1 FROM departures) BEGIN
  INSERT INTO moved_rows (partner_id, tab, key) SELECT partner_id, 'idempotency_days', json_array(NEW.partner_id, NEW.day) FROM departures WHERE partner_id = NEW.partner_id;
END;
CREATE TRIGGER idempotency_days_dropped_noted AFTER DELETE ON idempotency_days WHEN EXISTS (SELECT 1 FROM departures) BEGIN
  INSERT INTO moved_rows (partner_id, tab, key) SELECT partner_id, 'idempotency_days', json_array(OLD.partner_id, OLD.day) FROM departures WHERE partner_id = OLD.partner_id;
END;

CREATE TRIGGER webhook_events_added_noted AFTER INSERT ON webhook_events WHEN EXISTS (SELECT 1 FROM departures) BEGIN
  INSERT INTO moved_rows (partner_id, tab, key) SELECT partner_id, 'webhook_events', json_array(NEW.id) FROM departures WHERE partner_id = NEW.partner_id;
END;
CREATE TRIGGER webhook_events_changed_noted AFTER UPDATE ON webhook_events WHEN EXISTS (SELECT 1 FROM departures) BEGIN
  INSERT INTO moved_rows (partner_id, tab, key) SELECT partner_id, 'webhook_events', json_array(NEW.id) FROM departures WHERE partner_id = NEW.partner_id;
END;
CREATE TRIGGER webhook_events_dropped_noted AFTER DELETE ON webhook_events WHEN EXISTS (SELECT 1 FROM departures) BEGIN
  INSERT INTO moved_rows (partner_id, tab, key) SELECT partner_id, 'webhook_events', json_array(OLD.id) FROM departures WHERE partner_id = OLD.partner_id;
END;

CREATE TRIGGER client_failures_added_noted AFTER INSERT ON client_failures WHEN EXISTS (SELECT 1 FROM departures) BEGIN
  INSERT INTO moved_rows (partner_id, tab, key) SELECT partner_id, 'client_failures', json_array(NEW.client_id) FROM departures WHERE partner_id = (SELECT partner_id FROM clients WHERE id = NEW.client_id);
END;
CREATE TRIGGER client_failures_changed_noted AFTER UPDATE ON client_failures WHEN EXISTS (SELECT 1 FROM departures) BEGIN
  INSERT INTO moved_rows (partner_id, tab, key) SELECT partner_id, 'client_failures', json_array(NEW.client_id) FROM departures WHERE partner_id = (SELECT partner_id FROM clients WHERE id = NEW.client_id);
END;
CREATE TRIGGER client_failures_dropped_noted AFTER DELETE ON client_failures WHEN EXISTS (SELECT 1 FROM departures) BEGIN
  INSERT INTO moved_rows (partner_id, tab, key) SELECT partner_id, 'client_failures', json_array(OLD.client_id) FROM departures WHERE partner_id = (SELECT partner_id FROM clients WHERE id = OLD.client_id);
END;

CREATE TRIGGER audit_added_noted AFTER INSERT ON audit WHEN EXISTS (SELECT 1 FROM departures) AND NEW.target_client_id IS NULL AND NEW.target_partner_id IS NULL BEGIN
  INSERT INTO moved_rows (partner_id, tab, key) SELECT partner_id, 'audit', json_array(NEW.partner_id, NEW.id) FROM departures WHERE partner_id = NEW.partner_id;
END;
CREATE TRIGGER audit_dropped_noted AFTER DELETE ON audit WHEN EXISTS (SELECT 1 FROM departures) AND OLD.target_client_id IS NULL AND OLD.target_partner_id IS NULL BEGIN
  INSERT INTO moved_rows (partner_id, tab, key) SELECT partner_id, 'audit', json_array(OLD.partner_id, OLD.id) FROM departures WHERE partner_id = OLD.partner_id;
END;

CREATE TRIGGER archived_added_noted AFTER INSERT ON archived WHEN EXISTS (SELECT 1 FROM departures) BEGIN
  INSERT INTO moved_rows (partner_id, tab, key) SELECT partner_id, 'archived', json_array(NEW.partner_id, NEW.first_id) FROM departures WHERE partner_id = NEW.partner_id;
END;
CREATE TRIGGER archived_dropped_noted AFTER DELETE ON archived WHEN EXISTS (SELECT 1 FROM departures) BEGIN
  INSERT INTO moved_rows (partner_id, tab, key) SELECT partner_id, 'archived', json_array(OLD.partner_id, OLD.first_id) FROM departures WHERE partner_id = OLD.partner_id;
END;
