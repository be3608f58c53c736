-- The public key a box signs couriers with, as its heartbeats say; and when two boxes with one number were noticed.
ALTER TABLE box ADD COLUMN public TEXT;
ALTER TABLE box ADD COLUMN twin_at TEXT;

-- Couriers that were taken, with what the box is told of each; two of one number with another hash are two boxes.
CREATE TABLE courier (
    box TEXT NOT NULL REFERENCES box(id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    previous TEXT,
    taken_at TEXT NOT NULL,
    statements INTEGER NOT NULL,
    receipts_to INTEGER NOT NULL,
    told BLOB NOT NULL,
    PRIMARY KEY (box, number, sha256)
) WITHOUT ROWID;
