-- The last starts of the machine at which each box spoke over a line, in the order in which they were first heard: two
-- boxes with one number (a copied card) are known by a start that speaks again though a newer one had spoken.
CREATE TABLE box_start (
    box TEXT NOT NULL REFERENCES box(id) ON DELETE CASCADE,
    boot TEXT NOT NULL,
    place INTEGER NOT NULL,
    machine TEXT NOT NULL DEFAULT '',
    seq INTEGER NOT NULL,
    heard_at TEXT NOT NULL,
    PRIMARY KEY (box, boot)
) WITHOUT ROWID;

-- The highest place in its own order that a box was heard to have given out.
ALTER TABLE box ADD COLUMN seq INTEGER NOT NULL DEFAULT 0;
