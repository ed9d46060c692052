ALTER TABLE activities ADD COLUMN external_id text;
CREATE UNIQUE INDEX activities_external_id ON activities (organization_id, external_id) WHERE external_id IS NOT NULL;
ALTER TABLE notes ADD COLUMN external_id text;
CREATE UNIQUE INDEX notes_external_id ON notes (organization_id, external_id) WHERE external_id IS NOT NULL;
