"""A course of a teacher's own files becomes a signed pack of the school's academy, installed like any other.

Promises: asking is on the disk before it is told, and what was asked goes on after a power cut, in the background: it
copies a large video three times. Built, signed, and installed in one visible step; until then pupils see the version
before, or nothing. The same version always gives the same bytes. Movies of phones get their index put first (FORMAT
9.3). Who made it is not told. From then on a stick, the hub and neighbours can take it like every pack.

    publishing.ask(teacher_id, course_id)
    publishing.run_next(stop)                 # in the background: "box-0123...:kurs-3-punet-tona" is in the library
"""

import contextlib
import json
import logging
import threading
from collections.abc import Callable
from datetime import UTC
from pathlib import Path

import msgspec

from content_packs.copying import Progress
from content_packs.durable import Disk
from content_packs.errors import NotInstalledError, StoreBusyError
from content_packs.media.faststart import put_index_first
from content_packs.media.mp4 import read_movie
from content_packs.shelf import DirectoryShelf
from content_packs.trust import TrustStore
from schoolbox import logs
from schoolbox.errors import BadInputError, DamagedFileError, WriteFailedError
from schoolbox.faults import fault_of
from schoolbox.marks import N_
from schoolbox.services.academy import Academy
from schoolbox.services.job_start import StoppedError
from schoolbox.services.logins import plain
from schoolbox.services.own_file_kinds import kind_of
from schoolbox.services.own_files import NO_ROOM, OwnFile, OwnFiles, TeachersCourse
from schoolbox.services.packs import Packs
from schoolbox.services.quiz_publishing import AREA_OF

LOG = logging.getLogger(__name__)
SLUG_CHARS_MAX = 40
REST_S, BUSY_S = 3600.0, 2.0
"""How long to rest when nothing is asked for, and when another program changes packs."""
MOVIES = ("mp4", "m4a")
READY, SIGNED = 5, 50
"""Shares of the whole, in percent, once the files are ready, and once they are signed."""


class FilePublishingParts(msgspec.Struct, frozen=True):
    """What a pack of the school is made with."""

    own: OwnFiles
    academy: Academy
    packs: Packs
    trust: TrustStore


