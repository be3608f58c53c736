-- Courses that somebody finished, as they were then: the row stays when the pack goes. `title` and `publisher` are
-- texts per language; `mastery` is per cent of right answers, -1 for a course without quizzes.
CREATE TABLE finished_course (
    person_id INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
    pack_id TEXT NOT NULL,
    title TEXT NOT NULL,
    publisher TEXT NOT NULL,
    language TEXT NOT NULL,
    items INTEGER NOT NULL,
    mastery INTEGER NOT NULL,
    school TEXT NOT NULL,
    municipality TEXT NOT NULL,
    finished_at TEXT NOT NULL,
    PRIMARY KEY (person_id, pack_id)
) WITHOUT ROWID;
