ALTER TABLE deals ADD COLUMN contact_id BLOB REFERENCES contacts (id);
CREATE INDEX deals_by_contact ON deals (organization_id, contact_id) WHERE contact_id IS NOT NULL;
