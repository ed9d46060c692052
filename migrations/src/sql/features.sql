ALTER TABLE organizations ADD COLUMN disabled_features text NOT NULL DEFAULT '';
