-- Encrypted for their places: nothing searches, sorts or compares them.
ALTER TABLE contacts ADD COLUMN private_phone text;
ALTER TABLE contacts ADD COLUMN birthday text;
ALTER TABLE contacts ADD COLUMN private_address text;
ALTER TABLE notes ADD COLUMN sealed_body text;
ALTER TABLE merges ADD COLUMN sealed_fields text;
-- Files of imports are encrypted from now on; those that lie there are to be brought again.
DELETE FROM import_pieces;
