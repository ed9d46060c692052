-- For the rotation of keys, of whatever is encrypted: whose a column is; none for a column that is not.
CREATE FUNCTION sealed_owner(wanted_table text, wanted_column text) RETURNS text
  LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS
  $$ SELECT CASE
       WHEN (wanted_table, wanted_column) = ('second_factors', 'secret') THEN 'user_id'
       WHEN (wanted_table, wanted_column) IN (('contacts', 'private_phone'), ('contacts', 'birthday'),
         ('contacts', 'private_address'), ('notes', 'sealed_body'), ('merges', 'sealed_fields')) THEN 'organization_id'
     END $$;

-- Values that an older key encrypted. A name that is null is refused by format().
CREATE FUNCTION outdated_sealed(wanted_table text, wanted_column text, prefix text, beyond uuid, most integer)
  RETURNS TABLE (id uuid, owner_id uuid, sealed text)
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  BEGIN
    RETURN QUERY EXECUTE format(
      'SELECT s.id, s.%2$I, s.%3$I FROM %1$I s WHERE NOT starts_with(s.%3$I, $1) AND s.id > $2 ORDER BY s.id LIMIT $3',
      wanted_table, sealed_owner(wanted_table, wanted_column), wanted_column) USING prefix, beyond, most;
  END $$;

-- Puts one that the newer key encrypted in its place.
CREATE FUNCTION reseal(wanted_table text, wanted_column text, wanted uuid, before text, after text) RETURNS bigint
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  DECLARE done bigint;
  BEGIN
    IF sealed_owner(wanted_table, wanted_column) IS NULL THEN
      RAISE EXCEPTION 'this column is not encrypted';
    END IF;
    EXECUTE format('UPDATE %1$I SET %2$I = $1 WHERE id = $2 AND %2$I = $3', wanted_table, wanted_column)
      USING after, wanted, before;
    GET DIAGNOSTICS done = ROW_COUNT;
    RETURN done;
  END $$;

DROP FUNCTION outdated_second_factors(text, uuid, integer);
DROP FUNCTION reseal_second_factor(uuid, text, text);

CREATE OR REPLACE FUNCTION clean_merges(before timestamptz) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS
  $$ DELETE FROM merge_moves m USING merges o WHERE o.organization_id = m.organization_id AND o.id = m.merge_id AND o.merged_at < $1;
     UPDATE merges SET before = '{}', after = '{}', sealed_fields = NULL
       WHERE merged_at < $1 AND (before <> '{}' OR sealed_fields IS NOT NULL) $$;

REVOKE ALL ON FUNCTION sealed_owner(text, text), outdated_sealed(text, text, text, uuid, integer), reseal(text, text, uuid, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION outdated_sealed(text, text, text, uuid, integer), reseal(text, text, uuid, text, text) TO touchline_app;
