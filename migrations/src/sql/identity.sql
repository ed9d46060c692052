CREATE TABLE organizations (
  id {key},
  name text NOT NULL,
  time_zone text NOT NULL,
  currency text NOT NULL CHECK (length(currency) = 3),
  fiscal_year_start_month integer NOT NULL CHECK (fiscal_year_start_month BETWEEN 1 AND 12),
  demo boolean NOT NULL DEFAULT false,
  created_at {time} NOT NULL,
  updated_at {time} NOT NULL,
  version bigint NOT NULL
);

CREATE TABLE users (
  id {key},
  email text NOT NULL,
  email_key {key_text} NOT NULL,
  email_verified boolean NOT NULL,
  first_name text NOT NULL,
  last_name text NOT NULL,
  password_hash text,
  active boolean NOT NULL,
  superuser boolean NOT NULL,
  last_organization_id {uuid},
  created_at {time} NOT NULL,
  updated_at {time} NOT NULL,
  CONSTRAINT users_email UNIQUE (email_key)
);

CREATE TABLE teams (
  id {key},
  organization_id {uuid} NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  name text NOT NULL,
  name_key {key_text} NOT NULL,
  owner_id {uuid},
  created_at {time} NOT NULL,
  updated_at {time} NOT NULL,
  version bigint NOT NULL,
  CONSTRAINT teams_organization_id UNIQUE (organization_id, id),
  CONSTRAINT teams_name UNIQUE (organization_id, name_key)
);

CREATE TABLE members (
  {rowid}
  id {key},
  organization_id {uuid} NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  user_id {uuid} REFERENCES users (id),
  name text NOT NULL,
  name_key {key_text} NOT NULL,
  email text,
  email_key {key_text},
  role text NOT NULL CHECK (role IN ('admin', 'manager', 'teamLeader', 'agent', 'salesRep', 'advocate')),
  employee_id text,
  department text,
  manager_id {uuid},
  team_leader_id {uuid},
  team_id {uuid},
  active boolean NOT NULL,
  {search},
  created_at {time} NOT NULL,
  updated_at {time} NOT NULL,
  version bigint NOT NULL,
  CONSTRAINT members_organization_id UNIQUE (organization_id, id),
  CONSTRAINT members_user_id UNIQUE (organization_id, user_id),
  CONSTRAINT members_email UNIQUE (organization_id, email_key),
  CONSTRAINT members_employee_id UNIQUE (organization_id, employee_id),
  CONSTRAINT members_manager_id FOREIGN KEY (organization_id, manager_id) REFERENCES members (organization_id, id),
  CONSTRAINT members_team_leader_id FOREIGN KEY (organization_id, team_leader_id) REFERENCES members (organization_id, id),
  CONSTRAINT members_team_id FOREIGN KEY (organization_id, team_id) REFERENCES teams (organization_id, id)
);
CREATE INDEX members_by_name ON members (organization_id, name_key, id);
CREATE INDEX members_by_user ON members (user_id);

CREATE TABLE sessions (
  id {key},
  user_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  organization_id {uuid} NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  refresh_hash text NOT NULL,
  previous_refresh_hash text,
  rotated_at {time},
  user_agent text,
  ip_address text,
  created_at {time} NOT NULL,
  last_seen_at {time} NOT NULL,
  expires_at {time} NOT NULL,
  revoked_at {time}
);
CREATE INDEX sessions_by_user ON sessions (user_id);
CREATE INDEX sessions_by_end ON sessions (expires_at);

CREATE TABLE one_time_tokens (
  token_hash text PRIMARY KEY,
  user_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  purpose text NOT NULL CHECK (purpose IN ('resetPassword', 'verifyEmail')),
  created_at {time} NOT NULL,
  expires_at {time} NOT NULL
);
CREATE INDEX one_time_tokens_by_user ON one_time_tokens (user_id, purpose);
