-- The operator's row names the partner that it is about, as its client's id alone does not say.

ALTER TABLE audit ADD COLUMN target_partner_id TEXT; -- whose settings or which client's partner a row is about; NULL of older rows and where it is about neither
