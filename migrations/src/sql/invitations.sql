-- Domains whose people may ask for an invitation by a link; words with a space between them.
ALTER TABLE organizations ADD COLUMN invitation_domains text NOT NULL DEFAULT '';

-- One to an address, or a link by which people of the organization's domains ask for one. Of the token only its hash is kept.
CREATE TABLE invitations (
  id {key},
  organization_id {uuid} NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  email text,
  email_key {key_text},
  role text NOT NULL CHECK (role IN ('admin', 'manager', 'teamLeader', 'agent', 'salesRep', 'advocate')),
  team_id {uuid},
  token_hash text NOT NULL,
  invited_by_id {uuid},
  member_id {uuid},
  created_at {time} NOT NULL,
  sent_at {time} NOT NULL,
  expires_at {time} NOT NULL,
  accepted_at {time},
  revoked_at {time},
  version bigint NOT NULL,
  CONSTRAINT invitations_organization_id UNIQUE (organization_id, id),
  CONSTRAINT invitations_token_hash UNIQUE (token_hash),
  CONSTRAINT invitations_invited_by_id FOREIGN KEY (organization_id, invited_by_id) REFERENCES members (organization_id, id),
  CONSTRAINT invitations_member_id FOREIGN KEY (organization_id, member_id) REFERENCES members (organization_id, id)
);
CREATE INDEX invitations_by_created ON invitations (organization_id, created_at, id);
CREATE INDEX invitations_by_email ON invitations (organization_id, email_key);
