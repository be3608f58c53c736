"""A quiz that a teacher wrote becomes an item like any other: a signed pack of the school's own, with this item alone.

Promises: it goes the way of every pack (built, signed, installed in one visible step), so lessons, results, sticks and
searches know it; the same version always gives the same bytes; who wrote it is not told. Deleting a quiz takes its
pack off the box; what pupils did is kept.

    item_id = publishing.use(teacher_id, quiz_id)     # "box-0123...:kuiz-7-thyesat"
"""

import contextlib
import json
import shutil
from collections.abc import Callable, Mapping
from datetime import UTC
from pathlib import Path

import msgspec

from content_packs.durable import Disk
from content_packs.errors import NotInstalledError
from content_packs.manifest import Area
from content_packs.quiz import decode_quiz
from content_packs.shelf import DirectoryShelf
from content_packs.trust import TrustStore
from schoolbox.errors import BadInputError
from schoolbox.marks import N_
from schoolbox.services.academy import Academy
from schoolbox.services.logins import plain
from schoolbox.services.own_quizzes import OwnQuizzes, TeachersQuiz
from schoolbox.services.packs import Packs
from schoolbox.services.quiz_draft import Draft, compose, pictures_of
from schoolbox.services.quiz_pictures import QuizPictures

LICENCE = "CC-BY-SA-4.0"
SLUG_CHARS_MAX = 50
AREA_OF: Mapping[str, Area] = {
    "albanian": "lang", "bosnian": "lang", "english": "lang", "german": "lang", "romani": "lang", "serbian": "lang",
    "turkish": "lang", "arts": "arts", "music": "arts", "mathematics": "math", "biology": "natu",
    "chemistry": "natu", "physics": "natu", "civics": "soci", "geography": "soci", "history": "soci",
    "physical-education": "heal", "coding": "life", "ict": "life", "technology": "life",
}  # fmt: skip
"""The subjects a teacher can choose, and the learning area of each."""


class PublishingParts(msgspec.Struct, frozen=True):
    """What a pack of the school is made with; `is_in_test` says whether an item is being answered as a test."""

    own: OwnQuizzes
    academy: Academy
    packs: Packs
    trust: TrustStore
    pictures: QuizPictures
    is_in_test: Callable[[str], bool]


class QuizPublishing:
    """Makes packs of quizzes, and takes them off again."""

    def __init__(self, parts: PublishingParts, *, folder: Path, disk: Disk) -> None:
        self._of = parts
        self._folder = folder
        self._disk = disk

    def use(self, teacher_id: int, quiz_id: int) -> str:
        """Put a quiz into the library as it is now, in the place of what was there of it; the id of its item.

        Raises:
            NotFoundError: It is not a quiz of this teacher.
            BadInputError: Something is still missing, or it is being answered as a test.
            PackError: It could not be signed or installed; pupils see what they saw before.
            WriteFailedError: The database could not be written; as above.
        """
        quiz = self._of.own.own(teacher_id, quiz_id)
        if quiz.faults:
            raise BadInputError(field="quiz", problem=N_("Something is still missing; see below."))
        self._check_free(quiz)
        academy = self._of.academy.begin().id
        item_id = quiz.item_id or f"{academy}:{slug_of(quiz)}"
        quiz = self._with_new_version(quiz, academy, item_id)
        source = self._folder / str(quiz.id)
        shutil.rmtree(source, ignore_errors=True)
        try:
            self._write_source(quiz, item_id, source)
            signed = self._of.academy.make(source)
            self._of.packs.install(
                DirectoryShelf(self._of.academy.shelf), item_id, by=teacher_id, manifest_sha256=signed.manifest_sha256,
                progress=lambda _progress: None,
            )  # fmt: skip
        finally:
            shutil.rmtree(source, ignore_errors=True)
        self._of.own.note_used(quiz, item_id)
        return item_id

    def delete(self, teacher_id: int, quiz_id: int) -> None:
        """Delete a quiz, and take it out of the library; what pupils did is kept.

        Raises:
            NotFoundError: It is not a quiz of this teacher.
            BadInputError: It is being answered as a test.
            PackError: It cannot be taken off; nothing is deleted.
        """
        quiz = self._of.own.own(teacher_id, quiz_id)
        self._check_free(quiz)
        if quiz.item_id:
            with contextlib.suppress(NotInstalledError):  # a technician took it off before
                self._of.packs.remove(quiz.item_id, by=teacher_id)
        self._of.own.forget(quiz_id)

    def _check_free(self, quiz: TeachersQuiz) -> None:
        if quiz.item_id and self._of.is_in_test(quiz.item_id):
            raise BadInputError(field="quiz", problem=N_("A test with this quiz is open. Close the test first."))

    def _with_new_version(self, quiz: TeachersQuiz, academy: str, item_id: str) -> TeachersQuiz:
        """The quiz with a version that was not signed before, also if the database is an older copy of itself."""
        catalogue = self._of.trust.trust().catalogues.get(academy)
        signed = [each.version for each in catalogue.listings if each.pack_id == item_id] if catalogue else []
        newest = max(signed, default=0)
        if newest > quiz.version or (signed and quiz.used < quiz.version <= newest):
            self._of.own.skip_to(quiz.id, newest + 1)
            return self._of.own.own(quiz.teacher_id, quiz.id)
        return quiz

    def _write_source(self, quiz: TeachersQuiz, item_id: str, source: Path) -> None:
        self._disk.make_folder(source)
        raw = msgspec.json.encode(compose(quiz.draft))
        decode_quiz(raw)  # what the editor lets pass and the format does not is told here, before anything is signed
        self._disk.write_file(source / "quiz.json", raw)
        for name in pictures_of(quiz.draft):
            self._disk.write_file(source / name, self._of.pictures.path(name)[0].read_bytes())
        self._disk.write_file(source / "pack.toml", _pack_toml(quiz, item_id).encode())


def slug_of(quiz: TeachersQuiz) -> str:
    """What a quiz is called in ids: its number is never given again, so no two are the same."""
    return f"kuiz-{quiz.id}-{plain(quiz.draft.title).replace(' ', '-')}"[:SLUG_CHARS_MAX].rstrip("-")


def _pack_toml(quiz: TeachersQuiz, item_id: str) -> str:
    """The description of a pack with one item; strings of JSON are strings of TOML, too."""
    draft, slug = quiz.draft, item_id.partition(":")[2]
    title = f"{{ {_said(draft.language)} = {_said(draft.title)} }}"
    released = quiz.changed_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return "\n".join(
        [
            "format = 1", f"pack = {_said(item_id)}", f"version = {quiz.version}", f"released_at = {_said(released)}",
            f"language = {_said(draft.language)}", f"subject = {_said(draft.subject)}",
            f"area = {_said(AREA_OF[draft.subject])}", f"grades = [{draft.grade}]", f"licence = {_said(LICENCE)}",
            "authors = []", f"title = {title}", f"summary = {title}",
            "[[units]]", 'slug = "kuiz"', f"title = {title}",
            "[[units.items]]", f"slug = {_said(slug)}", 'kind = "quiz"', f"title = {title}",
            f"teacher_only = {'true' if draft.tests_only else 'false'}",
            "[[units.items.files]]", 'path = "quiz.json"', 'role = "quiz"', *_picture_files(draft), "",
        ]
    )  # fmt: skip


def _picture_files(draft: Draft) -> list[str]:
    lines = []
    for name in pictures_of(draft):
        lines += ["[[units.items.files]]", f"path = {_said(name)}", 'role = "picture"', f"label = {_said(name)}"]
    return lines


def _said(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
