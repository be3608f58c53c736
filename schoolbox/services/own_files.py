"""Courses that teachers make of files of their own: videos, recordings, PDFs and pictures, sent from a phone or laptop.

Promises: a file arrives in pieces beside the others and takes its place in the course only once it is whole and was
looked at. One that was cut off goes on where it stopped when the same file is chosen again, and makes room for another;
after a start of the machine it begins anew. A course of another teacher does not exist.

    course_id = own_files.make(teacher_id, CourseDraft("Punët tona"))
    own_files.take(teacher_id, course_id, Piece(raw, at=0, total=len(raw), name="fleta.pdf"))
"""

import filecmp
import hashlib
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from msgspec.structs import replace

from content_packs.clock import Clock
from content_packs.durable import Disk
from schoolbox.db.database import Database
from schoolbox.db.own_file_models import OwnCourse
from schoolbox.errors import BadInputError, NotFoundError
from schoolbox.faults import Fault, read_fault, write_fault
from schoolbox.marks import N_
from schoolbox.services.own_file_kinds import EMPTY, PICTURE_BYTES_MAX, PICTURES, ext_of, kind_of
from schoolbox.services.quiz_pictures import without_extras

FILE_BYTES_MAX = 300_000_000
FILES_MAX = 100
COURSES_MAX = 100
COPIES = 4
"""The file as it came, as it is built, on the school's own shelf, and in the library."""
TITLE_MAX = 150
ARRIVING = "arriving"
GOING_S = 60.0
"""For how long after its last piece a file counts as coming."""
NO_ROOM = N_("There is too little room on the box. Ask the technician to remove a pack.")
_COLUMNS = "id, teacher_id, draft, version, changed_at, pack_id, used, asked, fault"
ONE = f"SELECT {_COLUMNS} FROM own_course WHERE id = ? AND teacher_id = ?"  # noqa: S608 - a constant of this module
OF_TEACHER = f"SELECT {_COLUMNS} FROM own_course WHERE teacher_id = ? ORDER BY id DESC"  # noqa: S608 - as above
NEXT_ASKED = f"SELECT {_COLUMNS} FROM own_course WHERE asked ORDER BY id LIMIT 1"  # noqa: S608 - as above
SAVE = """
UPDATE own_course SET draft = ?, version = version + (used >= version OR asked OR fault <> ''), changed_at = ?
WHERE id = ?
"""
"""Versions count what went into the library; a number that may be signed already is never used for anything else."""


class OwnFile(msgspec.Struct, frozen=True, omit_defaults=True):
    """One file; `says` tells who cannot see it what a picture shows."""

    id: int
    title: str
    kind: str
    ext: str
    size_bytes: int
    says: str = ""

    @property
    def name(self) -> str:
        """What it is called in the folder of its course."""
        return f"{self.id}.{self.ext}"

    @property
    def is_picture(self) -> bool:
        """Whether it is shown on its page."""
        return self.ext in PICTURES


class CourseDraft(msgspec.Struct, frozen=True, omit_defaults=True):
    """What was typed and sent."""

    title: str
    subject: str = "albanian"
    grade: int = 6
    language: str = "sq"
    licence: str = "CC-BY-SA-4.0"
    files: tuple[OwnFile, ...] = ()
    next_id: int = 1


class TeachersCourse(msgspec.Struct, frozen=True):
    """A course of a teacher; `used` is the version in the library (0: none), `pack_id` what it is there.

    `asked` while somebody waits for it to be in the library; `fault` is why the last try failed.
    """

    id: int
    teacher_id: int
    draft: CourseDraft
    version: int
    changed_at: datetime
    pack_id: str
    used: int
    asked: bool
    fault: Fault | None

    @property
    def is_current(self) -> bool:
        """Whether what is in the library is what was put together last."""
        return self.used == self.version


