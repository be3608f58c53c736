-- Who of the staff looked at or changed what is kept of whom. Numbers only; no foreign keys, because the log outlives
-- the people in it: whoever was erased is a number without a name. by_id 0 is the command line.
CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    happened_at TEXT NOT NULL,
    by_id INTEGER NOT NULL,
    code TEXT NOT NULL,
    person_id INTEGER NOT NULL DEFAULT 0,
    class_id INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX audit_person ON audit (person_id, id) WHERE person_id > 0;

-- What parents agreed to, or took back; the newest row of a kind holds. `note` says where the paper is.
CREATE TABLE consent (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    person_id INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
    kind TEXT NOT NULL,
    given INTEGER NOT NULL,
    recorded_at TEXT NOT NULL,
    by_id INTEGER NOT NULL,
    note TEXT NOT NULL DEFAULT ''
);
CREATE INDEX consent_person ON consent (person_id, kind, id);

-- Who was erased here and must still be erased at the hub: the random number, until the hub says that it is done.
CREATE TABLE erasure (
    actor_id TEXT PRIMARY KEY,
    erased_at TEXT NOT NULL
) WITHOUT ROWID;
