-- Who is erased after their partner has moved is erased in what it has left behind, too (docs/decisions/moving.md).

CREATE INDEX users_erased ON users (partner_id, erased_at) WHERE erased_at IS NOT NULL;

ALTER TABLE moves ADD COLUMN erased_to INTEGER; -- whoever was erased until then is so behind; NULL before the first
