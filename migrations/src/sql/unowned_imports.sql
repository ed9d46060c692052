ALTER TABLE imports ADD COLUMN unowned text CHECK (unowned IN ('importer', 'leadSettings', 'nobody'));
