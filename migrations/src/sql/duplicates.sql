-- What companies are compared by. Contacts have their points and their names, leads their keys.
ALTER TABLE companies ADD COLUMN match_name {key_text};
ALTER TABLE companies ADD COLUMN match_domain {key_text};
ALTER TABLE companies ADD COLUMN match_site {key_text};
ALTER TABLE companies ADD COLUMN match_phone {key_text};
CREATE INDEX companies_match_name ON companies (organization_id, match_name) WHERE match_name IS NOT NULL;
CREATE INDEX companies_match_domain ON companies (organization_id, match_domain) WHERE match_domain IS NOT NULL;
CREATE INDEX companies_match_site ON companies (organization_id, match_site) WHERE match_site IS NOT NULL;
CREATE INDEX companies_match_phone ON companies (organization_id, match_phone) WHERE match_phone IS NOT NULL;
