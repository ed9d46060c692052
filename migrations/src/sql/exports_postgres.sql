CREATE OR REPLACE FUNCTION clean_platform(keys_before timestamptz, jobs_before timestamptz) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS
  $$ DELETE FROM idempotency_keys WHERE created_at < keys_before;
     DELETE FROM pieces WHERE created_at < jobs_before;
     DELETE FROM jobs WHERE state IN ('done', 'cancelled') AND finished_at < jobs_before $$;

CREATE FUNCTION clean_exports(now timestamptz) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS
  $$ DELETE FROM pieces p USING exports e
       WHERE e.organization_id = p.organization_id AND e.id = p.subject_id AND e.expires_at <= now;
     DELETE FROM exports WHERE expires_at <= now $$;

CREATE OR REPLACE FUNCTION sealed_owner(wanted_table text, wanted_column text) RETURNS text
  LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS
  $$ SELECT CASE
       WHEN (wanted_table, wanted_column) = ('second_factors', 'secret') THEN 'user_id'
       WHEN (wanted_table, wanted_column) IN (('contacts', 'private_phone'), ('contacts', 'birthday'),
         ('contacts', 'private_address'), ('notes', 'sealed_body'), ('merges', 'sealed_fields'), ('pieces', 'sealed')) THEN 'organization_id'
     END $$;

REVOKE ALL ON FUNCTION clean_exports(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION clean_exports(timestamptz) TO touchline_app;
