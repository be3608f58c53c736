-- What a teacher gave a class to learn. Pupils see it until the teacher ends it, whatever the clock says; due_on is an
-- ISO date for people to read, or empty.
CREATE TABLE lesson (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    class_id INTEGER NOT NULL REFERENCES school_class ON DELETE CASCADE,
    teacher_id INTEGER REFERENCES person ON DELETE SET NULL,
    title TEXT NOT NULL DEFAULT '',
    note TEXT NOT NULL DEFAULT '',
    due_on TEXT NOT NULL DEFAULT '',
    for_all INTEGER NOT NULL DEFAULT 1,
    made_at TEXT NOT NULL,
    ended_at TEXT
);
CREATE INDEX lesson_class ON lesson (class_id, id);

-- Items by their id and not by their pack: a newer version changes nothing, and what is gone can be told.
CREATE TABLE lesson_item (
    lesson_id INTEGER NOT NULL REFERENCES lesson ON DELETE CASCADE,
    position INTEGER NOT NULL,
    item_id TEXT NOT NULL,
    PRIMARY KEY (lesson_id, position)
) WITHOUT ROWID;

-- For whom, where it is not the whole class.
CREATE TABLE lesson_pupil (
    lesson_id INTEGER NOT NULL REFERENCES lesson ON DELETE CASCADE,
    person_id INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
    PRIMARY KEY (lesson_id, person_id)
) WITHOUT ROWID;

-- A pupil said: I am stuck with this.
CREATE TABLE lesson_stuck (
    lesson_id INTEGER NOT NULL REFERENCES lesson ON DELETE CASCADE,
    person_id INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
    item_id TEXT NOT NULL,
    said_at TEXT NOT NULL,
    PRIMARY KEY (lesson_id, person_id, item_id)
) WITHOUT ROWID;
