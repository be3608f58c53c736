-- Who sends packs, and for which publisher; empty for everybody else.
ALTER TABLE admin ADD COLUMN publisher TEXT NOT NULL DEFAULT '';
ALTER TABLE credential ADD COLUMN publisher TEXT NOT NULL DEFAULT '';

-- Archives of packs on their way to the hub. Their bytes lie in the data folder; how many there are, the file says.
CREATE TABLE pack_upload (
    id TEXT PRIMARY KEY,
    number BIGINT NOT NULL,
    publisher TEXT NOT NULL,
    mark TEXT NOT NULL,
    name TEXT NOT NULL,
    size_bytes BIGINT NOT NULL,
    begun_by TEXT NOT NULL,
    begun_at TEXT NOT NULL,
    UNIQUE (publisher, mark, size_bytes)
);

-- What publishers sent to be published. `problem` says in JSON why it was not taken; `upload` names its archive.
CREATE TABLE proposal (
    number BIGINT PRIMARY KEY,
    publisher TEXT NOT NULL,
    upload TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    size_bytes BIGINT NOT NULL,
    mark TEXT NOT NULL,
    state TEXT NOT NULL,
    catalogue BIGINT NOT NULL DEFAULT 0,
    problem TEXT NOT NULL DEFAULT ''
);
CREATE INDEX proposal_by_publisher ON proposal(publisher, number);

-- Who did what with a proposal: kept for good. `who` is empty where the hub did it itself.
CREATE TABLE proposal_step (
    proposal BIGINT NOT NULL REFERENCES proposal(number),
    step BIGINT NOT NULL,
    state TEXT NOT NULL,
    who TEXT NOT NULL,
    reason TEXT NOT NULL,
    done_at TEXT NOT NULL,
    PRIMARY KEY (proposal, step)
);
