-- A large hub answers when a batch is on the disk and makes its rows later: until then the batch waits. One that keeps its
-- records in a file makes them at once, and nothing waits there, nothing is refused afterwards, and scenes are not needed.
ALTER TABLE batch ADD COLUMN waits INTEGER NOT NULL DEFAULT 0;
CREATE INDEX batch_waits ON batch(first_seq) WHERE waits = 1;

-- What many statements share: in a file each says it for itself (0).
ALTER TABLE statement ADD COLUMN scene INTEGER NOT NULL DEFAULT 0;
CREATE TABLE scene_mention (
    term INTEGER NOT NULL,
    scene INTEGER NOT NULL,
    PRIMARY KEY (term, scene)
) WITHOUT ROWID;

-- Statements of boxes that were landed and could not be stored: another one has the id, or it voids what is not its own.
CREATE TABLE refused (
    id BLOB NOT NULL,
    credential INTEGER NOT NULL REFERENCES credential(id),
    reason TEXT NOT NULL,
    refused_us INTEGER NOT NULL,
    statement BLOB NOT NULL,
    PRIMARY KEY (id, refused_us)
);
