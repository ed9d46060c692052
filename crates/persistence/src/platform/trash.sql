SELECT * FROM (
  SELECT organization_id, 'deal' AS kind, id, title AS name, deleted_at FROM deals WHERE deleted_at < ?1
  UNION ALL
  SELECT organization_id, 'product', id, name, deleted_at FROM products p WHERE deleted_at < ?1
    AND NOT EXISTS (SELECT 1 FROM deal_lines l WHERE l.organization_id = p.organization_id AND l.product_id = p.id)
  UNION ALL
  SELECT organization_id, 'company', id, name, deleted_at FROM companies c WHERE deleted_at < ?1
    AND NOT EXISTS (SELECT 1 FROM deals d WHERE d.organization_id = c.organization_id AND d.company_id = c.id)
    AND NOT EXISTS (SELECT 1 FROM companies b WHERE b.organization_id = c.organization_id AND b.parent_id = c.id)
    AND NOT EXISTS (SELECT 1 FROM contacts p WHERE p.organization_id = c.organization_id AND p.company_id = c.id)
  UNION ALL
  SELECT organization_id, 'contact', id, name, deleted_at FROM contacts p WHERE deleted_at < ?1
    AND NOT EXISTS (SELECT 1 FROM deals d WHERE d.organization_id = p.organization_id AND d.contact_id = p.id)
  UNION ALL
  SELECT organization_id, 'lead', id, name, deleted_at FROM leads WHERE deleted_at < ?1
  UNION ALL
  SELECT organization_id, 'activity', id, subject, deleted_at FROM activities WHERE deleted_at < ?1
  UNION ALL
  SELECT organization_id, 'note', id, substr(body, 1, 200), deleted_at FROM notes WHERE deleted_at < ?1
  UNION ALL
  SELECT organization_id, 'quickNote', id, category, deleted_at FROM quick_notes WHERE deleted_at < ?1
  UNION ALL
  SELECT organization_id, 'actionPlan', id, status, deleted_at FROM action_plans p WHERE deleted_at < ?1
    AND NOT EXISTS (SELECT 1 FROM action_items i WHERE i.organization_id = p.organization_id AND i.plan_id = p.id)
  UNION ALL
  SELECT organization_id, 'actionItem', id, status, deleted_at FROM action_items WHERE deleted_at < ?1
  UNION ALL
  SELECT organization_id, 'coachingRule', id, name, deleted_at FROM coaching_rules r WHERE deleted_at < ?1
    AND NOT EXISTS (SELECT 1 FROM coaching_proposals p WHERE p.organization_id = r.organization_id AND p.rule_id = r.id)
  UNION ALL
  SELECT organization_id, 'metricValue', id, period_start, deleted_at FROM metric_values WHERE deleted_at < ?1
  UNION ALL
  SELECT organization_id, 'metric', id, name, deleted_at FROM metrics m WHERE deleted_at < ?1
    AND NOT EXISTS (SELECT 1 FROM metric_values v WHERE v.organization_id = m.organization_id AND v.metric_id = m.id)
    AND NOT EXISTS (SELECT 1 FROM coaching_rules r WHERE r.organization_id = m.organization_id AND r.metric_id = m.id)
    AND NOT EXISTS (SELECT 1 FROM coaching_proposals p WHERE p.organization_id = m.organization_id AND p.metric_id = m.id)
) expired ORDER BY deleted_at LIMIT ?2
