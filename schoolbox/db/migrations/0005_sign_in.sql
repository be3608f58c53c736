-- The sign-in card of a pupil, one at a time: a new one ends the old one. Of its code only a keyed hash is kept.
CREATE TABLE card (
    person_id INTEGER PRIMARY KEY REFERENCES person ON DELETE CASCADE,
    mark TEXT NOT NULL UNIQUE,
    made_at TEXT NOT NULL
);
