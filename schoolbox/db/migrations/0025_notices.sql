-- Notices of the hub that somebody of the staff does not want to see again.
CREATE TABLE notice_dismissed (
    person_id INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
    notice_id INTEGER NOT NULL,
    PRIMARY KEY (person_id, notice_id)
) WITHOUT ROWID;
