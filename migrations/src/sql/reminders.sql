ALTER TABLE activities ADD COLUMN remind_minutes integer;
ALTER TABLE activities ADD COLUMN remind_at {time};
CREATE INDEX activities_to_remind ON activities (remind_at) WHERE remind_at IS NOT NULL AND done_at IS NULL AND deleted_at IS NULL;
