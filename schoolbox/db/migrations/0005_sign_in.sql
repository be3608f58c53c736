-- The sign-in card of a pupil, one at a time: a new one ends the old one. Of its code only a keyed hash is kept.
CREATE TABLE card (
    person_id INTEGER PRIMARY KEY REFERENCES person ON DELETE CASCADE,
    mark TEXT NOT NULL UNIQUE,
    made_at TEXT NOT NULL
);

-- How the pupils of a class sign in without a card: 'pin' or 'pictures'; a new secret of theirs is of this kind.
ALTER TABLE school_class ADD COLUMN sign_in TEXT NOT NULL DEFAULT 'pin';
-- Whether the secret of a pupil (of kind 'pin') is three pictures.
ALTER TABLE person ADD COLUMN pictures INTEGER NOT NULL DEFAULT 0;
-- The kind of device of a session: 'phone', 'tablet', 'computer', or empty where it is not known.
ALTER TABLE session ADD COLUMN device TEXT NOT NULL DEFAULT '';
