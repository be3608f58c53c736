-- Which statements leave first: 0 what came of learning, 1 the details of watching (PROTOCOL 4.8). `boot` is the number of
-- the start of the machine at which a statement was made whose time is still to be put right, 0 for every other.
ALTER TABLE outbox ADD COLUMN lane INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN boot INTEGER NOT NULL DEFAULT 0;
UPDATE outbox SET lane = 1 WHERE instr(statement, CAST('/verbs/terminated"' AS BLOB));
CREATE INDEX outbox_lane ON outbox (lane, seq);
CREATE INDEX outbox_boot ON outbox (boot, seq) WHERE boot > 0;

-- `kept_at` is when a person set a refused statement aside for good, and why; NULL while somebody is to look at it.
ALTER TABLE quarantine ADD COLUMN lane INTEGER NOT NULL DEFAULT 0;
ALTER TABLE quarantine ADD COLUMN kept_at TEXT;
ALTER TABLE quarantine ADD COLUMN kept_why TEXT NOT NULL DEFAULT '';
UPDATE quarantine SET lane = 1 WHERE instr(statement, CAST('/verbs/terminated"' AS BLOB));

-- Starts of the machine, in their order. Times at which its monotonic clock stood at zero: by its own wall clock, and by
-- somebody whose clock is right, if one told. `at_least` is a time that was past already when it started.
CREATE TABLE boot (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    wall_zero_at TEXT NOT NULL,
    at_least TEXT,
    told_zero_at TEXT,
    told_by TEXT NOT NULL DEFAULT '' CHECK (told_by IN ('', 'device', 'hub'))
);
