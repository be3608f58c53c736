-- What a try asks, and in which order, follows from its seed; empty for tries from before: their registration is it.
ALTER TABLE attempt ADD COLUMN seed TEXT NOT NULL DEFAULT '';
-- The time a try has, 0 for any. `used_s` were used up to `since_s` on the monotonic clock of the boot `boot_id`.
ALTER TABLE attempt ADD COLUMN limit_s INTEGER NOT NULL DEFAULT 0;
ALTER TABLE attempt ADD COLUMN used_s REAL NOT NULL DEFAULT 0;
ALTER TABLE attempt ADD COLUMN boot_id TEXT NOT NULL DEFAULT '';
ALTER TABLE attempt ADD COLUMN since_s REAL NOT NULL DEFAULT 0;
CREATE INDEX attempt_timed ON attempt (id) WHERE finished_at IS NULL AND limit_s > 0;

-- In a practice the same question comes again: `turn` counts from 1 there, and is 0 in a quiz.
CREATE TABLE answer_by_turn (
    attempt_id INTEGER NOT NULL REFERENCES attempt ON DELETE CASCADE,
    question_id TEXT NOT NULL,
    response TEXT NOT NULL,
    correct INTEGER NOT NULL,
    answered_at TEXT NOT NULL,
    turn INTEGER NOT NULL DEFAULT 0,
    hints INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (attempt_id, turn, question_id)
) WITHOUT ROWID;
INSERT INTO answer_by_turn (attempt_id, question_id, response, correct, answered_at)
SELECT attempt_id, question_id, response, correct, answered_at FROM answer;
DROP TABLE answer;
ALTER TABLE answer_by_turn RENAME TO answer;

-- How many hints somebody took at a question of a try, before answering it.
CREATE TABLE hint (
    attempt_id INTEGER NOT NULL REFERENCES attempt ON DELETE CASCADE,
    turn INTEGER NOT NULL,
    question_id TEXT NOT NULL,
    taken INTEGER NOT NULL,
    PRIMARY KEY (attempt_id, turn, question_id)
) WITHOUT ROWID;
