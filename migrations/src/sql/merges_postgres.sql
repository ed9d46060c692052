ALTER TABLE companies ADD COLUMN merged_into uuid,
  ADD CONSTRAINT companies_merged_into FOREIGN KEY (organization_id, merged_into) REFERENCES companies (organization_id, id);
ALTER TABLE contacts ADD COLUMN merged_into uuid,
  ADD CONSTRAINT contacts_merged_into FOREIGN KEY (organization_id, merged_into) REFERENCES contacts (organization_id, id);
ALTER TABLE leads ADD COLUMN merged_into uuid,
  ADD CONSTRAINT leads_merged_into FOREIGN KEY (organization_id, merged_into) REFERENCES leads (organization_id, id);
CREATE INDEX companies_merged ON companies (organization_id, merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX contacts_merged ON contacts (organization_id, merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX leads_merged ON leads (organization_id, merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX leads_by_company ON leads (organization_id, company_id) WHERE company_id IS NOT NULL;

-- Forgets what undoing went by, of merges that can no longer be undone: values of fields are personal data.
CREATE FUNCTION clean_merges(before timestamptz) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS
  $$ DELETE FROM merge_moves m USING merges o WHERE o.organization_id = m.organization_id AND o.id = m.merge_id AND o.merged_at < $1;
     UPDATE merges SET before = '{}', after = '{}' WHERE merged_at < $1 AND before <> '{}' $$;
REVOKE ALL ON FUNCTION clean_merges(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION clean_merges(timestamptz) TO touchline_app;
