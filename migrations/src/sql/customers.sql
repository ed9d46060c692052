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

CREATE TABLE leads (
  {rowid}
  id {key},
  organization_id {uuid} NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  name text NOT NULL,
  name_key {key_text} NOT NULL,
  first_name text,
  last_name text NOT NULL,
  company_name text,
  company_key {key_text},
  job_title text,
  email text,
  email_key {key_text},
  phone text,
  phone_key {key_text},
  website text,
  industry text,
  location text,
  country text,
  amount bigint,
  currency text,
  description text,
  source text NOT NULL CHECK (source IN ('website', 'referral', 'event', 'coldCall', 'advertisement', 'partner', 'import', 'other')),
  status text NOT NULL CHECK (status IN ('new', 'working', 'qualified', 'unqualified', 'converted')),
  score integer NOT NULL CHECK (score BETWEEN 0 AND 100),
  score_by_hand boolean NOT NULL,
  score_reasons {json} NOT NULL,
  owner_id {uuid},
  external_id text,
  converted_at {time},
  contact_id {uuid},
  company_id {uuid},
  deal_id {uuid},
  {search},
  created_at {time} NOT NULL,
  updated_at {time} NOT NULL,
  deleted_at {time},
  version bigint NOT NULL,
  CONSTRAINT leads_organization_id UNIQUE (organization_id, id),
  CONSTRAINT leads_external_id UNIQUE (organization_id, external_id),
  CONSTRAINT leads_owner_id FOREIGN KEY (organization_id, owner_id) REFERENCES members (organization_id, id)
);
CREATE INDEX leads_by_name ON leads (organization_id, name_key, id) WHERE deleted_at IS NULL;
CREATE INDEX leads_by_created ON leads (organization_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX leads_by_updated ON leads (organization_id, updated_at, id) WHERE deleted_at IS NULL;
CREATE INDEX leads_by_score ON leads (organization_id, score, id) WHERE deleted_at IS NULL;
CREATE INDEX leads_by_owner ON leads (organization_id, owner_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX leads_by_status ON leads (organization_id, status, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX leads_by_email ON leads (organization_id, email_key) WHERE email_key IS NOT NULL;
CREATE INDEX leads_by_phone ON leads (organization_id, phone_key) WHERE phone_key IS NOT NULL;
CREATE INDEX leads_by_contact ON leads (organization_id, contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX leads_in_trash ON leads (organization_id, deleted_at) WHERE deleted_at IS NOT NULL;

-- One row for an organization that has settled something; without it the defaults hold.
CREATE TABLE lead_settings (
  organization_id {key} REFERENCES organizations (id) ON DELETE CASCADE,
  rules {json} NOT NULL,
  assignment text NOT NULL CHECK (assignment IN ('creator', 'roundRobin', 'nobody')),
  member_ids {json} NOT NULL,
  last_member_id {uuid},
  updated_at {time} NOT NULL,
  version bigint NOT NULL
);
