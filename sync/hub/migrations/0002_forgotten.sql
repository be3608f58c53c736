-- Learners whose school erased them: a keyed hash of the random number, so that what still arrives is not kept.
CREATE TABLE forgotten (
    digest BLOB PRIMARY KEY,
    forgotten_at TEXT NOT NULL
) WITHOUT ROWID;
