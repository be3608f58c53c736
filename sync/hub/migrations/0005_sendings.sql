-- Boxes that have asked for sendings: only a school with one of them can be sent to.
CREATE TABLE sending_box (
    box TEXT PRIMARY KEY REFERENCES box(id) ON DELETE CASCADE
) WITHOUT ROWID;

-- Sealed files on their way from a box to a school. The hub cannot open them; of what is in them it knows the size alone.
CREATE TABLE sending (
    id TEXT PRIMARY KEY,
    from_box TEXT NOT NULL REFERENCES box(id) ON DELETE CASCADE,
    to_school INTEGER NOT NULL REFERENCES school(id) ON DELETE CASCADE,
    size_bytes INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    have_bytes INTEGER NOT NULL,
    begun_on TEXT NOT NULL,
    last_day TEXT NOT NULL,
    state TEXT NOT NULL,
    receipt TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
CREATE INDEX sending_from ON sending(from_box);
CREATE INDEX sending_to ON sending(to_school);
CREATE INDEX sending_day ON sending(last_day);

-- The pieces of a sealed file, as they came.
CREATE TABLE sending_piece (
    sending TEXT NOT NULL REFERENCES sending(id) ON DELETE CASCADE,
    begins INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (sending, begins)
);
