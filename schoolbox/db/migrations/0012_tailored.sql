-- What a school, a grade or a class hides, shows again or puts first. scope_id is 0 for the school, the grade, or the class.
-- target_kind is pack, unit or item; a unit is named by any of its items, for those keep their id in every version.
-- what is hide, show or pin; position orders what is pinned.
CREATE TABLE tailored (
    scope_kind TEXT NOT NULL,
    scope_id INTEGER NOT NULL,
    target_kind TEXT NOT NULL,
    target_id TEXT NOT NULL,
    what TEXT NOT NULL,
    position INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (scope_kind, scope_id, target_kind, target_id)
) WITHOUT ROWID;
CREATE INDEX tailored_hidden ON tailored (target_id) WHERE what = 'hide';
