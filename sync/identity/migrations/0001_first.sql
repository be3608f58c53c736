-- What the office is set to (the domain), and how far the count of changes is.
CREATE TABLE setting (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

-- Boxes as their hubs introduced them; the newest of a box that has not ended is the one that may ask. The secret itself
-- is nowhere: only a hash keyed with a key outside the database.
CREATE TABLE registration (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    secret_hash BLOB NOT NULL UNIQUE,
    box TEXT NOT NULL,
    school_id TEXT NOT NULL,
    school TEXT NOT NULL,
    municipality TEXT NOT NULL,
    introduced_at TEXT NOT NULL,
    ended_at TEXT
);
CREATE INDEX registration_box ON registration (box);

-- People who have an address. What is known of them stands in `number` and `name`.
CREATE TABLE person (
    id INTEGER PRIMARY KEY,
    allotted_at TEXT NOT NULL
);

-- The random numbers under which boxes and hub know somebody: usually one. `wish` is the name it was asked with last,
-- `changed` counts the changes of the whole office, so that a box hears what is new.
CREATE TABLE number (
    number TEXT PRIMARY KEY,
    person INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
    wish TEXT NOT NULL,
    registration INTEGER NOT NULL REFERENCES registration,
    changed INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX number_person ON number (person);
CREATE INDEX number_news ON number (registration, changed);

-- Every part before the @ that was ever given, as a keyed hash, so that none is given twice. Of whom was erased, the hash
-- alone is left.
CREATE TABLE name (
    digest BLOB PRIMARY KEY,
    person INTEGER REFERENCES person ON DELETE SET NULL,
    local TEXT,
    main INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX name_person ON name (person) WHERE person IS NOT NULL;
CREATE UNIQUE INDEX name_main ON name (person) WHERE main = 1;
CREATE INDEX name_local ON name (local) WHERE local IS NOT NULL;

-- For each wish, as a keyed hash, which number comes next behind it.
CREATE TABLE base (
    digest BLOB PRIMARY KEY,
    next INTEGER NOT NULL
) WITHOUT ROWID;

-- Numbers that a box asked for that does not know the name: somebody at the office must look.
CREATE TABLE undecided (
    number TEXT PRIMARY KEY REFERENCES number ON DELETE CASCADE,
    registration INTEGER NOT NULL REFERENCES registration,
    wish TEXT NOT NULL,
    asked_at TEXT NOT NULL
) WITHOUT ROWID;
