"""Things pupils did, for tests of the wire: occasions with ids that never repeat."""

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sync.statements import EventStamp, ItemRef, Learner, Occasion, Place, Score, Watched, quiz_passed, video_terminated
from sync.uuid7 import Uuid7Source
from tests.simulators.clock import HandClock

BOX_ID = "ffeeddccbbaa99887766554433221100"
PUPIL_ID = "00112233445566778899aabbccddeeff"
WALL_AT = datetime(2025, 9, 25, 8, 42, tzinfo=UTC)
VIDEO = ItemRef(
    id="mash:pjeset", kind="video", title={"sq": "Pjesët", "en": "Parts"}, pack="mash:thyesat-6", pack_version=1,
    pack_title={"sq": "Thyesat", "en": "Fractions"}, area="math", subject="mathematics", language="sq",
)  # fmt: skip
QUIZ = ItemRef(
    id="mash:kuiz-thyesat", kind="quiz", title={"sq": "Kuiz: thyesat", "en": "Quiz: fractions"}, pack="mash:thyesat-6",
    pack_version=1, pack_title={"sq": "Thyesat", "en": "Fractions"}, area="math", subject="mathematics", language="sq",
)  # fmt: skip
SESSION_ID = "0b8f3c1e-8a51-4c3e-9f57-0d6f7f8a9b11"


@dataclass
class Classroom:
    """Makes occasions of one class on one box."""

    box_id: str = BOX_ID
    grade: int = 6
    class_id: str = "c62"
    school_id: str | None = "s1"
    seq: int = 0
    ids: Uuid7Source = field(
        default_factory=lambda: Uuid7Source(clock=HandClock(WALL_AT), token_bytes=secrets.token_bytes)
    )

    def occasion(self, pupil: int = 0, *, clock_trusted: bool = True) -> Occasion:
        self.seq += 1
        return Occasion(
            statement_id=self.ids.next_id(),
            stamp=EventStamp(
                seq=self.seq, boot_id="b1", monotonic_s=float(self.seq), wall_at=WALL_AT, clock_trusted=clock_trusted
            ),
            learner=Learner(actor_id=f"{self.box_id[:16]}{pupil:016x}", class_id=self.class_id, grade=self.grade),
            place=Place(box_id=self.box_id, school_id=self.school_id),
        )

    def watched(self, pupil: int = 0) -> bytes:
        watched = Watched(time_s=60, length_s=100, segments=[(0, 60)], session_id=SESSION_ID)
        return video_terminated(self.occasion(pupil), VIDEO, watched)

    def passed(self, pupil: int = 0, *, raw: int = 4) -> bytes:
        return quiz_passed(self.occasion(pupil), QUIZ, Score(raw=raw, max=5))
