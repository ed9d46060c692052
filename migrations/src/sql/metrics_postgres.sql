-- What metrics count, from these indexes alone: whose, when, of what kind.
CREATE INDEX activities_measured ON activities (organization_id, owner_id, done_at)
  INCLUDE (kind) WHERE deleted_at IS NULL AND done_at IS NOT NULL AND kind IN ('call', 'meeting');
CREATE INDEX deals_measured ON deals (organization_id, owner_id, closed_on)
  INCLUDE (status, currency, amount, opened_on, created_at) WHERE deleted_at IS NULL AND closed_on IS NOT NULL;
CREATE INDEX leads_measured ON leads (organization_id, owner_id, created_at) INCLUDE (status) WHERE deleted_at IS NULL;
