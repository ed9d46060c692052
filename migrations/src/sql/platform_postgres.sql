-- The log is append-only: the application may add to it and read it, never change it.
ALTER TABLE events ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON events TO touchline_app
  USING (organization_id = nullif(current_setting('app.organization', true), '')::uuid)
  WITH CHECK (organization_id = nullif(current_setting('app.organization', true), '')::uuid);
GRANT SELECT, INSERT ON events TO touchline_app;
ALTER TABLE event_stream ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON event_stream TO touchline_app
  USING (organization_id = nullif(current_setting('app.organization', true), '')::uuid);
GRANT SELECT ON event_stream TO touchline_app;

CREATE SEQUENCE event_seq;

-- The dispatcher's: gives committed events their place in the stream. One runs at a time, and it
-- sees only what is committed, so that a reader who resumes by seq misses nothing.
CREATE FUNCTION sequence_events(batch integer) RETURNS SETOF event_stream
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT pg_try_advisory_xact_lock(7236498) THEN
    RETURN;
  END IF;
  RETURN QUERY
    WITH taken AS (
      DELETE FROM outbox WHERE event_id IN (SELECT o.event_id FROM outbox o ORDER BY o.event_id LIMIT batch)
      RETURNING event_id, organization_id
    )
    INSERT INTO event_stream (organization_id, seq, event_id)
    SELECT t.organization_id, nextval('event_seq'), t.event_id
    FROM (SELECT organization_id, event_id FROM taken ORDER BY event_id) t
    RETURNING event_stream.*;
END $$;

-- A job that is due, or whose runner has lost its lease, taken by exactly one runner.
CREATE FUNCTION claim_job(now timestamptz, lease timestamptz, token uuid) RETURNS SETOF jobs
  LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp ROWS 1 AS
  $$ UPDATE jobs SET state = 'running', attempts = attempts + 1, lease_until = lease, lease_token = token
     WHERE jobs.id = (
       SELECT j.id FROM jobs j
       WHERE (j.state = 'queued' AND j.run_at <= now) OR (j.state = 'running' AND j.lease_until < now)
       ORDER BY j.run_at LIMIT 1 FOR UPDATE SKIP LOCKED)
     RETURNING jobs.* $$;

CREATE FUNCTION finish_job(job uuid, token uuid, new_state text, next_run timestamptz, error text, finished timestamptz)
  RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS
  $$ WITH done AS (
       UPDATE jobs SET state = new_state, run_at = coalesce(next_run, run_at), last_error = error,
         payload = CASE new_state WHEN 'done' THEN '{}'::jsonb ELSE payload END,
         finished_at = finished, lease_until = NULL, lease_token = NULL
       WHERE id = job AND lease_token = token RETURNING 1)
     SELECT count(*) FROM done $$;

CREATE FUNCTION renew_job(job uuid, token uuid, lease timestamptz) RETURNS bigint
  LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS
  $$ WITH done AS (UPDATE jobs SET lease_until = lease WHERE id = job AND lease_token = token RETURNING 1)
     SELECT count(*) FROM done $$;

CREATE FUNCTION job_counts() RETURNS TABLE (state text, count bigint)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
  $$ SELECT state, count(*) FROM jobs WHERE state <> 'done' GROUP BY state
     UNION ALL SELECT 'outbox', count(*) FROM outbox $$;

-- What an administrator of the installation sees of it: numbers, of no tenant.
CREATE FUNCTION installation(now timestamptz)
  RETURNS TABLE (organizations bigint, users bigint, sessions bigint, queued bigint, dead bigint, undelivered bigint, bytes bigint)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp ROWS 1 AS
  $$ SELECT (SELECT count(*) FROM organizations), (SELECT count(*) FROM users WHERE active),
       (SELECT count(*) FROM sessions WHERE revoked_at IS NULL AND expires_at > now),
       (SELECT count(*) FROM jobs WHERE state = 'queued'), (SELECT count(*) FROM jobs WHERE state = 'dead'),
       (SELECT count(*) FROM outbox), pg_database_size(current_database()) $$;

CREATE FUNCTION clean_platform(keys_before timestamptz, jobs_before timestamptz) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS
  $$ DELETE FROM idempotency_keys WHERE created_at < keys_before;
     DELETE FROM import_pieces WHERE created_at < jobs_before;
     DELETE FROM jobs WHERE state IN ('done', 'cancelled') AND finished_at < jobs_before $$;

REVOKE ALL ON FUNCTION sequence_events(integer), claim_job(timestamptz, timestamptz, uuid), finish_job(uuid, uuid, text, timestamptz, text, timestamptz),
  renew_job(uuid, uuid, timestamptz), job_counts(), installation(timestamptz), clean_platform(timestamptz, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sequence_events(integer), claim_job(timestamptz, timestamptz, uuid), finish_job(uuid, uuid, text, timestamptz, text, timestamptz),
  renew_job(uuid, uuid, timestamptz), job_counts(), installation(timestamptz), clean_platform(timestamptz, timestamptz) TO touchline_app;