class OwnFilePublishing:
    """Makes packs of own files, one after the other, and takes them off again."""

    def __init__(self, parts: FilePublishingParts, *, disk: Disk) -> None:
        self._of = parts
        self._disk = disk
        self._share = (0, 0)
        self._when_asked: Callable[[], None] = lambda: None

    def when_asked(self, call: Callable[[], None]) -> None:
        """Have somebody told when there is something to do."""
        self._when_asked = call

    def ask(self, teacher_id: int, course_id: int) -> None:
        """Have a course put into the library as it is now, in the place of what was there of it.

        Raises:
            NotFoundError: It is not a course of this teacher.
            BadInputError: Something is still missing, or there is too little room.
            WriteFailedError: The database could not be written.
        """
        course = self._of.own.own(teacher_id, course_id)
        if not course.draft.files:
            raise BadInputError(field="course", problem=N_("Add a file first."))
        if any(file.is_picture and not file.says for file in course.draft.files):
            raise BadInputError(field="course", problem=N_("Say of each picture what it shows, for who cannot see it."))
        if not self._of.own.has_room(course):
            raise BadInputError(field="course", problem=NO_ROOM)
        self._of.own.note_asked(course_id)
        self._when_asked()

    def share(self, course_id: int) -> int:
        """How much of a course is done, in percent."""
        at_work, share = self._share
        return share if at_work == course_id else 0

    def run_next(self, stop: threading.Event) -> float:
        """Put the next course into the library; returns how long to rest before the next, in seconds.

        Raises:
            WriteFailedError: It cannot be noted how it went; it is tried again.
        """
        course = self._of.own.next_asked()
        if course is None:
            return REST_S
        try:
            self._put(course, stop)
        except StoppedError:
            return 0.0
        except StoreBusyError:
            return BUSY_S
        except WriteFailedError:
            raise
        except Exception as exc:
            LOG.warning(logs.line("own_files_failed", course=course.id, error=type(exc).__name__), exc_info=exc)
            self._of.own.note_fault(course.id, fault_of(exc))
        finally:
            self._share = (0, 0)
        return 0.0

    def delete(self, teacher_id: int, course_id: int) -> None:
        """Delete a course, and take it out of the library; what pupils did is kept.

        Raises:
            NotFoundError: It is not a course of this teacher.
            BadInputError: It is on its way into the library.
            PackError: It cannot be taken off; nothing is deleted.
        """
        course = self._of.own.own(teacher_id, course_id)
        if course.asked:
            problem = N_("It is being put into the library. Wait until that is done, then delete it.")
            raise BadInputError(field="course", problem=problem)
        if course.pack_id:
            with contextlib.suppress(NotInstalledError):  # a technician took it off before
                self._of.packs.remove(course.pack_id, by=teacher_id)
        self._of.own.forget(course_id)

    def _put(self, course: TeachersCourse, stop: threading.Event) -> None:
        """Make a pack of a course and install it."""
        self._share = (course.id, 0)
        folder = self._of.own.folder(course.id)
        for file in course.draft.files:
            try:
                if file.ext in MOVIES:
                    self._make_playable(folder / file.name, stop)
                kind_of(folder / file.name, file.name)
            except (BadInputError, ValueError, FileNotFoundError) as exc:  # it was right when it came
                raise DamagedFileError(title=file.title) from exc
        self._share = (course.id, READY)
        academy = self._of.academy.begin().id
        pack_id = course.pack_id or f"{academy}:{slug_of(course)}"
        course = self._with_new_version(course, academy, pack_id)
        self._disk.write_file(folder / "pack.toml", _pack_toml(course, pack_id).encode())
        signed = self._of.academy.make(folder)
        self._share = (course.id, SIGNED)

        def tell(progress: Progress) -> None:
            if stop.is_set():
                raise StoppedError
            done = progress.bytes_done / progress.bytes_total if progress.bytes_total else 1.0
            self._share = (course.id, SIGNED + int((100 - SIGNED) * done))

        self._of.packs.install(
            DirectoryShelf(self._of.academy.shelf), pack_id, by=course.teacher_id,
            manifest_sha256=signed.manifest_sha256, progress=tell,
        )  # fmt: skip
        self._of.own.note_used(course.id, pack_id, course.version)
        self._of.own.tidy(course.id)

    def _make_playable(self, path: Path, stop: threading.Event) -> None:
        """Put the index of a movie first, if a phone left it at the end: whole, beside it, then in its place.

        Raises:
            ValueError: Its index is broken.
        """
        made = path.with_suffix(".new")
        with path.open("rb") as source:
            if read_movie(source).index_first:
                return
            self._disk.unlink(made)
            with self._disk.open_append(made) as target:

                def write(piece: bytes | memoryview) -> None:
                    if stop.is_set():
                        raise StoppedError
                    self._disk.write(target, piece, made)

                put_index_first(source, write)
                self._disk.fsync(target, made)
        self._disk.rename(made, path)

    def _with_new_version(self, course: TeachersCourse, academy: str, pack_id: str) -> TeachersCourse:
        """The course with a version that was not signed before, also if the database is an older copy of itself."""
        catalogue = self._of.trust.trust().catalogues.get(academy)
        signed = [each.version for each in catalogue.listings if each.pack_id == pack_id] if catalogue else []
        if max(signed, default=0) > course.version:
            self._of.own.skip_to(course.id, max(signed) + 1)
            return self._of.own.own(course.teacher_id, course.id)
        return course


def slug_of(course: TeachersCourse) -> str:
    """What a course is called in ids: its number is never given again, so no two are the same."""
    return f"kurs-{course.id}-{plain(course.draft.title).replace(' ', '-')}"[:SLUG_CHARS_MAX].rstrip("-")


def _pack_toml(course: TeachersCourse, pack_id: str) -> str:
    """The description of the pack; strings of JSON are strings of TOML, too."""
    draft, slug = course.draft, pack_id.partition(":")[2]
    title = f"{{ {_said(draft.language)} = {_said(draft.title)} }}"
    released = course.changed_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    lines = [
        "format = 1", f"pack = {_said(pack_id)}", f"version = {course.version}", f"released_at = {_said(released)}",
        f"language = {_said(draft.language)}", f"subject = {_said(draft.subject)}",
        f"area = {_said(AREA_OF[draft.subject])}", f"grades = [{draft.grade}]", f"licence = {_said(draft.licence)}",
        "authors = []", f"title = {title}", f"summary = {title}", "[[units]]", 'slug = "kurs"', f"title = {title}",
    ]  # fmt: skip
    for file in draft.files:
        lines += _item(file, slug, draft.language)
    return "\n".join((*lines, ""))


def _item(file: OwnFile, slug: str, language: str) -> list[str]:
    return [
        "[[units.items]]", f"slug = {_said(f'{slug}-{file.id}')}", f"kind = {_said(file.kind)}",
        f"title = {{ {_said(language)} = {_said(file.title)} }}", "[[units.items.files]]",
        f"path = {_said(file.name)}", f"role = {_said(file.kind)}",
        *([f"label = {_said(file.says)}"] if file.is_picture else []),
    ]  # fmt: skip


def _said(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
