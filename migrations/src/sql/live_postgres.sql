-- What many sessions stand for at this moment; those that are no longer good are left out.
CREATE FUNCTION authenticate_all(wanted text)
  RETURNS TABLE (session_id uuid, user_id uuid, organization_id uuid, member_id uuid, role text, name text, email text,
    email_verified boolean, created_at timestamptz, expires_at timestamptz)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
  $$ SELECT s.id, s.user_id, s.organization_id, m.id, m.role, m.name, u.email, u.email_verified, s.created_at, s.expires_at
     FROM sessions s
     JOIN users u ON u.id = s.user_id AND u.active
     JOIN members m ON m.organization_id = s.organization_id AND m.user_id = s.user_id AND m.active
     WHERE s.id = ANY (ARRAY(SELECT jsonb_array_elements_text(wanted::jsonb)::uuid)) AND s.revoked_at IS NULL $$;
REVOKE ALL ON FUNCTION authenticate_all(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION authenticate_all(text) TO touchline_app;