class Piece(msgspec.Struct, frozen=True):
    """A part of a file that comes: where it begins, and how large the whole is.

    `mark` tells the file from another of its name and size; without one nothing goes on.
    """

    raw: bytes
    at: int
    total: int
    name: str
    mark: str = ""


class OwnFiles:
    """Keeps what teachers put together."""

    def __init__(
        self, db: Database, *, folder: Path, disk: Disk, clock: Clock, reserve_bytes: int, boot_id: str
    ) -> None:
        self._db = db
        self._folder = folder
        self._disk = disk
        self._clock = clock
        self._reserve_bytes = reserve_bytes
        self._boot_id = boot_id
        self._going: dict[Path, float] = {}

    def all(self, teacher_id: int) -> list[TeachersCourse]:
        """The courses of a teacher, the newest first."""
        return self._db.fetch_sql(_read, OF_TEACHER, (teacher_id,))

    def own(self, teacher_id: int, course_id: int) -> TeachersCourse:
        """One of them.

        Raises:
            NotFoundError: There is none of that number for this teacher.
        """
        found = self._db.fetch_sql(_read, ONE, (course_id, teacher_id))
        if not found:
            raise NotFoundError(kind="course", key=str(course_id))
        return found[0]

    def make(self, teacher_id: int, draft: CourseDraft) -> int:
        """Begin a course with what was typed; its number.

        Raises:
            BadInputError: It has no title, or there are too many.
        """
        draft = replace(draft, title=_titled(draft.title))
        if len(self.all(teacher_id)) >= COURSES_MAX:
            raise BadInputError(field="course", problem=N_("You have 100 courses. Delete one first."))
        row = {"teacher_id": teacher_id, "draft": _json(draft), "changed_at": self._now()}
        made: int = self._db.write(lambda: self._db.run(OwnCourse.insert(**row)))
        return made

    def change(self, teacher_id: int, course_id: int, edit: Callable[[CourseDraft], CourseDraft]) -> TeachersCourse:
        """Change what was typed, and keep it.

        Raises:
            NotFoundError: It is not a course of this teacher.
            BadInputError: The change makes no sense.
        """

        def keep() -> None:
            before = self.own(teacher_id, course_id).draft
            after = edit(before)
            if after != before:
                self._db.run_sql(SAVE, (_json(after), self._now(), course_id))

        self._db.write(keep)
        return self.own(teacher_id, course_id)

    def take(self, teacher_id: int, course_id: int, piece: Piece) -> int:
        """Take a piece of a file; how much of it is here, also if that is less than the piece begins at.

        Once that is all of it, it is in the course.

        Raises:
            NotFoundError: It is not a course of this teacher.
            BadInputError: The file cannot be added; what came of it is deleted.
            DiskError: Our own disk refused.
        """
        course = self.own(teacher_id, course_id)
        self._check(course, piece)
        part = self.folder(course_id) / _arriving(piece, self._boot_id)
        self._make_way(part, piece)
        here = part.stat().st_size if part.is_file() else 0
        if piece.at > here and not piece.mark:
            raise BadInputError(field="file", problem=N_("The file did not arrive whole. Choose it again."))
        fresh = piece.raw[here - piece.at :] if piece.at <= here else b""
        is_whole = here + len(fresh) == piece.total
        with self._disk.open_append(part) as file:
            self._disk.write(file, fresh, part)
            if is_whole:
                self._disk.fsync(file, part)
        if is_whole:
            self._place(teacher_id, course_id, part, piece)
        return here + len(fresh)

    def folder(self, course_id: int) -> Path:
        """Where the files of a course lie."""
        return self._folder / str(course_id)

    def note_asked(self, course_id: int) -> None:
        """Write down that it is to be put into the library."""
        known = OwnCourse.update(asked=1, fault="").where(OwnCourse.id == course_id)
        self._db.write(lambda: self._db.run(known))

    def next_asked(self) -> TeachersCourse | None:
        """The course to put into the library next."""
        return next(iter(self._db.fetch_sql(_read, NEXT_ASKED)), None)

    def note_used(self, course_id: int, pack_id: str, version: int) -> None:
        """Write down which version is in the library, and as what; nobody waits for it any more."""
        known = OwnCourse.update(pack_id=pack_id, used=version, asked=0).where(OwnCourse.id == course_id)
        self._db.write(lambda: self._db.run(known))

    def note_fault(self, course_id: int, fault: Fault) -> None:
        """Write down why it could not be put into the library; it is tried again when somebody asks again."""
        known = OwnCourse.update(asked=0, fault=write_fault(fault)).where(OwnCourse.id == course_id)
        self._db.write(lambda: self._db.run(known))

    def skip_to(self, course_id: int, version: int) -> None:
        """Let the version be at least this one: a smaller one was signed before the database was put back."""
        known = OwnCourse.update(version=version).where(OwnCourse.id == course_id, OwnCourse.version < version)
        self._db.write(lambda: self._db.run(known))

    def forget(self, course_id: int) -> None:
        """Delete a course and its files here."""
        self._db.write(lambda: self._db.run(OwnCourse.delete().where(OwnCourse.id == course_id)))
        shutil.rmtree(self.folder(course_id), ignore_errors=True)

    def forget_strays(self) -> None:
        """Delete the files of courses that are gone with the teacher who made them.

        Raises:
            DiskError: Our own disk refused.
        """

        def remove() -> None:
            known = set(self._db.fetch_sql(str, "SELECT CAST(id AS TEXT) FROM own_course"))
            for folder in self._folder.iterdir() if self._folder.is_dir() else ():
                if folder.name not in known:
                    for path in folder.iterdir():
                        self._disk.remove(path)
                    self._disk.remove_folder(folder)

        self._db.write(remove)

    def tidy(self, course_id: int) -> None:
        """Delete the files that are in the course no more; one that comes meanwhile waits for its turn to be placed."""

        def remove() -> None:
            known = self._db.fetch_sql(_draft, "SELECT draft FROM own_course WHERE id = ?", (course_id,))
            kept = {file.name for draft in known for file in draft.files} | {"pack.toml"}
            for path in self.folder(course_id).iterdir():
                if path.name not in kept and not path.name.startswith(ARRIVING):
                    self._disk.remove(path)

        self._db.write(remove)

    def has_room(self, course: TeachersCourse) -> bool:
        """Whether what is made of a course finds room: as it is built, on the school's own shelf, in the library."""
        need = (COPIES - 1) * sum(file.size_bytes for file in course.draft.files)
        return self._disk.free_bytes(self._folder) >= need + self._reserve_bytes

    def _check(self, course: TeachersCourse, piece: Piece) -> None:
        ext = ext_of(piece.name)
        if piece.total <= 0:
            raise BadInputError(field="file", problem=EMPTY)
        if piece.total > (PICTURE_BYTES_MAX if ext in PICTURES else FILE_BYTES_MAX):
            raise BadInputError(
                field="file", problem=N_("The file is too large: a picture may have 8 MB, everything else 300 MB.")
            )
        if piece.at < 0 or piece.at + len(piece.raw) > piece.total:
            raise BadInputError(field="file", problem=N_("The file did not arrive whole. Choose it again."))
        if len(course.draft.files) >= FILES_MAX:
            raise BadInputError(field="file", problem=N_("A course holds 100 files. Begin another one."))
        if self._disk.free_bytes(self._folder) < COPIES * (piece.total - piece.at) + self._reserve_bytes:
            raise BadInputError(field="file", problem=NO_ROOM)

    def _make_way(self, part: Path, piece: Piece) -> None:
        """Let what was cut off of another file go, unless it comes just now, and what nobody could go on with."""
        now_s = self._clock.monotonic_s()
        self._going = {path: at_s for path, at_s in self._going.items() if now_s - at_s < GOING_S} | {part: now_s}
        self._disk.make_folder(part.parent)
        for path in part.parent.glob(f"{ARRIVING}*"):
            if path not in self._going or (path == part and piece.at == 0 and not piece.mark):
                self._disk.unlink(path)

    def _place(self, teacher_id: int, course_id: int, part: Path, piece: Piece) -> None:
        """Look at a whole file and give it its place: the row in the database is the visible step."""
        try:
            kind = kind_of(part, piece.name)
            if kind.ext in PICTURES:
                self._disk.write_file(part, without_extras(part.read_bytes())[0])
            self._check_new(teacher_id, course_id, part, kind.ext)
        except BadInputError:
            self._disk.remove(part)
            raise
        title = piece.name.rpartition("/")[2].rpartition("\\")[2].rpartition(".")[0].replace("_", " ").strip()

        def add(draft: CourseDraft) -> CourseDraft:
            new = OwnFile(draft.next_id, (title or "?")[:TITLE_MAX], kind.kind, kind.ext, piece.total)
            self._disk.rename(part, self.folder(course_id) / new.name)
            return replace(draft, files=(*draft.files, new), next_id=draft.next_id + 1)

        self.change(teacher_id, course_id, add)

    def _check_new(self, teacher_id: int, course_id: int, part: Path, ext: str) -> None:
        """Refuse what is in the course already, whatever it is called."""
        for file in self.own(teacher_id, course_id).draft.files:
            path = self.folder(course_id) / file.name
            if file.ext == ext and path.is_file() and filecmp.cmp(path, part, shallow=False):
                problem = N_("This file is in the course already. Nothing was added.")
                raise BadInputError(field="file", problem=problem)

    def _now(self) -> str:
        return self._clock.now().astimezone(UTC).isoformat(timespec="seconds")


