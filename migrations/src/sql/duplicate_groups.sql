-- What a search through a whole organization found last.
CREATE TABLE duplicate_groups (
  id {key},
  organization_id {uuid} NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  kind text NOT NULL CHECK (kind IN ('company', 'contact', 'lead')),
  confidence text NOT NULL CHECK (confidence IN ('certain', 'likely')),
  reasons {json} NOT NULL,
  strength bigint NOT NULL,
  found_at {time} NOT NULL,
  CONSTRAINT duplicate_groups_organization_id UNIQUE (organization_id, id)
);
CREATE INDEX duplicate_groups_by_strength ON duplicate_groups (organization_id, strength, id);

CREATE TABLE duplicate_group_members (
  organization_id {uuid} NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  group_id {uuid} NOT NULL,
  record_id {uuid} NOT NULL,
  CONSTRAINT duplicate_group_members_key PRIMARY KEY (organization_id, group_id, record_id),
  CONSTRAINT duplicate_group_members_group_id FOREIGN KEY (organization_id, group_id) REFERENCES duplicate_groups (organization_id, id) ON DELETE CASCADE
);

-- Pairs of which somebody said that they are not the same, in the order of their ids.
CREATE TABLE duplicate_dismissals (
  organization_id {uuid} NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  first_id {uuid} NOT NULL,
  second_id {uuid} NOT NULL,
  dismissed_by_id {uuid},
  dismissed_at {time} NOT NULL,
  CONSTRAINT duplicate_dismissals_key PRIMARY KEY (organization_id, first_id, second_id),
  CONSTRAINT duplicate_dismissals_dismissed_by_id FOREIGN KEY (organization_id, dismissed_by_id) REFERENCES members (organization_id, id)
);
CREATE INDEX duplicate_dismissals_by_second ON duplicate_dismissals (organization_id, second_id);

CREATE TABLE duplicate_searches (
  organization_id {key} REFERENCES organizations (id) ON DELETE CASCADE,
  requested_at {time} NOT NULL,
  finished_at {time}
);
