-- The floor: statements with ids made before it, which had come before `came_ms`, may have been let go of. It only rises.
CREATE TABLE retention (
    id INTEGER PRIMARY KEY,
    floor_ms INTEGER NOT NULL,
    came_ms INTEGER NOT NULL,
    raised_at TEXT NOT NULL
);

-- What stays of statements that were let go of: as much as roll-ups need to be made anew. Days are nobody's.
CREATE TABLE past_day (
    day INTEGER NOT NULL,
    school INTEGER NOT NULL,
    class INTEGER NOT NULL,
    grade INTEGER NOT NULL,
    area TEXT NOT NULL,
    pack INTEGER NOT NULL,
    item INTEGER NOT NULL,
    verb INTEGER NOT NULL,
    statements INTEGER NOT NULL,
    watched_ms INTEGER NOT NULL,
    PRIMARY KEY (day, school, class, grade, area, pack, item, verb)
) WITHOUT ROWID;

-- In which weeks a learner did something at a school.
CREATE TABLE past_week (
    learner INTEGER NOT NULL,
    school INTEGER NOT NULL,
    week INTEGER NOT NULL,
    PRIMARY KEY (learner, school, week)
) WITHOUT ROWID;

-- Where a learner stood with an item.
CREATE TABLE past_standing (
    learner INTEGER NOT NULL,
    school INTEGER NOT NULL,
    class INTEGER NOT NULL,
    grade INTEGER NOT NULL,
    area TEXT NOT NULL,
    pack INTEGER NOT NULL,
    item INTEGER NOT NULL,
    completed INTEGER NOT NULL,
    best_milli INTEGER,
    last_day INTEGER NOT NULL,
    PRIMARY KEY (learner, school, class, grade, area, pack, item)
) WITHOUT ROWID;

-- Statements that came below the floor and that a person let count: each once, also if it comes again when it was let go of.
CREATE TABLE admitted (
    id BLOB PRIMARY KEY,
    digest BLOB NOT NULL,
    learner INTEGER NOT NULL
) WITHOUT ROWID;

-- Which xAPI a statement that could not be stored was sent in: 1 or 2.
ALTER TABLE refused ADD COLUMN xapi INTEGER NOT NULL DEFAULT 1;
CREATE INDEX refused_by_reason ON refused(reason, credential);

-- What statements mention goes with them, found by their places.
CREATE INDEX IF NOT EXISTS related_by_seq ON related(seq);
