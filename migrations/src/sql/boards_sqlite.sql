-- An index covers a query only with what its own condition names.
CREATE INDEX deals_by_stage ON deals (organization_id, stage_id, stage_entered_at, id, owner_id, currency, amount, probability, status, deleted_at)
  WHERE deleted_at IS NULL AND status = 'open';
CREATE INDEX leads_by_status_and_score ON leads (organization_id, status, score, id, owner_id, deleted_at) WHERE deleted_at IS NULL;
