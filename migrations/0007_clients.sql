-- What a client may do, from when its tokens and sessions count, and what an unlock forgives.

-- JSON array of scopes. A client of before keeps all that it could do.
ALTER TABLE clients ADD COLUMN scopes TEXT NOT NULL DEFAULT '[]';
UPDATE clients SET scopes = CASE scope
  WHEN 'client_auth' THEN '["client_auth","users.read","users.write"]'
  WHEN 'admin' THEN '["admin"]'
  ELSE '[]' END;
ALTER TABLE clients DROP COLUMN scope;
