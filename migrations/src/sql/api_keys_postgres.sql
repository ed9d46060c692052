CREATE FUNCTION authenticate_api_key(wanted text)
  RETURNS TABLE (key_id uuid, user_id uuid, organization_id uuid, member_id uuid, role text, name text, email text,
    email_verified boolean, scopes text, created_at timestamptz, expires_at timestamptz, last_used_at timestamptz)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp ROWS 1 AS
  $$ SELECT k.id, u.id, k.organization_id, m.id, m.role, m.name, u.email, u.email_verified, k.scopes, k.created_at,
       k.expires_at, k.last_used_at
     FROM api_keys k
     JOIN members m ON m.organization_id = k.organization_id AND m.id = k.member_id AND m.active
     JOIN users u ON u.id = m.user_id AND u.active
     WHERE k.key_hash = wanted AND k.revoked_at IS NULL $$;

-- At most one write a minute for each key, however often and on however many servers it is used.
CREATE FUNCTION touch_api_key(wanted uuid, now timestamptz, before timestamptz) RETURNS bigint
  LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS
  $$ WITH touched AS (UPDATE api_keys SET last_used_at = now
       WHERE id = wanted AND (last_used_at IS NULL OR last_used_at <= before) RETURNING 1)
     SELECT count(*) FROM touched $$;

REVOKE ALL ON FUNCTION authenticate_api_key(text), touch_api_key(uuid, timestamptz, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION authenticate_api_key(text), touch_api_key(uuid, timestamptz, timestamptz) TO touchline_app;
