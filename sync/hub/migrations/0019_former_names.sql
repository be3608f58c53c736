-- Names that schools had before they were renamed here: who still says one means the same school. Unlike the names of
-- today, one may become another school's, which has it from then on.
CREATE TABLE former_name (
    name TEXT NOT NULL,
    municipality TEXT NOT NULL,
    school INTEGER NOT NULL REFERENCES school(id),
    PRIMARY KEY (name, municipality)
) WITHOUT ROWID;

-- Whether it was ever renamed here: its boxes are told its name from then on, whatever becomes of the former ones.
ALTER TABLE school ADD COLUMN renamed INTEGER NOT NULL DEFAULT 0;
