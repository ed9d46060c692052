DO $$ BEGIN
  CREATE ROLE touchline_app NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
GRANT touchline_app TO CURRENT_USER;
GRANT USAGE ON SCHEMA public TO touchline_app;

ALTER TABLE organizations ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON organizations TO touchline_app
  USING (id = nullif(current_setting('app.organization', true), '')::uuid)
  WITH CHECK (id = nullif(current_setting('app.organization', true), '')::uuid);
GRANT SELECT, INSERT, UPDATE ON organizations TO touchline_app;

-- A user, and what belongs to one, is seen by that user alone.
ALTER TABLE users ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON users TO touchline_app
  USING (id = nullif(current_setting('app.user_id', true), '')::uuid)
  WITH CHECK (id = nullif(current_setting('app.user_id', true), '')::uuid);
GRANT SELECT, INSERT, UPDATE ON users TO touchline_app;

ALTER TABLE sessions ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON sessions TO touchline_app
  USING (user_id = nullif(current_setting('app.user_id', true), '')::uuid)
  WITH CHECK (user_id = nullif(current_setting('app.user_id', true), '')::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE ON sessions TO touchline_app;

ALTER TABLE one_time_tokens ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON one_time_tokens TO touchline_app
  USING (user_id = nullif(current_setting('app.user_id', true), '')::uuid)
  WITH CHECK (user_id = nullif(current_setting('app.user_id', true), '')::uuid);
GRANT SELECT, INSERT, DELETE ON one_time_tokens TO touchline_app;

-- What has to be known before a tenant or a user is: narrow look-ups, each by a secret or an id.
CREATE FUNCTION find_user_by_email(wanted text) RETURNS SETOF users
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp ROWS 1 AS
  $$ SELECT * FROM users WHERE email_key = wanted $$;

CREATE FUNCTION find_one_time_token(wanted text) RETURNS SETOF one_time_tokens
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp ROWS 1 AS
  $$ SELECT * FROM one_time_tokens WHERE token_hash = wanted $$;

CREATE FUNCTION find_session(wanted uuid) RETURNS SETOF sessions
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp ROWS 1 AS
  $$ SELECT * FROM sessions WHERE id = wanted $$;

CREATE FUNCTION find_memberships(wanted uuid)
  RETURNS TABLE (organization_id uuid, name text, member_id uuid, role text, active boolean)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp ROWS 5 AS
  $$ SELECT m.organization_id, o.name, m.id, m.role, m.active FROM members m
     JOIN organizations o ON o.id = m.organization_id WHERE m.user_id = wanted ORDER BY o.name, o.id $$;

CREATE FUNCTION authenticate(wanted uuid)
  RETURNS TABLE (session_id uuid, user_id uuid, organization_id uuid, member_id uuid, role text, name text, email text,
    email_verified boolean, created_at timestamptz, expires_at timestamptz)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp ROWS 1 AS
  $$ SELECT s.id, s.user_id, s.organization_id, m.id, m.role, m.name, u.email, u.email_verified, s.created_at, s.expires_at
     FROM sessions s
     JOIN users u ON u.id = s.user_id AND u.active
     JOIN members m ON m.organization_id = s.organization_id AND m.user_id = s.user_id AND m.active
     WHERE s.id = wanted AND s.revoked_at IS NULL $$;

CREATE FUNCTION delete_ended_sessions(before timestamptz) RETURNS bigint
  LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS
  $$ WITH tokens AS (DELETE FROM one_time_tokens WHERE expires_at < before),
          gone AS (DELETE FROM sessions WHERE expires_at < before RETURNING 1)
     SELECT count(*) FROM gone $$;

CREATE FUNCTION find_demo_organization() RETURNS uuid
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
  $$ SELECT id FROM organizations WHERE demo LIMIT 1 $$;

REVOKE ALL ON FUNCTION find_user_by_email(text), find_one_time_token(text), find_session(uuid),
  find_memberships(uuid), authenticate(uuid), delete_ended_sessions(timestamptz), find_demo_organization() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION find_user_by_email(text), find_one_time_token(text), find_session(uuid),
  find_memberships(uuid), authenticate(uuid), delete_ended_sessions(timestamptz), find_demo_organization() TO touchline_app;
