"""A course of a teacher's own files becomes a signed pack of the school's academy, installed like any other.

Promises: built, signed, and installed in one visible step; until then pupils see the version before, or nothing. The
same version always gives the same bytes, so what a power cut stopped is done again by the same button. Who made it is
not told. From then on a stick, the hub and neighbours can take it like every pack.

    pack_id = publishing.use(teacher_id, course_id)     # "box-0123...:kurs-3-punet-tona"
"""

import contextlib
import json
from dataclasses import dataclass
from datetime import UTC

from content_packs.durable import Disk
from content_packs.errors import NotInstalledError
from content_packs.shelf import DirectoryShelf
from content_packs.trust import TrustStore
from schoolbox.errors import BadInputError
from schoolbox.marks import N_
from schoolbox.services.academy import Academy
from schoolbox.services.logins import plain
from schoolbox.services.own_files import OwnFile, OwnFiles, TeachersCourse
from schoolbox.services.packs import Packs
from schoolbox.services.quiz_publishing import AREA_OF

SLUG_CHARS_MAX = 40


@dataclass(frozen=True)
class FilePublishingParts:
    """What a pack of the school is made with."""

    own: OwnFiles
    academy: Academy
    packs: Packs
    trust: TrustStore


class OwnFilePublishing:
    """Makes packs of own files, and takes them off again."""

    def __init__(self, parts: FilePublishingParts, *, disk: Disk) -> None:
        self._of = parts
        self._disk = disk

    def use(self, teacher_id: int, course_id: int) -> str:
        """Put a course into the library as it is now, in the place of what was there of it; the id of its pack.

        Raises:
            NotFoundError: It is not a course of this teacher.
            BadInputError: Something is still missing.
            PackError: It could not be signed or installed; pupils see what they saw before.
            WriteFailedError: The database could not be written; as above.
        """
        course = self._of.own.own(teacher_id, course_id)
        if not course.draft.files:
            raise BadInputError(field="course", problem=N_("Add a file first."))
        if any(file.is_picture and not file.says for file in course.draft.files):
            raise BadInputError(field="course", problem=N_("Say of each picture what it shows, for who cannot see it."))
        academy = self._of.academy.begin().id
        pack_id = course.pack_id or f"{academy}:{slug_of(course)}"
        course = self._with_new_version(course, academy, pack_id)
        folder = self._of.own.folder(course_id)
        self._disk.write_file(folder / "pack.toml", _pack_toml(course, pack_id).encode())
        signed = self._of.academy.make(folder)
        self._of.packs.install(
            DirectoryShelf(self._of.academy.shelf), pack_id, by=teacher_id, manifest_sha256=signed.manifest_sha256,
            progress=lambda _progress: None,
        )  # fmt: skip
        self._of.own.note_used(course_id, pack_id, course.version)
        self._tidy(course)
        return pack_id

    def delete(self, teacher_id: int, course_id: int) -> None:
        """Delete a course, and take it out of the library; what pupils did is kept.

        Raises:
            NotFoundError: It is not a course of this teacher.
            PackError: It cannot be taken off; nothing is deleted.
        """
        course = self._of.own.own(teacher_id, course_id)
        if course.pack_id:
            with contextlib.suppress(NotInstalledError):  # a technician took it off before
                self._of.packs.remove(course.pack_id, by=teacher_id)
        self._of.own.forget(course_id)

    def _with_new_version(self, course: TeachersCourse, academy: str, pack_id: str) -> TeachersCourse:
        """The course with a version that was not signed before, also if the database is an older copy of itself."""
        catalogue = self._of.trust.trust().catalogues.get(academy)
        signed = [each.version for each in catalogue.listings if each.pack_id == pack_id] if catalogue else []
        if max(signed, default=0) > course.version:
            self._of.own.skip_to(course.id, max(signed) + 1)
            return self._of.own.own(course.teacher_id, course.id)
        return course

    def _tidy(self, course: TeachersCourse) -> None:
        """Delete the files that are in the course no more."""
        kept = {file.name for file in course.draft.files} | {"pack.toml", "arriving"}
        for path in self._of.own.folder(course.id).iterdir():
            if path.name not in kept:
                self._disk.remove(path)


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
