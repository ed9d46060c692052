-- That an administrator reads coaching out of their line, for how long and why.
CREATE TABLE coaching_access (
  id {key},
  organization_id {uuid} NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  member_id {uuid} NOT NULL,
  agent_id {uuid},
  reason text NOT NULL,
  expires_at {time} NOT NULL,
  ended_at {time},
  created_at {time} NOT NULL,
  updated_at {time} NOT NULL,
  version bigint NOT NULL,
  CONSTRAINT coaching_access_organization_id UNIQUE (organization_id, id),
  CONSTRAINT coaching_access_member_id FOREIGN KEY (organization_id, member_id) REFERENCES members (organization_id, id),
  CONSTRAINT coaching_access_agent_id FOREIGN KEY (organization_id, agent_id) REFERENCES members (organization_id, id)
);
CREATE INDEX coaching_access_by_created ON coaching_access (organization_id, created_at, id);
CREATE INDEX coaching_access_by_member ON coaching_access (organization_id, member_id, expires_at);
CREATE INDEX coaching_access_by_agent ON coaching_access (organization_id, agent_id);
