CREATE TABLE events (
  id {key},
  organization_id {uuid} NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  seq bigint,
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
CREATE UNIQUE INDEX events_by_seq ON events (organization_id, seq) WHERE seq IS NOT NULL;

CREATE TABLE outbox (
  {counter}
  event_id {key},
  organization_id {uuid} NOT NULL REFERENCES organizations (id) ON DELETE CASCADE
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
