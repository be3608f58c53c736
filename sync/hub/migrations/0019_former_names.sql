-- Names that schools had before they were renamed here: who still says one means the same school. Unlike the names of
-- today, one may become another school's, which has it from then on.
CREATE TABLE former_name (
    name TEXT NOT NULL,
    municipality TEXT NOT NULL,
    school INTEGER NOT NULL REFERENCES school(id),
    PRIMARY KEY (name, municipality)
) WITHOUT ROWID;
CREATE INDEX former_name_by_school ON former_name(school);
