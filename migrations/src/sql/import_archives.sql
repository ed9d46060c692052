-- Archives that come in: each of their files becomes an import when its turn has come.
CREATE TABLE import_archives (
  id {key},
  organization_id {uuid} NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  state text NOT NULL CHECK (state IN ('running', 'done', 'failed', 'cancelled')),
  filename text NOT NULL,
  size bigint NOT NULL,
  source text NOT NULL,
  written_at {time} NOT NULL,
  tables {json} NOT NULL,
  failure text,
  created_by_id {uuid} NOT NULL,
  created_at {time} NOT NULL,
  updated_at {time} NOT NULL,
  finished_at {time},
  version bigint NOT NULL,
  CONSTRAINT import_archives_organization_id UNIQUE (organization_id, id),
  CONSTRAINT import_archives_created_by_id FOREIGN KEY (organization_id, created_by_id) REFERENCES members (organization_id, id)
);
-- One at a time: two would make what they share twice.
CREATE UNIQUE INDEX import_archives_under_way ON import_archives (organization_id) WHERE state = 'running';

ALTER TABLE imports ADD COLUMN archive_id {uuid};
CREATE INDEX imports_by_archive ON imports (organization_id, archive_id) WHERE archive_id IS NOT NULL;
