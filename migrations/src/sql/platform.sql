-- Events, outbox and stream do not refer to the organization: it would be looked up and locked with every
-- write, and what is written beside them refers to it already.
CREATE TABLE events (
  id {key},
  organization_id {uuid} NOT NULL,
  kind text NOT NULL,
  subject_type text NOT NULL,
  subject_id {uuid} NOT NULL,
  subject_name text,
  actor_id {uuid},
  changes {json} NOT NULL,
  request_id text,
  ip_address text,
  at {time} NOT NULL
);
CREATE INDEX events_by_subject ON events (organization_id, subject_type, subject_id, at, id);
CREATE INDEX events_by_time ON events (organization_id, at, id);

CREATE TABLE outbox (
  {counter}
  event_id {key},
  organization_id {uuid} NOT NULL
);

-- The order in which events were committed, given by the dispatcher: who resumes by it misses none.
CREATE TABLE event_stream (
  organization_id {uuid} NOT NULL,
  seq bigint NOT NULL,
  event_id {uuid} NOT NULL,
  PRIMARY KEY (organization_id, seq)
);

CREATE TABLE jobs (
  id {key},
  organization_id {uuid} REFERENCES organizations (id) ON DELETE CASCADE,
  kind text NOT NULL,
  payload {json} NOT NULL,
  state text NOT NULL CHECK (state IN ('queued', 'running', 'done', 'dead', 'cancelled')),
  attempts integer NOT NULL,
  max_attempts integer NOT NULL,
  run_at {time} NOT NULL,
  lease_until {time},
  lease_token {uuid},
  last_error text,
  created_at {time} NOT NULL,
  finished_at {time}
);
CREATE INDEX jobs_due ON jobs (run_at) WHERE state = 'queued';
CREATE INDEX jobs_leased ON jobs (lease_until) WHERE state = 'running';
CREATE INDEX jobs_by_organization ON jobs (organization_id, created_at, id);

CREATE TABLE idempotency_keys (
  organization_id {uuid} NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  caller_id {uuid} NOT NULL,
  key text NOT NULL,
  request_hash text NOT NULL,
  status integer NOT NULL,
  body text NOT NULL,
  location text,
  etag text,
  created_at {time} NOT NULL,
  CONSTRAINT idempotency_keys_key PRIMARY KEY (organization_id, caller_id, key)
);
CREATE INDEX idempotency_keys_by_time ON idempotency_keys (created_at);

CREATE TABLE saved_views (
  id {key},
  organization_id {uuid} NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  owner_id {uuid} NOT NULL,
  resource text NOT NULL,
  name text NOT NULL,
  name_key {key_text} NOT NULL,
  shared boolean NOT NULL,
  query {json} NOT NULL,
  created_at {time} NOT NULL,
  updated_at {time} NOT NULL,
  version bigint NOT NULL,
  CONSTRAINT saved_views_name UNIQUE (organization_id, owner_id, resource, name_key),
  CONSTRAINT saved_views_owner_id FOREIGN KEY (organization_id, owner_id) REFERENCES members (organization_id, id)
);

CREATE TABLE imports (
  id {key},
  organization_id {uuid} NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  kind text NOT NULL,
  state text NOT NULL CHECK (state IN ('mapping', 'checking', 'ready', 'running', 'done', 'failed', 'cancelled')),
  filename text NOT NULL,
  size bigint NOT NULL,
  encoding text NOT NULL,
  delimiter text NOT NULL,
  date_format text NOT NULL,
  date_format_is_sure boolean NOT NULL,
  number_format text NOT NULL,
  currency text NOT NULL,
  columns {json} NOT NULL,
  mapping {json} NOT NULL,
  match_rule text NOT NULL,
  pipeline_id {uuid},
  default_role text,
  value_matches {json} NOT NULL,
  rows bigint,
  processed bigint NOT NULL,
  created bigint NOT NULL,
  updated bigint NOT NULL,
  skipped bigint NOT NULL,
  refused bigint NOT NULL,
  first_reasons {json} NOT NULL,
  failure text,
  created_by_id {uuid},
  created_at {time} NOT NULL,
  updated_at {time} NOT NULL,
  started_at {time},
  finished_at {time},
  version bigint NOT NULL,
  CONSTRAINT imports_organization_id UNIQUE (organization_id, id),
  CONSTRAINT imports_pipeline_id FOREIGN KEY (organization_id, pipeline_id) REFERENCES pipelines (organization_id, id),
  CONSTRAINT imports_created_by_id FOREIGN KEY (organization_id, created_by_id) REFERENCES members (organization_id, id)
);
CREATE INDEX imports_by_created ON imports (organization_id, created_at, id);

-- The file of an import and that of its refused rows, in pieces: any server may carry on with it.
-- They come before the import itself, which is there once the whole file is.
CREATE TABLE import_pieces (
  organization_id {uuid} NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  import_id {uuid} NOT NULL,
  part text NOT NULL CHECK (part IN ('file', 'rejects')),
  position bigint NOT NULL,
  bytes {bytes} NOT NULL,
  created_at {time} NOT NULL,
  CONSTRAINT import_pieces_key PRIMARY KEY (organization_id, import_id, part, position)
);
CREATE INDEX import_pieces_by_time ON import_pieces (created_at);
