-- Of a key only its hash is kept; the scopes are words with a space between them.
CREATE TABLE api_keys (
  id {key},
  organization_id {uuid} NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  member_id {uuid} NOT NULL,
  name text NOT NULL,
  name_key {key_text} NOT NULL,
  prefix text NOT NULL,
  key_hash text NOT NULL,
  scopes text NOT NULL,
  expires_at {time},
  last_used_at {time},
  revoked_at {time},
  created_at {time} NOT NULL,
  version bigint NOT NULL,
  CONSTRAINT api_keys_organization_id UNIQUE (organization_id, id),
  CONSTRAINT api_keys_key_hash UNIQUE (key_hash),
  CONSTRAINT api_keys_member_id FOREIGN KEY (organization_id, member_id) REFERENCES members (organization_id, id)
);
CREATE INDEX api_keys_by_created ON api_keys (organization_id, created_at, id);
