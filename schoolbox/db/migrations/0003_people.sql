-- What some schools collect of their pupils and others do not: empty unless the school has chosen to keep it.
ALTER TABLE person ADD COLUMN parent_name TEXT NOT NULL DEFAULT '';
ALTER TABLE person ADD COLUMN phone TEXT NOT NULL DEFAULT '';
