CREATE TABLE metrics (
  {rowid}
  id {key},
  organization_id {uuid} NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  name text NOT NULL,
  name_key {key_text} NOT NULL,
  description text,
  unit text NOT NULL CHECK (unit IN ('count', 'money', 'percent', 'duration', 'score')),
  currency text,
  direction text NOT NULL CHECK (direction IN ('up', 'down')),
  weight integer NOT NULL CHECK (weight BETWEEN 0 AND 1000),
  period text NOT NULL CHECK (period IN ('day', 'week', 'month', 'quarter')),
  source text NOT NULL CHECK (source IN ('manual', 'api', 'csv', 'computed')),
  computation text CHECK (computation IN ('calls', 'meetings', 'newLeads', 'leadConversion', 'dealsWon', 'dealsLost', 'valueWon', 'winRate', 'averageDealAge')),
  target bigint,
  targets {json} NOT NULL,
  active boolean NOT NULL,
  created_at {time} NOT NULL,
  updated_at {time} NOT NULL,
  deleted_at {time},
  version bigint NOT NULL,
  CONSTRAINT metrics_organization_id UNIQUE (organization_id, id),
  CONSTRAINT metrics_name UNIQUE (organization_id, name_key),
  CONSTRAINT metrics_computed CHECK ((source = 'computed') = (computation IS NOT NULL)),
  CONSTRAINT metrics_money CHECK ((unit = 'money') = (currency IS NOT NULL))
);
CREATE INDEX metrics_by_created ON metrics (organization_id, created_at, id);

CREATE TABLE metric_values (
  {rowid}
  id {key},
  organization_id {uuid} NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  metric_id {uuid} NOT NULL,
  member_id {uuid} NOT NULL,
  period_start date NOT NULL,
  value bigint NOT NULL,
  target bigint,
  source text NOT NULL CHECK (source IN ('manual', 'api', 'csv')),
  note text,
  created_at {time} NOT NULL,
  updated_at {time} NOT NULL,
  deleted_at {time},
  version bigint NOT NULL,
  CONSTRAINT metric_values_organization_id UNIQUE (organization_id, id),
  CONSTRAINT metric_values_period_start UNIQUE (organization_id, metric_id, member_id, period_start),
  CONSTRAINT metric_values_metric_id FOREIGN KEY (organization_id, metric_id) REFERENCES metrics (organization_id, id),
  CONSTRAINT metric_values_member_id FOREIGN KEY (organization_id, member_id) REFERENCES members (organization_id, id)
);
CREATE INDEX metric_values_by_period ON metric_values (organization_id, period_start, id) WHERE deleted_at IS NULL;
CREATE INDEX metric_values_by_updated ON metric_values (organization_id, updated_at, id) WHERE deleted_at IS NULL;
CREATE INDEX metric_values_by_member ON metric_values (organization_id, member_id, period_start, id) WHERE deleted_at IS NULL;

CREATE TABLE coaching_rules (
  {rowid}
  id {key},
  organization_id {uuid} NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  name text NOT NULL,
  name_key {key_text} NOT NULL,
  kind text NOT NULL CHECK (kind IN ('losses', 'underTarget')),
  active boolean NOT NULL,
  losses integer,
  days integer,
  lost_reason_id {uuid},
  template_id {uuid},
  metric_id {uuid},
  periods integer,
  created_at {time} NOT NULL,
  updated_at {time} NOT NULL,
  deleted_at {time},
  version bigint NOT NULL,
  CONSTRAINT coaching_rules_organization_id UNIQUE (organization_id, id),
  CONSTRAINT coaching_rules_name UNIQUE (organization_id, name_key),
  CONSTRAINT coaching_rules_lost_reason_id FOREIGN KEY (organization_id, lost_reason_id) REFERENCES lost_reasons (organization_id, id),
  CONSTRAINT coaching_rules_metric_id FOREIGN KEY (organization_id, metric_id) REFERENCES metrics (organization_id, id)
);
CREATE INDEX coaching_rules_by_created ON coaching_rules (organization_id, created_at, id);

CREATE TABLE coaching_proposals (
  {rowid}
  id {key},
  organization_id {uuid} NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  rule_id {uuid} NOT NULL,
  kind text NOT NULL CHECK (kind IN ('session', 'actionItem')),
  state text NOT NULL CHECK (state IN ('open', 'accepted', 'dismissed')),
  member_id {uuid} NOT NULL,
  lost_reason_id {uuid},
  metric_id {uuid},
  template_id {uuid},
  deals {json} NOT NULL,
  periods {json} NOT NULL,
  evidence_key text NOT NULL,
  decided_by_id {uuid},
  decided_at {time},
  decision_note text,
  outcome_id {uuid},
  created_at {time} NOT NULL,
  updated_at {time} NOT NULL,
  version bigint NOT NULL,
  CONSTRAINT coaching_proposals_organization_id UNIQUE (organization_id, id),
  CONSTRAINT coaching_proposals_evidence UNIQUE (organization_id, rule_id, member_id, evidence_key),
  CONSTRAINT coaching_proposals_rule_id FOREIGN KEY (organization_id, rule_id) REFERENCES coaching_rules (organization_id, id) ON DELETE CASCADE,
  CONSTRAINT coaching_proposals_member_id FOREIGN KEY (organization_id, member_id) REFERENCES members (organization_id, id),
  CONSTRAINT coaching_proposals_decided_by_id FOREIGN KEY (organization_id, decided_by_id) REFERENCES members (organization_id, id)
);
CREATE INDEX coaching_proposals_by_created ON coaching_proposals (organization_id, created_at, id);
CREATE INDEX coaching_proposals_by_member ON coaching_proposals (organization_id, member_id, created_at, id);
