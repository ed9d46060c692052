CREATE TABLE activities (
  {rowid}
  id {key},
  organization_id {uuid} NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  kind text NOT NULL CHECK (kind IN ('call', 'meeting', 'email', 'task')),
  subject text NOT NULL,
  description text,
  due_at {time},
  duration_minutes integer,
  done_at {time},
  owner_id {uuid},
  company_id {uuid},
  contact_id {uuid},
  lead_id {uuid},
  deal_id {uuid},
  {search},
  created_at {time} NOT NULL,
  updated_at {time} NOT NULL,
  deleted_at {time},
  version bigint NOT NULL,
  CONSTRAINT activities_organization_id UNIQUE (organization_id, id),
  CONSTRAINT activities_owner_id FOREIGN KEY (organization_id, owner_id) REFERENCES members (organization_id, id),
  CONSTRAINT activities_company_id FOREIGN KEY (organization_id, company_id) REFERENCES companies (organization_id, id),
  CONSTRAINT activities_contact_id FOREIGN KEY (organization_id, contact_id) REFERENCES contacts (organization_id, id),
  CONSTRAINT activities_lead_id FOREIGN KEY (organization_id, lead_id) REFERENCES leads (organization_id, id),
  CONSTRAINT activities_deal_id FOREIGN KEY (organization_id, deal_id) REFERENCES deals (organization_id, id)
);
CREATE INDEX activities_by_due ON activities (organization_id, due_at, id) WHERE deleted_at IS NULL;
CREATE INDEX activities_by_created ON activities (organization_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX activities_by_owner ON activities (organization_id, owner_id, due_at, id) WHERE deleted_at IS NULL;
CREATE INDEX activities_by_company ON activities (organization_id, company_id, created_at, id) WHERE company_id IS NOT NULL;
CREATE INDEX activities_by_contact ON activities (organization_id, contact_id, created_at, id) WHERE contact_id IS NOT NULL;
CREATE INDEX activities_by_lead ON activities (organization_id, lead_id, created_at, id) WHERE lead_id IS NOT NULL;
CREATE INDEX activities_by_deal ON activities (organization_id, deal_id, created_at, id) WHERE deal_id IS NOT NULL;
CREATE INDEX activities_in_trash ON activities (organization_id, deleted_at) WHERE deleted_at IS NOT NULL;
