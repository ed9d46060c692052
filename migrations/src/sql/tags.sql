CREATE TABLE tags (
  id {key},
  organization_id {uuid} NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  name text NOT NULL,
  name_key {key_text} NOT NULL,
  color text NOT NULL CHECK (color IN ('red', 'orange', 'yellow', 'green', 'teal', 'blue', 'purple', 'pink')),
  created_at {time} NOT NULL,
  updated_at {time} NOT NULL,
  version bigint NOT NULL,
  CONSTRAINT tags_organization_id UNIQUE (organization_id, id),
  CONSTRAINT tags_name UNIQUE (organization_id, name_key)
);
CREATE INDEX tags_by_created ON tags (organization_id, created_at, id);

CREATE TABLE tag_links (
  organization_id {uuid} NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  kind text NOT NULL CHECK (kind IN ('company', 'contact', 'lead', 'deal')),
  record_id {uuid} NOT NULL,
  tag_id {uuid} NOT NULL,
  CONSTRAINT tag_links_key PRIMARY KEY (organization_id, kind, record_id, tag_id),
  CONSTRAINT tag_links_tag_id FOREIGN KEY (organization_id, tag_id) REFERENCES tags (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX tag_links_by_tag ON tag_links (organization_id, tag_id, kind, record_id);
