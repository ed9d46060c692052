-- Records that became one.
CREATE TABLE merges (
  id {key},
  organization_id {uuid} NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  kind text NOT NULL CHECK (kind IN ('company', 'contact', 'lead')),
  winner_id {uuid} NOT NULL,
  winner_name text NOT NULL,
  losers {json} NOT NULL,
  before {json} NOT NULL,
  after {json} NOT NULL,
  moved {json} NOT NULL,
  merged_by_id {uuid},
  merged_at {time} NOT NULL,
  undone_at {time},
  CONSTRAINT merges_organization_id UNIQUE (organization_id, id),
  CONSTRAINT merges_merged_by_id FOREIGN KEY (organization_id, merged_by_id) REFERENCES members (organization_id, id)
);
CREATE INDEX merges_by_time ON merges (organization_id, merged_at, id);
CREATE INDEX merges_by_age ON merges (merged_at);

-- Which row referred to which record before it was re-pointed: what undoing goes by.
CREATE TABLE merge_moves (
  organization_id {uuid} NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  merge_id {uuid} NOT NULL,
  reference text NOT NULL,
  row_id {uuid} NOT NULL,
  from_id {uuid} NOT NULL,
  CONSTRAINT merge_moves_key PRIMARY KEY (organization_id, merge_id, reference, row_id),
  CONSTRAINT merge_moves_merge_id FOREIGN KEY (organization_id, merge_id) REFERENCES merges (organization_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
);
