"""Where a pupil stands with items, as pages show it, and the queries that read and keep it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

import msgspec

from schoolbox.db.database import Database
from schoolbox.services.finished import FinishedTable
from schoolbox.services.school_days import local_day
from schoolbox.services.segments import parse, write
from schoolbox.services.texts import write_json
from schoolbox.services.viewers import Viewer
from schoolbox.services.watching import WatchState

COLUMNS = (
    "item_id, state, position_s, watched_s, best_correct, last_correct, questions, passed, attempts, touched_at"
)
OF_ITEMS = f"""
SELECT {COLUMNS} FROM progress WHERE person_id = ? AND item_id IN (SELECT value FROM json_each(?))
"""  # noqa: S608 - a constant of this module
LATEST = f"""
SELECT {COLUMNS} FROM progress WHERE person_id = ?1 AND (?2 = '' OR state = ?2) ORDER BY touched_order DESC LIMIT ?3
"""  # noqa: S608 - a constant of this module
WATCHED = """
SELECT state, position_s, segments, sitting, sitting_segments, sitting_sent FROM progress
WHERE person_id = ? AND item_id = ?
"""
TOUCH = """
INSERT INTO progress (person_id, item_id, state, touched_order, touched_at, done_at)
VALUES (?1, ?2, ?3, (SELECT COALESCE(MAX(touched_order), 0) + 1 FROM progress WHERE person_id = ?1), ?4,
    CASE WHEN ?3 = 'done' THEN ?4 END)
ON CONFLICT (person_id, item_id) DO UPDATE SET
    state = MIN(state, excluded.state), touched_order = excluded.touched_order, touched_at = excluded.touched_at,
    done_at = COALESCE(done_at, excluded.done_at)
"""
"""`done` comes before `started` in the alphabet, so MIN lets what is done stay done."""
TOUCH_DAY = """
INSERT INTO work_day (day, person_id, minutes, finished, last_minute)
VALUES (?1, ?2, 1, ?4 = 'done' AND NOT EXISTS
    (SELECT 1 FROM progress WHERE person_id = ?2 AND item_id = ?3 AND state = 'done'), ?5)
ON CONFLICT (day, person_id) DO UPDATE SET minutes = minutes + (last_minute <> excluded.last_minute),
    finished = finished + excluded.finished, last_minute = excluded.last_minute
"""
"""Runs before `TOUCH`, which makes the item done. A minute counts once, whatever was done in it."""
KEEP_WATCHED = """
UPDATE progress SET position_s = ?, segments = ?, watched_s = ?, sitting = ?, sitting_segments = ?, sitting_sent = ?
WHERE person_id = ? AND item_id = ?
"""
KEEP_SCORE = """
UPDATE progress SET last_correct = ?1, best_correct = MAX(?1, CASE WHEN questions = ?2 THEN best_correct ELSE 0 END),
    questions = ?2, passed = MAX(passed, ?3), attempts = attempts + 1
WHERE person_id = ?4 AND item_id = ?5
"""

MINUTE = len("2026-11-27T08:15")
State = Literal["started", "done"]


class ItemProgress(msgspec.Struct, frozen=True):
    """Where a pupil stands with one item; the numbers of right answers are of the best and the last finished try."""

    item_id: str
    state: State
    position_s: float
    watched_s: float
    best_correct: int
    last_correct: int
    questions: int
    passed: bool
    attempts: int
    touched_at: str

    @property
    def done(self) -> bool:
        """Watched, opened, or passed."""
        return self.state == "done"


class ProgressTable:
    """Reads and keeps progress; the keeping is for inside a write."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._finished = FinishedTable(db)

    def of_items(self, person_id: int, item_ids: Sequence[str]) -> dict[str, ItemProgress]:
        """Progress with some items, by id; items never begun are left out."""
        rows = self._db.fetch_sql(_progress, OF_ITEMS, (person_id, write_json(item_ids)))
        return {row.item_id: row for row in rows}

    def latest(self, person_id: int, limit: int, *, state: State | None = None) -> list[ItemProgress]:
        """What was touched last, first; only what is in one state, if that is given."""
        return self._db.fetch_sql(_progress, LATEST, (person_id, state or "", limit))

    def watched(self, person_id: int, item_id: str) -> WatchState:
        """Where somebody stands with a video."""
        rows = self._db.fetch_sql(_watch_state, WATCHED, (person_id, item_id))
        return rows[0] if rows else WatchState()

    def touch(self, viewer: Viewer, item_id: str, state: State, *, now: str) -> None:
        """Note that somebody did something with an item, and on which day; what is done stays done."""
        day = local_day(datetime.fromisoformat(now)).isoformat()
        self._db.run_sql(TOUCH_DAY, (day, viewer.person_id, item_id, state, now[:MINUTE]))
        self.touch_person(viewer.person_id, item_id, state, now=now)

    def touch_person(self, person_id: int, item_id: str, state: State, *, now: str) -> None:
        """Note what became of an item for somebody who does nothing with it today."""
        self._db.run_sql(TOUCH, (person_id, item_id, state, now))

    def keep_watched(self, viewer: Viewer, item_id: str, state: WatchState, *, watched_s: float) -> None:
        """Keep where somebody stands with a video that was touched before."""
        self._db.run_sql(
            KEEP_WATCHED,
            (
                round(state.position_s, 2), write(state.segments), watched_s, state.sitting,
                write(state.sitting_segments), write(state.sitting_sent), viewer.person_id, item_id,
            ),
        )  # fmt: skip

    def keep_score(self, viewer: Viewer, item_id: str, *, correct: int, questions: int, passed: bool) -> None:
        """Keep the result of a finished quiz that was touched before."""
        self.keep_score_of(viewer.person_id, item_id, correct=correct, questions=questions, passed=passed)

    def keep_score_of(self, person_id: int, item_id: str, *, correct: int, questions: int, passed: bool) -> None:
        """Do the same for somebody who is not looking."""
        self._db.run_sql(KEEP_SCORE, (correct, questions, int(passed), person_id, item_id))
        if passed:
            self._finished.note(person_id, item_id)

    def note_done(self, viewer: Viewer, item_id: str) -> None:
        """An item that is no quiz was done for the first time: keep the courses that are finished by that."""
        self._finished.note(viewer.person_id, item_id)


def _progress(*row: str) -> ItemProgress:
    item_id, state, position_s, watched_s, best, last, questions, passed, attempts, touched_at = row
    return ItemProgress(
        item_id, "done" if state == "done" else "started", float(position_s), float(watched_s), int(best), int(last),
        int(questions), bool(passed), int(attempts), touched_at,
    )  # fmt: skip


def _watch_state(
    state: str, position_s: float, segments: str, sitting: str, sitting_segments: str, sitting_sent: str
) -> WatchState:
    return WatchState(
        state == "done", position_s, parse(segments), sitting, parse(sitting_segments), parse(sitting_sent)
    )
