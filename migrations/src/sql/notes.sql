CREATE TABLE notes (
  {rowid}
  id {key},
  organization_id {uuid} NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  body text NOT NULL,
  pinned boolean NOT NULL,
  author_id {uuid} NOT NULL,
  company_id {uuid},
  contact_id {uuid},
  lead_id {uuid},
  deal_id {uuid},
  {search},
  created_at {time} NOT NULL,
  updated_at {time} NOT NULL,
  deleted_at {time},
  version bigint NOT NULL,
  CONSTRAINT notes_organization_id UNIQUE (organization_id, id),
  CONSTRAINT notes_author_id FOREIGN KEY (organization_id, author_id) REFERENCES members (organization_id, id),
  CONSTRAINT notes_company_id FOREIGN KEY (organization_id, company_id) REFERENCES companies (organization_id, id),
  CONSTRAINT notes_contact_id FOREIGN KEY (organization_id, contact_id) REFERENCES contacts (organization_id, id),
  CONSTRAINT notes_lead_id FOREIGN KEY (organization_id, lead_id) REFERENCES leads (organization_id, id),
  CONSTRAINT notes_deal_id FOREIGN KEY (organization_id, deal_id) REFERENCES deals (organization_id, id)
);
CREATE INDEX notes_by_created ON notes (organization_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX notes_by_author ON notes (organization_id, author_id, created_at, id);
CREATE INDEX notes_by_company ON notes (organization_id, company_id, created_at, id) WHERE company_id IS NOT NULL;
CREATE INDEX notes_by_contact ON notes (organization_id, contact_id, created_at, id) WHERE contact_id IS NOT NULL;
CREATE INDEX notes_by_lead ON notes (organization_id, lead_id, created_at, id) WHERE lead_id IS NOT NULL;
CREATE INDEX notes_by_deal ON notes (organization_id, deal_id, created_at, id) WHERE deal_id IS NOT NULL;
CREATE INDEX notes_in_trash ON notes (organization_id, deleted_at) WHERE deleted_at IS NOT NULL;

CREATE TABLE note_mentions (
  organization_id {uuid} NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  note_id {uuid} NOT NULL,
  member_id {uuid} NOT NULL,
  CONSTRAINT note_mentions_key PRIMARY KEY (organization_id, note_id, member_id),
  CONSTRAINT note_mentions_note_id FOREIGN KEY (organization_id, note_id) REFERENCES notes (organization_id, id) ON DELETE CASCADE,
  CONSTRAINT note_mentions_member_id FOREIGN KEY (organization_id, member_id) REFERENCES members (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX note_mentions_by_member ON note_mentions (organization_id, member_id);
