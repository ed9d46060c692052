CREATE UNIQUE INDEX saved_views_organization_id ON saved_views (organization_id, id);
CREATE INDEX saved_views_by_name ON saved_views (organization_id, name_key, id);

CREATE TABLE saved_view_defaults (
  organization_id {uuid} NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  member_id {uuid} NOT NULL,
  resource text NOT NULL,
  saved_view_id {uuid} NOT NULL,
  CONSTRAINT saved_view_defaults_key PRIMARY KEY (organization_id, member_id, resource),
  CONSTRAINT saved_view_defaults_member_id FOREIGN KEY (organization_id, member_id) REFERENCES members (organization_id, id) ON DELETE CASCADE,
  CONSTRAINT saved_view_defaults_saved_view_id FOREIGN KEY (organization_id, saved_view_id) REFERENCES saved_views (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX saved_view_defaults_by_view ON saved_view_defaults (organization_id, saved_view_id);
