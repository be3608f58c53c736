"""What a pupil does with videos, recordings and documents: kept, and told upstream, in one transaction.

Promises: progress and statement are written together or not at all, and when a method returns they are on the disk.
Only pupils' learning is kept; guests and staff may watch everything and leave no trace.

    learning.watch(viewer, "mash:cka-eshte-thyesa", report)
    learning.progress(viewer.person_id, [item.id for item in outline.items])
"""

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from content_packs.clock import Clock
from schoolbox.db.database import Database
from schoolbox.errors import BadInputError, NotFoundError
from schoolbox.services.lesson_statements import LessonStatements
from schoolbox.services.library import Library
from schoolbox.services.outbox import BoxOutbox
from schoolbox.services.outline import Entry
from schoolbox.services.progress import ItemProgress, ProgressTable
from schoolbox.services.segments import total_s
from schoolbox.services.statements import Statements, item_ref
from schoolbox.services.viewers import Viewer, is_staff, keeps_for
from schoolbox.services.watching import Left, WatchReport, advance
from sync.statements import Watched, document_experienced, item_completed, utc_text, video_completed, video_terminated

OTHER_SITTINGS = """
SELECT item_id FROM progress WHERE person_id = ? AND item_id <> ? AND sitting_segments <> sitting_sent
"""


class Started(msgspec.Struct, frozen=True):
    """Something a pupil began and can go on with."""

    entry: Entry
    progress: ItemProgress


class Learning:
    """Keeps what was watched and opened, and says where a pupil stands."""

    def __init__(
        self, db: Database, *, clock: Clock, library: Library, outbox: BoxOutbox, statements: Statements
    ) -> None:
        self._db = db
        self._clock = clock
        self._library = library
        self._outbox = outbox
        self._statements = statements
        self._table = ProgressTable(db)
        self._lessons = LessonStatements(db, statements)

    def watch(self, viewer: Viewer | None, item_id: str, report: WatchReport) -> None:
        """Take in a report from the player.

        Raises:
            NotFoundError: There is no such item for this reader.
            BadInputError: It is nothing to watch or hear, or has no length.
            ThrottledError: This pupil does more than a child can; nothing of it is kept.
            WriteFailedError: It could not be kept; nothing of it is visible.
        """
        entry = self._entry(viewer, item_id)
        if entry.item.kind not in ("video", "audio"):
            raise BadInputError(field="item", problem=f"a {entry.item.kind} is not watched")
        length_s = entry.item.duration_s or report.duration_s
        if length_s <= 0:
            raise BadInputError(field="duration_s", problem="the length is not known")
        pupil = keeps_for(viewer)
        if pupil is not None:
            self._outbox.write(lambda: self._keep(pupil, entry, report, length_s), by=pupil.person_id)

    def opened_document(self, viewer: Viewer | None, item_id: str) -> None:
        """Note that somebody opened a document; the first time makes it done.

        Raises:
            NotFoundError: There is no such item for this reader.
            BadInputError: It is no document.
            ThrottledError: This pupil does more than a child can; nothing of it is kept.
            WriteFailedError: It could not be kept; nothing of it is visible.
        """
        entry = self._entry(viewer, item_id)
        if entry.item.kind != "document":
            raise BadInputError(field="item", problem=f"a {entry.item.kind} is not opened")
        pupil = keeps_for(viewer)
        if pupil is not None:
            self._outbox.write(lambda: self._open(pupil, entry), by=pupil.person_id)

    def progress(self, person_id: int, item_ids: Sequence[str]) -> dict[str, ItemProgress]:
        """Where a pupil stands with some items, by id; items never begun are left out."""
        return self._table.of_items(person_id, item_ids)

    def resume(self, person_id: int, limit: int, *, library: Library | None = None) -> list[Started]:
        """What a pupil began and has not finished, last first; only what is in `library`, if it is given."""
        rows = self._table.latest(person_id, limit, state="started")
        return self._with_entries(rows, library)

    def latest(self, person_id: int, limit: int, *, library: Library | None = None) -> list[Started]:
        """What a pupil did last, finished or not."""
        return self._with_entries(self._table.latest(person_id, limit), library)

    def _with_entries(self, rows: Sequence[ItemProgress], library: Library | None) -> list[Started]:
        entries = (library or self._library).entries([row.item_id for row in rows], staff=False) if rows else {}
        return [Started(entries[row.item_id], row) for row in rows if row.item_id in entries]

    def _entry(self, viewer: Viewer | None, item_id: str) -> Entry:
        found = self._library.entries([item_id], staff=is_staff(viewer))
        if item_id not in found:
            raise NotFoundError(kind="item", key=item_id)
        return found[item_id]

    def _keep(self, pupil: Viewer, entry: Entry, report: WatchReport, length_s: float) -> None:
        old = self._table.watched(pupil.person_id, entry.item.id)
        if not report.sitting:
            report = replace(report, sitting=old.sitting or self._statements.new_id())
        if old.sitting != report.sitting:
            self._close_other_sittings(pupil, entry.item.id)
        step = advance(old, report, length_s=length_s)
        now = utc_text(self._clock.now())
        self._table.touch(pupil, entry.item.id, "done" if step.state.done else "started", now=now)
        self._table.keep_watched(pupil, entry.item.id, step.state, watched_s=total_s(step.state.segments))
        for left in step.left:
            self._terminated(pupil, entry, left, length_s)
        if step.completed:
            self._table.note_done(pupil, entry.item.id)
            watched = Watched(
                time_s=min(report.position_s, length_s), length_s=length_s, segments=step.state.segments,
                session_id=report.sitting,
            )  # fmt: skip
            self._statements.put(pupil, lambda occasion: video_completed(occasion, item_ref(entry), watched))
            self._lessons.note_done(pupil, entry.item.id)

    def _close_other_sittings(self, pupil: Viewer, item_id: str) -> None:
        """Tell of videos that were never left properly: the phone went out, the page was thrown away."""
        open_ids = self._db.fetch_sql(str, OTHER_SITTINGS, (pupil.person_id, item_id))
        entries = self._library.entries(open_ids, staff=False) if open_ids else {}
        for entry in entries.values():
            state = self._table.watched(pupil.person_id, entry.item.id)
            if entry.item.duration_s > 0 and state.unsent:
                left = Left(state.sitting, state.position_s, state.unsent)
                self._terminated(pupil, entry, left, entry.item.duration_s)
                watched_s = total_s(state.segments)
                self._table.keep_watched(pupil, entry.item.id, state.told(), watched_s=watched_s)

    def _terminated(self, pupil: Viewer, entry: Entry, left: Left, length_s: float) -> None:
        watched = Watched(
            time_s=left.position_s, length_s=length_s, segments=left.segments, session_id=left.sitting
        )
        self._statements.put(pupil, lambda occasion: video_terminated(occasion, item_ref(entry), watched))

    def _open(self, pupil: Viewer, entry: Entry) -> None:
        known = self._table.of_items(pupil.person_id, [entry.item.id])
        now = utc_text(self._clock.now())
        self._table.touch(pupil, entry.item.id, "done", now=now)
        self._statements.put(pupil, lambda occasion: document_experienced(occasion, item_ref(entry)))
        if not (known and known[entry.item.id].done):
            self._table.note_done(pupil, entry.item.id)
            self._statements.put(pupil, lambda occasion: item_completed(occasion, item_ref(entry)))
            self._lessons.note_done(pupil, entry.item.id)
