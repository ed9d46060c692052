-- Activities whose owners are to be reminded by now, of all tenants.
CREATE FUNCTION due_reminders(until timestamptz, most integer) RETURNS TABLE (organization_id uuid, id uuid)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT a.organization_id, a.id FROM activities a
    WHERE a.remind_at <= until AND a.done_at IS NULL AND a.deleted_at IS NULL
    ORDER BY a.remind_at LIMIT most
  $$;
REVOKE ALL ON FUNCTION due_reminders(timestamptz, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION due_reminders(timestamptz, integer) TO touchline_app;
