-- Notifications, of all tenants, that wait to be shown or to be mailed by now.
CREATE FUNCTION due_notifications(until timestamptz, most integer) RETURNS TABLE (organization_id uuid, id uuid)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    (SELECT n.organization_id, n.id FROM notifications n WHERE n.shown_at IS NULL ORDER BY n.created_at LIMIT most)
    UNION ALL
    (SELECT n.organization_id, n.id FROM notifications n WHERE n.mail_at <= until AND n.shown_at IS NOT NULL ORDER BY n.mail_at LIMIT most)
  $$;
CREATE FUNCTION clean_notifications(before timestamptz) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS
  $$ DELETE FROM notifications WHERE created_at < before $$;
REVOKE ALL ON FUNCTION due_notifications(timestamptz, integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION clean_notifications(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION due_notifications(timestamptz, integer) TO touchline_app;
GRANT EXECUTE ON FUNCTION clean_notifications(timestamptz) TO touchline_app;
