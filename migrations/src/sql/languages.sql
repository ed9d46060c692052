ALTER TABLE users ADD COLUMN language text CHECK (language IN ('en', 'fr', 'sr'));
