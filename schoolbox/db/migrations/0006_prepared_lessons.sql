-- A lesson can be prepared: pupils see it only once it was given. Those that are there were given when they were made.
ALTER TABLE lesson ADD COLUMN given_at TEXT;
UPDATE lesson SET given_at = made_at;
