-- Days on which a member does not work, the first and the last among them.
CREATE TABLE absences (
  id {key},
  organization_id {uuid} NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  member_id {uuid} NOT NULL,
  kind text NOT NULL CHECK (kind IN ('vacation', 'sick', 'training', 'other')),
  from_day date NOT NULL,
  until_day date NOT NULL,
  created_at {time} NOT NULL,
  updated_at {time} NOT NULL,
  version bigint NOT NULL,
  CONSTRAINT absences_organization_id UNIQUE (organization_id, id),
  CONSTRAINT absences_member_id FOREIGN KEY (organization_id, member_id) REFERENCES members (organization_id, id),
  CONSTRAINT absences_days CHECK (from_day <= until_day)
);
CREATE INDEX absences_by_day ON absences (organization_id, from_day, id);
CREATE INDEX absences_by_member ON absences (organization_id, member_id, until_day);
