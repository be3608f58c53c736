-- What people call a box, and which one took its place when it was dead.
ALTER TABLE box ADD COLUMN label TEXT NOT NULL DEFAULT '';
ALTER TABLE box ADD COLUMN successor TEXT REFERENCES box(id);

-- Schools that a box belonged to before: what it recorded there is theirs, whenever it arrives.
CREATE TABLE box_school (
    box TEXT NOT NULL REFERENCES box(id) ON DELETE CASCADE,
    school INTEGER NOT NULL REFERENCES school(id),
    until_at TEXT NOT NULL,
    PRIMARY KEY (box, school)
) WITHOUT ROWID;

-- The dead box whose place the one takes that redeems this code.
ALTER TABLE code ADD COLUMN replaces TEXT REFERENCES box(id);

-- Of which municipality whoever brought a request is; empty for the ministry and the command line.
ALTER TABLE enrolment_request ADD COLUMN municipality TEXT NOT NULL DEFAULT '';

-- What people did to boxes: when, who, a fixed word, the box if it is about one, and what else there is to say.
CREATE TABLE deed (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    by TEXT NOT NULL,
    what TEXT NOT NULL,
    box TEXT NOT NULL DEFAULT '',
    detail TEXT NOT NULL DEFAULT ''
);
CREATE INDEX deed_by_box ON deed(box, id);
