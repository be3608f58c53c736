-- Packs of which only some units were chosen, or of which files are missing; the version before, so that it can come back.
-- units is a JSON list of slugs, empty for all; held_back is a version that somebody went back from.
ALTER TABLE pack ADD COLUMN units TEXT NOT NULL DEFAULT '';
ALTER TABLE pack ADD COLUMN missing INTEGER NOT NULL DEFAULT 0;
ALTER TABLE pack ADD COLUMN held_back INTEGER NOT NULL DEFAULT 0;

CREATE TABLE kept_pack (
    pack_id TEXT PRIMARY KEY REFERENCES pack ON DELETE CASCADE,
    version INTEGER NOT NULL,
    manifest_sha256 TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE kept_file (
    pack_id TEXT NOT NULL REFERENCES kept_pack ON DELETE CASCADE,
    sha256 TEXT NOT NULL,
    PRIMARY KEY (pack_id, sha256)
) WITHOUT ROWID;
CREATE INDEX kept_file_sha256 ON kept_file (sha256);

-- Items that a pack once showed and no longer does, and what took their place: links to them are old, not wrong.
CREATE TABLE gone_item (
    id TEXT PRIMARY KEY,
    pack_id TEXT NOT NULL,
    title TEXT NOT NULL,
    teacher_only INTEGER NOT NULL,
    replaced_by TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;

-- What somebody asked of a stick, and how far it is: survives leaving the page, a pulled stick and a power cut.
-- leftovers is 1 while files of a job that was given up are still to be deleted; seen is 1 once its end was read.
CREATE TABLE shelf_job (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    shelf TEXT NOT NULL,
    address TEXT NOT NULL,
    label TEXT NOT NULL,
    state TEXT NOT NULL,
    asked_by INTEGER,
    asked_at TEXT NOT NULL,
    ended_at TEXT,
    seen INTEGER NOT NULL DEFAULT 0,
    leftovers INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE shelf_job_pack (
    job_id INTEGER NOT NULL REFERENCES shelf_job ON DELETE CASCADE,
    position INTEGER NOT NULL,
    pack_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    manifest_sha256 TEXT NOT NULL,
    title TEXT NOT NULL,
    units TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL,
    fault TEXT NOT NULL DEFAULT '',
    missing INTEGER NOT NULL DEFAULT 0,
    need_bytes INTEGER NOT NULL,
    need_files INTEGER NOT NULL,
    done_bytes INTEGER NOT NULL DEFAULT 0,
    done_files INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (job_id, position)
) WITHOUT ROWID;

-- What the box takes by itself: a pattern is *, publisher:* or the id of a pack, and the narrowest decides. wanted is 0 for
-- what it must leave alone, as a pack that a person removed.
CREATE TABLE subscription (
    pattern TEXT PRIMARY KEY,
    wanted INTEGER NOT NULL
) WITHOUT ROWID;
