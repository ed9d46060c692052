ALTER TABLE second_factors ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON second_factors TO touchline_app
  USING (user_id = nullif(current_setting('app.user_id', true), '')::uuid)
  WITH CHECK (user_id = nullif(current_setting('app.user_id', true), '')::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE ON second_factors TO touchline_app;

ALTER TABLE recovery_codes ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON recovery_codes TO touchline_app
  USING (user_id = nullif(current_setting('app.user_id', true), '')::uuid)
  WITH CHECK (user_id = nullif(current_setting('app.user_id', true), '')::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE ON recovery_codes TO touchline_app;

-- For the rotation of keys: secrets that an older key encrypted, and putting one that the newer did in its place.
CREATE FUNCTION outdated_second_factors(prefix text, beyond uuid, most integer)
  RETURNS TABLE (id uuid, user_id uuid, secret text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
  $$ SELECT f.id, f.user_id, f.secret FROM second_factors f
     WHERE NOT starts_with(f.secret, prefix) AND f.id > beyond ORDER BY f.id LIMIT most $$;

CREATE FUNCTION reseal_second_factor(wanted uuid, before text, after text) RETURNS bigint
  LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS
  $$ WITH done AS (UPDATE second_factors SET secret = after WHERE id = wanted AND secret = before RETURNING 1)
     SELECT count(*) FROM done $$;

REVOKE ALL ON FUNCTION outdated_second_factors(text, uuid, integer), reseal_second_factor(uuid, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION outdated_second_factors(text, uuid, integer), reseal_second_factor(uuid, text, text) TO touchline_app;
