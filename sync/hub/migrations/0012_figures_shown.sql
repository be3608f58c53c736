-- Numbers of pupils that may be shown beside those they are made of: small groups are left out, or stand together.
-- A number from 1 to 4 and -1 (several small groups) are never shown.
CREATE TABLE place_course (
    place TEXT NOT NULL,
    pack INTEGER NOT NULL,
    learners INTEGER NOT NULL,
    PRIMARY KEY (place, pack)
);

-- The same for items; `results` and `score_milli` are of everybody, for the mean.
CREATE TABLE place_course_item (
    place TEXT NOT NULL,
    pack INTEGER NOT NULL,
    item INTEGER NOT NULL,
    learners INTEGER NOT NULL,
    completed INTEGER NOT NULL,
    scored INTEGER NOT NULL,
    results INTEGER NOT NULL,
    score_milli INTEGER NOT NULL,
    PRIMARY KEY (place, pack, item)
);

-- How much happened with a course in a week.
CREATE TABLE place_course_week (
    place TEXT NOT NULL,
    week INTEGER NOT NULL,
    pack INTEGER NOT NULL,
    statements INTEGER NOT NULL,
    watched_ms INTEGER NOT NULL,
    PRIMARY KEY (place, week, pack)
);

-- In which language an item is taught, as the latest statement about it says: sq, sr, tr.
CREATE TABLE item_language (
    pack INTEGER NOT NULL,
    item INTEGER NOT NULL,
    language TEXT NOT NULL,
    PRIMARY KEY (pack, item)
);

-- Pupils in groups of one school and grade that are not small.
ALTER TABLE place_pack ADD COLUMN grouped INTEGER NOT NULL DEFAULT 0;
ALTER TABLE place_item ADD COLUMN grouped INTEGER NOT NULL DEFAULT 0;

-- Every figure is made anew.
DELETE FROM touched;
INSERT INTO touched SELECT DISTINCT school, day FROM daily;
