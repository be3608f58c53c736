-- Boxes that ask on a stick to be taken in, by the SHA-256 of their request. The answer is sealed for the box: the secret
-- in it cannot be read here. `key` is the credential that the answer gave.
CREATE TABLE enrolment_request (
    sha256 TEXT PRIMARY KEY,
    box TEXT NOT NULL,
    public TEXT NOT NULL,
    raw BLOB NOT NULL,
    came_at TEXT NOT NULL,
    answered_at TEXT,
    key TEXT,
    answer BLOB
);
CREATE INDEX enrolment_request_by_box ON enrolment_request(box);
