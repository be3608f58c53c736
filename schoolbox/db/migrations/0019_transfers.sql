-- A pupil who moves to another school: the sealed file, and what its receipt must prove. When the receipt came, the row
-- stays without person, file and secret; before, it goes with the person. `put_away_at` is the person's `archived_at` then:
-- where the two differ, the pupil came back in between, and the file no longer holds everything.
CREATE TABLE departure (
    id TEXT PRIMARY KEY,
    person_id INTEGER REFERENCES person ON DELETE CASCADE,
    by_id INTEGER NOT NULL,
    made_at TEXT NOT NULL,
    meant_for TEXT NOT NULL,
    good_until TEXT NOT NULL,
    put_away_at TEXT NOT NULL,
    secret TEXT NOT NULL,
    content BLOB NOT NULL,
    ended_at TEXT,
    taken_by TEXT NOT NULL DEFAULT '',
    proof TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
CREATE UNIQUE INDEX departure_person ON departure (person_id) WHERE person_id IS NOT NULL;

-- A pupil who came from another school, with the receipt for it. It stays when the person is erased.
CREATE TABLE arrival (
    id TEXT PRIMARY KEY,
    person_id INTEGER REFERENCES person ON DELETE SET NULL,
    by_id INTEGER NOT NULL,
    taken_at TEXT NOT NULL,
    from_school TEXT NOT NULL,
    academy TEXT NOT NULL,
    proof TEXT NOT NULL,
    receipt TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX arrival_person ON arrival (person_id) WHERE person_id IS NOT NULL;

-- The certificate of another school, as that school signed it; empty for what was finished here.
ALTER TABLE finished_course ADD COLUMN code TEXT NOT NULL DEFAULT '';

-- A short code for the certificate of each finished course, 60 bits in hexadecimal digits: only this box knows it.
ALTER TABLE finished_course ADD COLUMN short TEXT NOT NULL DEFAULT '';
UPDATE finished_course SET short = substr(hex(randomblob(8)), 1, 15);
CREATE UNIQUE INDEX finished_course_short ON finished_course (short) WHERE short <> '';
