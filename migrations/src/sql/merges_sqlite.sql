ALTER TABLE companies ADD COLUMN merged_into BLOB REFERENCES companies (id);
ALTER TABLE contacts ADD COLUMN merged_into BLOB REFERENCES contacts (id);
ALTER TABLE leads ADD COLUMN merged_into BLOB REFERENCES leads (id);
CREATE INDEX companies_merged ON companies (organization_id, merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX contacts_merged ON contacts (organization_id, merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX leads_merged ON leads (organization_id, merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX leads_by_company ON leads (organization_id, company_id) WHERE company_id IS NOT NULL;
