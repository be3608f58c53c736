-- What a person may look at: everything, one municipality, or one school.
ALTER TABLE admin ADD COLUMN municipality TEXT NOT NULL DEFAULT '';
ALTER TABLE admin ADD COLUMN school INTEGER REFERENCES school(id);

-- Schools and days whose figures are older than their statements.
CREATE TABLE touched (
    school INTEGER NOT NULL,
    day INTEGER NOT NULL,
    PRIMARY KEY (school, day)
) WITHOUT ROWID;
INSERT INTO touched SELECT DISTINCT school, day FROM daily;

-- Which learners did something in a week (counted from Monday) at a school, so that each is counted once.
CREATE TABLE active (
    school INTEGER NOT NULL,
    week INTEGER NOT NULL,
    learner INTEGER NOT NULL,
    PRIMARY KEY (school, week, learner)
) WITHOUT ROWID;
INSERT INTO active SELECT DISTINCT school, (day + 3) / 7, actor FROM statement WHERE voided = 0 AND item <> 0 AND actor <> 0;

-- Figures that pages read, by place: '' everything, 'm:Gjilan' a municipality, 's:12' a school.
CREATE TABLE place_pack (
    place TEXT NOT NULL,
    pack INTEGER NOT NULL,
    area TEXT NOT NULL,
    grade INTEGER NOT NULL,
    learners INTEGER NOT NULL,
    PRIMARY KEY (place, pack, area, grade)
) WITHOUT ROWID;

CREATE TABLE place_item (
    place TEXT NOT NULL,
    pack INTEGER NOT NULL,
    item INTEGER NOT NULL,
    area TEXT NOT NULL,
    grade INTEGER NOT NULL,
    learners INTEGER NOT NULL,
    completed INTEGER NOT NULL,
    scored INTEGER NOT NULL,
    score_milli INTEGER NOT NULL,
    PRIMARY KEY (place, pack, item, area, grade)
) WITHOUT ROWID;

CREATE TABLE place_area (
    place TEXT NOT NULL,
    area TEXT NOT NULL,
    grade INTEGER NOT NULL,
    learners INTEGER NOT NULL,
    started INTEGER NOT NULL,
    completed INTEGER NOT NULL,
    PRIMARY KEY (place, area, grade)
) WITHOUT ROWID;

CREATE TABLE place_day (
    place TEXT NOT NULL,
    day INTEGER NOT NULL,
    area TEXT NOT NULL,
    grade INTEGER NOT NULL,
    statements INTEGER NOT NULL,
    watched_ms INTEGER NOT NULL,
    PRIMARY KEY (place, day, area, grade)
) WITHOUT ROWID;

CREATE TABLE place_week (
    place TEXT NOT NULL,
    week INTEGER NOT NULL,
    learners INTEGER NOT NULL,
    PRIMARY KEY (place, week)
) WITHOUT ROWID;

-- The last so many days; 0: since ever.
CREATE TABLE place_period (
    place TEXT NOT NULL,
    days INTEGER NOT NULL,
    learners INTEGER NOT NULL,
    statements INTEGER NOT NULL,
    watched_ms INTEGER NOT NULL,
    PRIMARY KEY (place, days)
) WITHOUT ROWID;

-- One row: of which day the figures are, and when they were last made.
CREATE TABLE refreshed (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    day INTEGER NOT NULL,
    at TEXT NOT NULL
);
