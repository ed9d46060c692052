CREATE TABLE contacts (
  {rowid}
  id {key},
  organization_id {uuid} NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  name text NOT NULL,
  name_key {key_text} NOT NULL,
  first_name text,
  last_name text NOT NULL,
  job_title text,
  company_id {uuid},
  emails {json} NOT NULL,
  phones {json} NOT NULL,
  location text,
  country text,
  consent text NOT NULL CHECK (consent IN ('unknown', 'granted', 'withdrawn')),
  consent_at {time},
  description text,
  owner_id {uuid},
  external_id text,
  {search},
  created_at {time} NOT NULL,
  updated_at {time} NOT NULL,
  deleted_at {time},
  version bigint NOT NULL,
  CONSTRAINT contacts_organization_id UNIQUE (organization_id, id),
  CONSTRAINT contacts_external_id UNIQUE (organization_id, external_id),
  CONSTRAINT contacts_company_id FOREIGN KEY (organization_id, company_id) REFERENCES companies (organization_id, id),
  CONSTRAINT contacts_owner_id FOREIGN KEY (organization_id, owner_id) REFERENCES members (organization_id, id)
);
CREATE INDEX contacts_by_name ON contacts (organization_id, name_key, id) WHERE deleted_at IS NULL;
CREATE INDEX contacts_by_created ON contacts (organization_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX contacts_by_updated ON contacts (organization_id, updated_at, id) WHERE deleted_at IS NULL;
CREATE INDEX contacts_by_owner ON contacts (organization_id, owner_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX contacts_by_company ON contacts (organization_id, company_id, name_key, id);
CREATE INDEX contacts_in_trash ON contacts (organization_id, deleted_at) WHERE deleted_at IS NOT NULL;

-- Every address and number by which a person is known, as it is compared.
CREATE TABLE contact_points (
  organization_id {uuid} NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  contact_id {uuid} NOT NULL,
  kind text NOT NULL CHECK (kind IN ('email', 'phone')),
  value_key {key_text} NOT NULL,
  PRIMARY KEY (organization_id, kind, value_key, contact_id),
  CONSTRAINT contact_points_contact_id FOREIGN KEY (organization_id, contact_id) REFERENCES contacts (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX contact_points_by_contact ON contact_points (organization_id, contact_id);
