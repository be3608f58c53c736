-- What a class that was put away is called; its `name` is given free for the next year's class by a mark behind it.
ALTER TABLE school_class ADD COLUMN label TEXT NOT NULL DEFAULT '';
