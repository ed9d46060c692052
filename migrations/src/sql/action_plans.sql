CREATE TABLE quick_notes (
  {rowid}
  id {key},
  organization_id {uuid} NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  agent_id {uuid} NOT NULL,
  author_id {uuid} NOT NULL,
  text text NOT NULL,
  category text NOT NULL CHECK (category IN ('praise', 'improvement', 'observation', 'risk', 'question', 'followUp')),
  visibility text NOT NULL CHECK (visibility IN ('private', 'shared')),
  observed_on date NOT NULL,
  company_id {uuid},
  contact_id {uuid},
  deal_id {uuid},
  {search},
  created_at {time} NOT NULL,
  updated_at {time} NOT NULL,
  deleted_at {time},
  version bigint NOT NULL,
  CONSTRAINT quick_notes_organization_id UNIQUE (organization_id, id),
  CONSTRAINT quick_notes_of_others CHECK (agent_id <> author_id),
  CONSTRAINT quick_notes_agent_id FOREIGN KEY (organization_id, agent_id) REFERENCES members (organization_id, id),
  CONSTRAINT quick_notes_author_id FOREIGN KEY (organization_id, author_id) REFERENCES members (organization_id, id),
  CONSTRAINT quick_notes_company_id FOREIGN KEY (organization_id, company_id) REFERENCES companies (organization_id, id),
  CONSTRAINT quick_notes_contact_id FOREIGN KEY (organization_id, contact_id) REFERENCES contacts (organization_id, id),
  CONSTRAINT quick_notes_deal_id FOREIGN KEY (organization_id, deal_id) REFERENCES deals (organization_id, id)
);
CREATE INDEX quick_notes_by_observed ON quick_notes (organization_id, observed_on, id) WHERE deleted_at IS NULL;
CREATE INDEX quick_notes_by_created ON quick_notes (organization_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX quick_notes_by_agent ON quick_notes (organization_id, agent_id, observed_on, id);
CREATE INDEX quick_notes_by_author ON quick_notes (organization_id, author_id, observed_on, id);
CREATE INDEX quick_notes_by_company ON quick_notes (organization_id, company_id) WHERE company_id IS NOT NULL;
CREATE INDEX quick_notes_by_contact ON quick_notes (organization_id, contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX quick_notes_by_deal ON quick_notes (organization_id, deal_id) WHERE deal_id IS NOT NULL;
CREATE INDEX quick_notes_in_trash ON quick_notes (organization_id, deleted_at) WHERE deleted_at IS NOT NULL;

CREATE TABLE action_plans (
  {rowid}
  id {key},
  organization_id {uuid} NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  title text NOT NULL,
  goal text,
  agent_id {uuid} NOT NULL,
  created_by_id {uuid} NOT NULL,
  status text NOT NULL CHECK (status IN ('active', 'completed', 'cancelled')),
  due_on date,
  due_rank date NOT NULL,
  closed_at {time},
  {search},
  created_at {time} NOT NULL,
  updated_at {time} NOT NULL,
  deleted_at {time},
  version bigint NOT NULL,
  CONSTRAINT action_plans_organization_id UNIQUE (organization_id, id),
  CONSTRAINT action_plans_agent_id FOREIGN KEY (organization_id, agent_id) REFERENCES members (organization_id, id),
  CONSTRAINT action_plans_created_by_id FOREIGN KEY (organization_id, created_by_id) REFERENCES members (organization_id, id)
);
CREATE INDEX action_plans_by_due ON action_plans (organization_id, due_rank, id) WHERE deleted_at IS NULL;
CREATE INDEX action_plans_by_created ON action_plans (organization_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX action_plans_by_agent ON action_plans (organization_id, agent_id, status);
CREATE INDEX action_plans_by_creator ON action_plans (organization_id, created_by_id);
CREATE INDEX action_plans_in_trash ON action_plans (organization_id, deleted_at) WHERE deleted_at IS NOT NULL;

CREATE TABLE action_items (
  {rowid}
  id {key},
  organization_id {uuid} NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  title text NOT NULL,
  description text,
  owner_id {uuid} NOT NULL,
  created_by_id {uuid} NOT NULL,
  plan_id {uuid},
  position integer NOT NULL,
  due_on date,
  due_rank date NOT NULL,
  priority text NOT NULL CHECK (priority IN ('low', 'normal', 'high', 'urgent')),
  status text NOT NULL CHECK (status IN ('open', 'inProgress', 'done', 'cancelled')),
  completed_at {time},
  deal_id {uuid},
  lost_reason_id {uuid},
  {search},
  created_at {time} NOT NULL,
  updated_at {time} NOT NULL,
  deleted_at {time},
  version bigint NOT NULL,
  CONSTRAINT action_items_organization_id UNIQUE (organization_id, id),
  CONSTRAINT action_items_owner_id FOREIGN KEY (organization_id, owner_id) REFERENCES members (organization_id, id),
  CONSTRAINT action_items_created_by_id FOREIGN KEY (organization_id, created_by_id) REFERENCES members (organization_id, id),
  CONSTRAINT action_items_plan_id FOREIGN KEY (organization_id, plan_id) REFERENCES action_plans (organization_id, id),
  CONSTRAINT action_items_deal_id FOREIGN KEY (organization_id, deal_id) REFERENCES deals (organization_id, id),
  CONSTRAINT action_items_lost_reason_id FOREIGN KEY (organization_id, lost_reason_id) REFERENCES lost_reasons (organization_id, id)
);
CREATE INDEX action_items_by_due ON action_items (organization_id, due_rank, id) WHERE deleted_at IS NULL;
CREATE INDEX action_items_by_created ON action_items (organization_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX action_items_by_status ON action_items (organization_id, status, due_rank, id) WHERE deleted_at IS NULL;
CREATE INDEX action_items_by_owner ON action_items (organization_id, owner_id, status, due_rank);
CREATE INDEX action_items_by_creator ON action_items (organization_id, created_by_id);
CREATE INDEX action_items_by_plan ON action_items (organization_id, plan_id, position) WHERE plan_id IS NOT NULL;
CREATE INDEX action_items_by_deal ON action_items (organization_id, deal_id) WHERE deal_id IS NOT NULL;
CREATE INDEX action_items_by_lost_reason ON action_items (organization_id, lost_reason_id) WHERE lost_reason_id IS NOT NULL;
CREATE INDEX action_items_in_trash ON action_items (organization_id, deleted_at) WHERE deleted_at IS NOT NULL;
