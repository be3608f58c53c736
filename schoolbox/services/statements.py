"""Who, where and when of every statement the box writes.

    statements.put(viewer, lambda occasion: video_completed(occasion, item, watched))

A statement never carries a name: the viewer's random `actor_id`, class and grade are all that is taken.
"""

from collections.abc import Callable

from content_packs.clock import Clock
from schoolbox.services.boots import Moment
from schoolbox.services.outbox import BoxOutbox
from schoolbox.services.outline import Entry
from schoolbox.services.viewers import Viewer
from sync.statements import EventStamp, ItemRef, Learner, Occasion, Place
from sync.uuid7 import Uuid7Source


class Statements:
    """Puts statements into the outbox, each with its occasion."""

    def __init__(  # noqa: PLR0913 - each is one collaborator, named
        self,
        outbox: BoxOutbox,
        *,
        clock: Clock,
        ids: Uuid7Source,
        boot_id: str,
        place: Callable[[], Place],
        moment: Callable[[], Moment],
        may_send: Callable[[int], bool],
    ) -> None:
        self._outbox = outbox
        self._clock = clock
        self._ids = ids
        self._boot_id = boot_id
        self._place = place
        self._moment = moment
        self._may_send = may_send

    def put(self, viewer: Viewer, build: Callable[[Occasion], bytes]) -> None:
        """Keep a statement of what this viewer just did, if it may be sent; only inside `BoxOutbox.write`."""
        if self._may_send(viewer.person_id):
            moment = self._moment()
            self._outbox.put(lambda seq: build(self._occasion(viewer, seq, moment)), boot=moment.boot)

    def put_of_box(self, class_id: int, grade: int | None, build: Callable[[Occasion], bytes]) -> None:
        """Keep a statement of what the school did with a class: it is of no person; only inside `BoxOutbox.write`."""
        place, moment = self._place(), self._moment()
        learner = Learner(actor_id=place.box_id, class_id=str(class_id), grade=grade)
        self._outbox.put(lambda seq: build(self._occasion_of(learner, place, seq, moment)), boot=moment.boot)

    def new_id(self) -> str:
        """A fresh UUID, for a sitting or an attempt."""
        return self._ids.next_id()

    def _occasion(self, viewer: Viewer, seq: int, moment: Moment) -> Occasion:
        class_id = None if viewer.class_id is None else str(viewer.class_id)
        learner = Learner(actor_id=viewer.actor_id, class_id=class_id, grade=viewer.grade)
        return self._occasion_of(learner, self._place(), seq, moment)

    def _occasion_of(self, learner: Learner, place: Place, seq: int, moment: Moment) -> Occasion:
        stamp = EventStamp(
            seq=seq,
            boot_id=self._boot_id,
            monotonic_s=self._clock.monotonic_s(),
            wall_at=moment.at,
            clock_trusted=moment.is_right,
        )
        return Occasion(statement_id=self._ids.next_id(), stamp=stamp, learner=learner, place=place)


def item_ref(entry: Entry) -> ItemRef:
    """Name an item as statements do."""
    item, pack = entry.item, entry.pack
    return ItemRef(
        id=item.id, kind=item.kind, title=dict(item.title), pack=pack.id, pack_version=pack.version,
        pack_title=dict(pack.title), area=pack.area, subject=pack.subject, language=item.language,
    )  # fmt: skip
