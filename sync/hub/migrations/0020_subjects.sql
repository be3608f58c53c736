-- What subject a course is of, as the latest statement about it says: mathematics, physics.
CREATE TABLE pack_subject (
    pack INTEGER PRIMARY KEY,
    subject TEXT NOT NULL
);
