-- Collections of a school's own: items of any packs in an order, for the school, a grade or a class (as in tailored). area
-- chooses colour and drawing. An item that is not installed now keeps its place.
CREATE TABLE collection (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    scope_kind TEXT NOT NULL,
    scope_id INTEGER NOT NULL,
    title TEXT NOT NULL,
    says TEXT NOT NULL DEFAULT '',
    area TEXT NOT NULL DEFAULT 'life'
);
CREATE INDEX collection_scope ON collection (scope_kind, scope_id);
CREATE TABLE collection_item (
    collection_id INTEGER NOT NULL REFERENCES collection ON DELETE CASCADE,
    position INTEGER NOT NULL,
    item_id TEXT NOT NULL,
    PRIMARY KEY (collection_id, position)
) WITHOUT ROWID;
