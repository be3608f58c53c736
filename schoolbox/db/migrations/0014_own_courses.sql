-- Courses that teachers make of files of their own: titles and order as JSON; the files lie in a folder of the academy.
-- version grows with each change, used is the version that was last made a pack of (0: none), pack_id that pack.
CREATE TABLE own_course (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    teacher_id INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
    draft TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 1,
    changed_at TEXT NOT NULL,
    pack_id TEXT NOT NULL DEFAULT '',
    used INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX own_course_teacher ON own_course (teacher_id);
