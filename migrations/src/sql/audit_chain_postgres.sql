-- The application reads its tenant's chain. It adds to it, and erases what an event says, by the functions below alone.
ALTER TABLE audit_chain ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON audit_chain TO touchline_app
  USING (organization_id = nullif(current_setting('app.organization', true), '')::uuid);
GRANT SELECT ON audit_chain TO touchline_app;
ALTER TABLE audit_salts ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON audit_salts TO touchline_app
  USING (organization_id = nullif(current_setting('app.organization', true), '')::uuid);
GRANT SELECT ON audit_salts TO touchline_app;
ALTER TABLE audit_heads ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON audit_heads TO touchline_app
  USING (organization_id = nullif(current_setting('app.organization', true), '')::uuid);
GRANT SELECT ON audit_heads TO touchline_app;
GRANT SELECT ON audit_progress TO touchline_app;

-- Events that have their place in the stream and no link yet, in order, with where the chain of each ends.
CREATE FUNCTION unlinked_events(batch integer)
  RETURNS TABLE (seq bigint, organization_id uuid, event_id uuid, head_number bigint, head_seq bigint, head_link bytea, head_signature text,
    last_number bigint, id uuid, kind text, subject_type text, subject_id uuid, subject_name text, actor_id uuid, changes jsonb,
    request_id text, ip_address text, at timestamptz)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
  $$ WITH taken AS MATERIALIZED (
       SELECT s.seq, s.organization_id, s.event_id FROM event_stream s
       WHERE s.seq > coalesce((SELECT p.seq FROM audit_progress p), 0) ORDER BY s.seq LIMIT batch),
     tip AS (
       SELECT o.organization_id, h.number, h.seq, h.link, h.signature,
         (SELECT max(c.number) FROM audit_chain c WHERE c.organization_id = o.organization_id) AS last_number
       FROM (SELECT DISTINCT t.organization_id FROM taken t) o LEFT JOIN audit_heads h ON h.organization_id = o.organization_id)
     SELECT t.seq, t.organization_id, t.event_id, tip.number, tip.seq, tip.link, tip.signature, tip.last_number, e.id, e.kind, e.subject_type,
       e.subject_id, e.subject_name, e.actor_id, e.changes, e.request_id, e.ip_address, e.at
     FROM taken t JOIN tip ON tip.organization_id = t.organization_id LEFT JOIN events e ON e.id = t.event_id
     ORDER BY t.seq $$;

-- Adds links and moves the heads with them, all or nothing: of two dispatchers that begin at the same end one is refused.
CREATE FUNCTION link_events(batch text) RETURNS bigint
  LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS
  $$ WITH entry AS MATERIALIZED (
       SELECT * FROM json_to_recordset(batch::json -> 'links')
         AS l (organization uuid, number bigint, seq bigint, event uuid, commitment text, link text, salt text)),
     chain AS (
       INSERT INTO audit_chain (organization_id, number, seq, event_id, commitment, link)
       SELECT organization, number, seq, event, decode(commitment, 'hex'), decode(link, 'hex') FROM entry),
     salts AS (
       INSERT INTO audit_salts (organization_id, number, salt) SELECT organization, number, decode(salt, 'hex') FROM entry),
     heads AS (
       INSERT INTO audit_heads AS h (organization_id, number, seq, link, signature, updated_at)
       SELECT organization, number, seq, decode(link, 'hex'), signature, at FROM json_to_recordset(batch::json -> 'heads')
         AS n (organization uuid, number bigint, seq bigint, link text, signature text, at timestamptz)
       ON CONFLICT (organization_id) DO UPDATE SET number = excluded.number, seq = excluded.seq, link = excluded.link,
         signature = excluded.signature, updated_at = excluded.updated_at),
     progress AS (
       INSERT INTO audit_progress AS p (id, seq) SELECT 1, max(seq) FROM entry HAVING max(seq) IS NOT NULL
       ON CONFLICT (id) DO UPDATE SET seq = excluded.seq)
     SELECT count(*) FROM entry $$;

-- Takes from events of the tenant what they say about somebody: `events` are their ids, `salts` their numbers in the
-- chain with the proofs that it was us.
CREATE FUNCTION erase_events(events text, salts text) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS
  $$ UPDATE events e SET subject_name = NULL, changes = '[]'::jsonb, request_id = NULL, ip_address = NULL
     FROM json_array_elements_text($1::json) r (id)
     WHERE e.id = r.id::uuid AND e.organization_id = nullif(current_setting('app.organization', true), '')::uuid;
     UPDATE audit_salts s SET salt = NULL, erasure = r.erasure FROM json_to_recordset($2::json) AS r (number bigint, erasure text)
     WHERE s.number = r.number AND s.organization_id = nullif(current_setting('app.organization', true), '')::uuid $$;

-- What the operator's commands look through: the heads of all organizations, and what another key signed.
CREATE FUNCTION audit_heads_since(since timestamptz) RETURNS SETOF audit_heads
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
  $$ SELECT * FROM audit_heads WHERE updated_at >= since ORDER BY organization_id $$;

CREATE FUNCTION outdated_signatures(prefix text, batch integer)
  RETURNS TABLE (erasure boolean, organization_id uuid, number bigint, seq bigint, content bytea, signature text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
  $$ SELECT false, h.organization_id, h.number, h.seq, h.link, h.signature FROM audit_heads h
     WHERE h.signature <> '' AND NOT starts_with(h.signature, prefix)
     UNION ALL
     SELECT true, s.organization_id, s.number, c.seq, c.commitment, s.erasure FROM audit_salts s
     JOIN audit_chain c ON c.organization_id = s.organization_id AND c.number = s.number
     WHERE s.erasure IS NOT NULL AND NOT starts_with(s.erasure, prefix)
     LIMIT batch $$;

CREATE FUNCTION sign_anew(of_erasure boolean, organization uuid, at_number bigint, was text, now_is text) RETURNS bigint
  LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS
  $$ WITH heads AS (
       UPDATE audit_heads SET signature = now_is
       WHERE NOT of_erasure AND organization_id = organization AND number = at_number AND signature = was RETURNING 1),
     erasures AS (
       UPDATE audit_salts SET erasure = now_is
       WHERE of_erasure AND organization_id = organization AND number = at_number AND erasure = was RETURNING 1)
     SELECT (SELECT count(*) FROM heads) + (SELECT count(*) FROM erasures) $$;

REVOKE ALL ON FUNCTION unlinked_events(integer), link_events(text), erase_events(text, text), audit_heads_since(timestamptz),
  outdated_signatures(text, integer), sign_anew(boolean, uuid, bigint, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION unlinked_events(integer), link_events(text), erase_events(text, text), audit_heads_since(timestamptz),
  outdated_signatures(text, integer), sign_anew(boolean, uuid, bigint, text, text) TO touchline_app;
