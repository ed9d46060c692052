ALTER TABLE deals ADD COLUMN contact_id uuid,
  ADD CONSTRAINT deals_contact_id FOREIGN KEY (organization_id, contact_id) REFERENCES contacts (organization_id, id);
CREATE INDEX deals_by_contact ON deals (organization_id, contact_id) WHERE contact_id IS NOT NULL;
