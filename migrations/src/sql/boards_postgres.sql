CREATE INDEX deals_by_stage ON deals (organization_id, stage_id, stage_entered_at, id)
  INCLUDE (owner_id, currency, amount, probability) WHERE deleted_at IS NULL AND status = 'open';
CREATE INDEX leads_by_status_and_score ON leads (organization_id, status, score, id)
  INCLUDE (owner_id) WHERE deleted_at IS NULL;
