-- Records that have been in the trash for too long and that nothing refers to.
CREATE OR REPLACE FUNCTION expired_trash(before timestamptz, most integer)
  RETURNS TABLE (organization_id uuid, kind text, id uuid, name text, deleted_at timestamptz)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT * FROM (
      SELECT d.organization_id, 'deal' AS kind, d.id, d.title AS name, d.deleted_at FROM deals d WHERE d.deleted_at < before
      UNION ALL
      SELECT p.organization_id, 'product', p.id, p.name, p.deleted_at FROM products p WHERE p.deleted_at < before
        AND NOT EXISTS (SELECT 1 FROM deal_lines l WHERE l.organization_id = p.organization_id AND l.product_id = p.id)
      UNION ALL
      SELECT c.organization_id, 'company', c.id, c.name, c.deleted_at FROM companies c WHERE c.deleted_at < before
        AND NOT EXISTS (SELECT 1 FROM deals d WHERE d.organization_id = c.organization_id AND d.company_id = c.id)
        AND NOT EXISTS (SELECT 1 FROM companies b WHERE b.organization_id = c.organization_id AND b.parent_id = c.id)
        AND NOT EXISTS (SELECT 1 FROM contacts p WHERE p.organization_id = c.organization_id AND p.company_id = c.id)
      UNION ALL
      SELECT p.organization_id, 'contact', p.id, p.name, p.deleted_at FROM contacts p WHERE p.deleted_at < before
        AND NOT EXISTS (SELECT 1 FROM deals d WHERE d.organization_id = p.organization_id AND d.contact_id = p.id)
      UNION ALL
      SELECT l.organization_id, 'lead', l.id, l.name, l.deleted_at FROM leads l WHERE l.deleted_at < before
      UNION ALL
      SELECT a.organization_id, 'activity', a.id, a.subject, a.deleted_at FROM activities a WHERE a.deleted_at < before
      UNION ALL
      SELECT n.organization_id, 'note', n.id, left(n.body, 200), n.deleted_at FROM notes n WHERE n.deleted_at < before
    ) expired ORDER BY expired.deleted_at LIMIT most
  $$;
