CREATE FUNCTION find_invitation(wanted text) RETURNS SETOF invitations
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp ROWS 1 AS
  $$ SELECT * FROM invitations WHERE token_hash = wanted $$;

REVOKE ALL ON FUNCTION find_invitation(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION find_invitation(text) TO touchline_app;
