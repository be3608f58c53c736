-- Batches that were landed and cannot be made into rows: nobody waits for them (`landed.waits` is 2) until somebody tries
-- again; `reason` names the error.
CREATE TABLE aside (
    landed INTEGER PRIMARY KEY REFERENCES landed(id) ON DELETE CASCADE,
    reason TEXT COLLATE "C" NOT NULL
);

-- Wrong codes and passwords of the last quarter of an hour, for all workers together. Who tried and whence is a keyed hash.
CREATE TABLE guess (
    digest BYTEA PRIMARY KEY,
    failures BIGINT NOT NULL,
    last_us BIGINT NOT NULL
);
CREATE INDEX guess_by_time ON guess(last_us);
