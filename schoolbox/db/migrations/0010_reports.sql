-- What a pupil did on one day of the box's own calendar, for reports: one narrow row, changed together with progress.
-- The day comes first in the key: whoever works today shares a page or two of the file, and a card is written less.
-- last_minute is the minute (UTC) that was counted last. Work from before this table has no minutes.
CREATE TABLE work_day (
    day TEXT NOT NULL,
    person_id INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
    minutes INTEGER NOT NULL,
    finished INTEGER NOT NULL,
    last_minute TEXT NOT NULL,
    PRIMARY KEY (day, person_id)
) WITHOUT ROWID;
INSERT INTO work_day (day, person_id, minutes, finished, last_minute)
SELECT date(done_at, 'localtime'), person_id, 0, count(*), '' FROM progress WHERE done_at IS NOT NULL
 GROUP BY date(done_at, 'localtime'), person_id;
-- Finished tries by time, for what a week brought; only the end of a try writes here.
CREATE INDEX attempt_finished ON attempt (person_id, finished_at) WHERE finished_at IS NOT NULL;
