-- Transfers that go over the hub (PROTOCOL 11). Its number is the one under which the hub carries it; `sha256` is that of the
-- sealed file as it was when a person sent it: a file that was made again is another sending. No row leads to a person.
CREATE TABLE sending (
    id TEXT PRIMARY KEY,
    departure_id TEXT NOT NULL,
    hub TEXT NOT NULL,
    to_school TEXT NOT NULL,
    to_name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    have_bytes INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL,
    problem TEXT NOT NULL DEFAULT '',
    refused TEXT NOT NULL DEFAULT '',
    asked_at TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX sending_departure ON sending (departure_id);

-- Sealed files that came over the hub. When the pupil was taken in, the content is empty and `arrival_id` says whose receipt
-- goes back; `receipt` is how far that is.
CREATE TABLE delivery (
    id TEXT PRIMARY KEY,
    hub TEXT NOT NULL,
    school TEXT NOT NULL,
    municipality TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    begun_on TEXT NOT NULL,
    last_day TEXT NOT NULL,
    content BLOB NOT NULL,
    arrival_id TEXT NOT NULL DEFAULT '',
    receipt TEXT NOT NULL DEFAULT ''
);
CREATE INDEX delivery_sha256 ON delivery (sha256);
CREATE INDEX delivery_arrival ON delivery (arrival_id) WHERE arrival_id <> '';

-- The schools that the hub can carry to, as it told last; `place` is their order.
CREATE TABLE hub_school (
    id TEXT PRIMARY KEY,
    place INTEGER NOT NULL,
    name TEXT NOT NULL,
    municipality TEXT NOT NULL,
    folded TEXT NOT NULL
) WITHOUT ROWID;
