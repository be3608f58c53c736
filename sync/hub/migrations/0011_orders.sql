-- What the hub orders of boxes: '' of all, 'm:Gjilan' of those of a municipality, 'b:<number>' of one. The narrowest holds.
CREATE TABLE ordered_setting (
    scope TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (scope, name)
) WITHOUT ROWID;

-- Short texts for people at schools, by language; shown until the end of a day, or until somebody ended it here.
CREATE TABLE notice (
    id INTEGER PRIMARY KEY,
    scope TEXT NOT NULL,
    audience TEXT NOT NULL,
    texts TEXT NOT NULL,
    until_day TEXT NOT NULL,
    made_at TEXT NOT NULL,
    made_by TEXT NOT NULL,
    ended_at TEXT
);
CREATE INDEX notice_by_scope ON notice(scope);

-- The newest orders of each box as they were signed, and what it said of them: which number it follows, what it refuses.
CREATE TABLE box_orders (
    box TEXT PRIMARY KEY REFERENCES box(id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    content TEXT NOT NULL,
    letter BLOB NOT NULL,
    follows INTEGER NOT NULL DEFAULT 0,
    refused TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
