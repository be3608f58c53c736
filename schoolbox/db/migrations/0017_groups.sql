-- Groups within a class, as its teachers call them.
CREATE TABLE class_group (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    class_id INTEGER NOT NULL REFERENCES school_class ON DELETE CASCADE,
    name TEXT NOT NULL,
    UNIQUE (class_id, name)
);

-- Who is in a group; whoever leaves the class leaves its groups with that.
CREATE TABLE class_group_pupil (
    group_id INTEGER NOT NULL REFERENCES class_group ON DELETE CASCADE,
    person_id INTEGER NOT NULL,
    class_id INTEGER NOT NULL,
    PRIMARY KEY (group_id, person_id),
    FOREIGN KEY (class_id, person_id) REFERENCES membership ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX class_group_pupil_member ON class_group_pupil (class_id, person_id);

-- A lesson for a group is for whoever is in it today.
ALTER TABLE lesson ADD COLUMN group_id INTEGER REFERENCES class_group ON DELETE SET NULL;
CREATE INDEX lesson_group ON lesson (group_id);

-- Whom lessons are for that are not for the whole class: ticked one by one, or in the lesson's group.
CREATE VIEW lesson_chosen AS
SELECT lesson_id, person_id FROM lesson_pupil
UNION ALL SELECT l.id, g.person_id FROM lesson l JOIN class_group_pupil g ON g.group_id = l.group_id;
