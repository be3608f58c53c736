-- Quizzes that teachers write: what was typed, as JSON, complete or not. `version` grows with each change, `used` is the
-- version that was last made a pack of (0: none), `pack_id` that pack.
CREATE TABLE own_quiz (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    teacher_id INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
    draft TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 1,
    shared INTEGER NOT NULL DEFAULT 0,
    changed_at TEXT NOT NULL,
    pack_id TEXT NOT NULL DEFAULT '',
    used INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX own_quiz_teacher ON own_quiz (teacher_id);
