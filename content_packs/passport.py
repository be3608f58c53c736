"""A passport: a pupil's own record of learning, signed by the school, to take along (FORMAT 12).

    raw = write_letter("passport", Passport(...), public, sign)
    read_passport(raw).said.courses[0].title
"""

from datetime import UTC, date, datetime, time
from typing import Annotated, TypeAlias

import msgspec

from content_packs.certificate import Certificate, is_of, read_code, shortened
from content_packs.letter import Letter, read_letter
from content_packs.manifest import Language, QualifiedId, Text, Words

KIND = "passport"
PASSPORT_BYTES_MAX = 200_000
COURSES_MAX = 100
STEPS_MAX = 1_000
NAME_LENGTH_MAX = 200
CODE_LENGTH_MAX = 1_100

Name: TypeAlias = Annotated[Words, msgspec.Meta(max_length=NAME_LENGTH_MAX)]
"""What somebody or something is called; may be empty."""
Count: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=2**31)]
PerCent: TypeAlias = Annotated[int, msgspec.Meta(ge=-1, le=100)]
GradeOrNone: TypeAlias = Annotated[int, msgspec.Meta(ge=-1, le=13)]
Moment: TypeAlias = Annotated[datetime, msgspec.Meta(tz=True)]


class Course(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A finished course; `mastery` is per cent of right answers, -1 without quizzes.

    `certificate` is the text of its certificate, signed by the school where it was finished (FORMAT 11).
    """

    pack: QualifiedId
    title: Text
    publisher: Text
    language: Language
    items: Count
    mastery: PerCent
    school: Name
    municipality: Name
    finished_at: Moment
    certificate: Annotated[Words, msgspec.Meta(max_length=CODE_LENGTH_MAX)]

    def certified(self, name: str) -> "Certified | None":
        """The course as its certificate says; None if that is not whole, or for another course."""
        code = read_code(self.certificate)
        if code is None or code.certificate.pack_id != self.pack:
            return None
        other = "" if is_of(code.certificate, name) else code.certificate.name
        try:
            return Certified(self._as_signed(code.certificate), code.academy, code.public, other)
        except ValueError:  # msgspec's errors are ValueErrors; so is a day that is none
            return None

    def _as_signed(self, said: Certificate) -> "Course":
        """What the certificate says where it says anything: whoever signed the passport vouches for the rest alone."""
        spoken = next((tag for tag, text in self.title.items() if shortened(text) == said.course), self.language)
        signed = {
            "title": {spoken: said.course}, "publisher": {spoken: said.publisher}, "mastery": said.mastery,
            "school": said.school, "municipality": said.municipality,
            "finished_at": datetime.combine(date.fromisoformat(said.finished_on), time(12), UTC),
        }  # fmt: skip
        return msgspec.convert({**msgspec.structs.asdict(self), **signed}, Course)


class Certified(msgspec.Struct, frozen=True):
    """A course as its certificate says, with academy and key of who signed that.

    `other_name` is the name in it if that is another than the one asked about: somebody else's, or an earlier one.
    """

    course: Course
    academy: str
    public: str
    other_name: str = ""


class Step(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """How far somebody was with an item; `best` of `questions` is the best finished try of a quiz."""

    item: QualifiedId
    done: bool
    seconds: Count
    best: Count
    questions: Count
    passed: bool
    last_on: date


class Passport(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a pupil has learnt; `grade` is -1 for somebody who is in no class."""

    given_name: Name
    surname: Name
    language: Annotated[str, msgspec.Meta(max_length=20)]
    grade: GradeOrNone
    class_name: Name
    school: Name
    municipality: Name
    made_on: date
    courses: Annotated[tuple[Course, ...], msgspec.Meta(max_length=COURSES_MAX)]
    steps: Annotated[tuple[Step, ...], msgspec.Meta(max_length=STEPS_MAX)]

    @property
    def name(self) -> str:
        """The whole name."""
        return f"{self.given_name} {self.surname}"


def read_passport(raw: bytes) -> Letter[Passport] | None:
    """Read the bytes of a passport file; None if anything of it was changed, is missing, or is too much."""
    return read_letter(raw, KIND, Passport) if len(raw) <= PASSPORT_BYTES_MAX else None
