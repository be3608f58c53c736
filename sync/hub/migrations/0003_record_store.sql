-- What a credential may do, in the words of xAPI (1.0.3 part 3 section 4.2), with a blank between two.
ALTER TABLE credential ADD COLUMN scopes TEXT NOT NULL DEFAULT 'statements/write statements/read/mine define';
UPDATE credential SET scopes = 'all' WHERE reads_all = 1;
ALTER TABLE credential DROP COLUMN reads_all;

-- Which xAPI a batch spoke: 1 or 2; a statement that names no version is of that one.
ALTER TABLE batch ADD COLUMN xapi INTEGER NOT NULL DEFAULT 1;

-- Statements that are about another statement, which may still be on its way.
CREATE TABLE reference (
    target BLOB NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (target, seq)
) WITHOUT ROWID;
CREATE INDEX reference_by_seq ON reference(seq);
INSERT INTO reference (target, seq) SELECT target, by_seq FROM void;

-- Documents of other programs: state and profiles, kept apart by owner. `activity` and `agent` are terms, 0 where the kind
-- has none; no registration is an empty blob, so that a document has one place.
CREATE TABLE document (
    id INTEGER PRIMARY KEY,
    owner INTEGER NOT NULL,
    kind TEXT NOT NULL,
    activity INTEGER NOT NULL,
    agent INTEGER NOT NULL,
    registration BLOB NOT NULL,
    name TEXT NOT NULL,
    content_type TEXT NOT NULL,
    etag TEXT NOT NULL,
    updated_us INTEGER NOT NULL,
    body BLOB NOT NULL,
    UNIQUE (owner, kind, activity, agent, registration, name)
);
CREATE INDEX document_by_agent ON document(agent) WHERE agent <> 0;

-- Contents of attachments: which statement brought which file (`file` is its SHA-256 and its name in the data folder).
CREATE TABLE attachment (
    seq INTEGER NOT NULL,
    sha2 TEXT NOT NULL,
    content_type TEXT NOT NULL,
    file TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    PRIMARY KEY (seq, sha2)
) WITHOUT ROWID;
CREATE INDEX attachment_by_file ON attachment(file);
