-- Courses that teachers make of files of their own: titles and order as JSON; the files lie in a folder of the academy.
-- asked is 1 while somebody waits for it to be in the library, fault says as JSON why the last try failed.
-- version grows with each change, used is the version that was last made a pack of (0: none), pack_id that pack.
CREATE TABLE own_course (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    teacher_id INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
    draft TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 1,
    changed_at TEXT NOT NULL,
    pack_id TEXT NOT NULL DEFAULT '',
    used INTEGER NOT NULL DEFAULT 0,
    asked INTEGER NOT NULL DEFAULT 0,
    fault TEXT NOT NULL DEFAULT ''
);
CREATE INDEX own_course_teacher ON own_course (teacher_id);
