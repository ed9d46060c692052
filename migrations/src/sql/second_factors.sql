-- The secret is encrypted, the recovery codes are hashed.
CREATE TABLE second_factors (
  id {key},
  user_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  secret text NOT NULL,
  last_step bigint NOT NULL,
  confirmed_at {time},
  created_at {time} NOT NULL,
  CONSTRAINT second_factors_user_id UNIQUE (user_id)
);

CREATE TABLE recovery_codes (
  id {key},
  user_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  code_hash text NOT NULL,
  used_at {time},
  CONSTRAINT recovery_codes_code UNIQUE (user_id, code_hash)
);
