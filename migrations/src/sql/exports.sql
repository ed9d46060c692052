-- The files of imports and exports, in pieces that are encrypted: any server may carry on with them. They come before the import
-- itself, which is there once the whole file is.
CREATE TABLE pieces (
  id {key},
  organization_id {uuid} NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  subject_id {uuid} NOT NULL,
  part text NOT NULL CHECK (part IN ('file', 'rejects')),
  position bigint NOT NULL,
  sealed text NOT NULL,
  created_at {time} NOT NULL,
  CONSTRAINT pieces_place UNIQUE (organization_id, subject_id, part, position)
);
CREATE INDEX pieces_by_time ON pieces (created_at);
-- Its pieces had no ids to rotate their keys by; files that lie there are to be brought again.
DROP TABLE import_pieces;

CREATE TABLE exports (
  id {key},
  organization_id {uuid} NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  kinds text NOT NULL,
  state text NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed', 'cancelled')),
  reach text NOT NULL,
  files {json} NOT NULL,
  size bigint NOT NULL,
  failure text,
  key_id {uuid},
  created_by_id {uuid} NOT NULL,
  created_at {time} NOT NULL,
  updated_at {time} NOT NULL,
  finished_at {time},
  expires_at {time},
  version bigint NOT NULL,
  CONSTRAINT exports_organization_id UNIQUE (organization_id, id),
  CONSTRAINT exports_key_id FOREIGN KEY (organization_id, key_id) REFERENCES api_keys (organization_id, id),
  CONSTRAINT exports_created_by_id FOREIGN KEY (organization_id, created_by_id) REFERENCES members (organization_id, id)
);
CREATE INDEX exports_by_created ON exports (organization_id, created_at, id);
CREATE INDEX exports_by_expiry ON exports (expires_at);
-- One at a time for each member.
CREATE UNIQUE INDEX exports_under_way ON exports (organization_id, created_by_id) WHERE state IN ('waiting', 'running');
