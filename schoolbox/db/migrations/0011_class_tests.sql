-- Tests: a quiz that a teacher opens and closes by hand. Pupils see it from `opened_at`, answer until `closed_at`, and see
-- what was right from `shown_at`; `limit_s` is the time of a try, 0 for any.
CREATE TABLE class_test (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    class_id INTEGER NOT NULL REFERENCES school_class ON DELETE CASCADE,
    teacher_id INTEGER REFERENCES person ON DELETE SET NULL,
    item_id TEXT NOT NULL,
    title TEXT NOT NULL DEFAULT '',
    limit_s INTEGER NOT NULL DEFAULT 0,
    for_all INTEGER NOT NULL DEFAULT 1,
    made_at TEXT NOT NULL,
    opened_at TEXT,
    closed_at TEXT,
    shown_at TEXT
);
CREATE INDEX class_test_class ON class_test (class_id);
CREATE INDEX class_test_item ON class_test (item_id);
-- One pupil of a test: chosen for it where it is not for all, given more time, let in again after it was closed, and
-- whether the results were looked at.
CREATE TABLE class_test_pupil (
    test_id INTEGER NOT NULL REFERENCES class_test ON DELETE CASCADE,
    person_id INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
    chosen INTEGER NOT NULL DEFAULT 0,
    extra_s INTEGER NOT NULL DEFAULT 0,
    reopened INTEGER NOT NULL DEFAULT 0,
    seen INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (test_id, person_id)
) WITHOUT ROWID;
-- The test that a try belongs to; NULL for tries that are none.
ALTER TABLE attempt ADD COLUMN test_id INTEGER REFERENCES class_test ON DELETE SET NULL;
CREATE INDEX attempt_test ON attempt (test_id) WHERE test_id IS NOT NULL;