def rearranged(draft: CourseDraft, how: str, file_id: int) -> CourseDraft:
    """The draft with a file moved `up` or `down`, or gone by `remove`.

    Raises:
        NotFoundError: There is no such file.
    """
    one = next((file for file in draft.files if file.id == file_id), None)
    if one is None:
        raise NotFoundError(kind="file", key=str(file_id))
    place = draft.files.index(one)
    others = tuple(file for file in draft.files if file is not one)
    if how == "remove":
        return replace(draft, files=others)
    at = min(max(place + (-1 if how == "up" else 1), 0), len(others))
    return replace(draft, files=(*others[:at], one, *others[at:]))


def renamed(draft: CourseDraft, file_id: int, title: str, says: str) -> CourseDraft:
    """The draft with another title of a file, and another sentence of what it shows.

    Raises:
        BadInputError: There is no title.
    """
    new_title, new_says = _titled(title), " ".join(says.split())[:TITLE_MAX]
    return replace(
        draft,
        files=tuple(
            replace(file, title=new_title, says=new_says) if file.id == file_id else file for file in draft.files
        ),
    )


def _arriving(piece: Piece, boot_id: str) -> str:
    """What a file is called while it comes: what came before the machine started last may not be what was sent."""
    said = f"{boot_id}\n{piece.total}\n{piece.mark}\n{piece.name}"
    return f"{ARRIVING}-{hashlib.sha256(said.encode()).hexdigest()[:16]}"


def _titled(title: str) -> str:
    found = " ".join(title.split())[:TITLE_MAX]
    if not found:
        raise BadInputError(field="title", problem=N_("Write a title first."))
    return found


def _json(draft: CourseDraft) -> str:
    return msgspec.json.encode(draft).decode()


def _draft(raw: str) -> CourseDraft:
    return msgspec.json.decode(raw, type=CourseDraft)


def _read(*row: str) -> TeachersCourse:
    course_id, teacher_id, draft, version, changed_at, pack_id, used, asked, fault = row
    return TeachersCourse(
        int(course_id), int(teacher_id), _draft(draft), int(version),
        datetime.fromisoformat(changed_at), pack_id, int(used), bool(asked), read_fault(fault),
    )  # fmt: skip
