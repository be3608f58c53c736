"""Files of lessons on a stick: plain files with the right ending in one named folder (FORMAT 13.9).

Promises: no link is followed, nothing deeper is looked at, no more than `FILES_MAX` are named, and of a file no more is
read than a file of lessons may have.

    lesson_names(Path("/media/MASHT"))                 # ("java-12.schoolbox-lesson",)
    read_lesson_file(Path("/media/MASHT"), "java-12.schoolbox-lesson")
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from content_packs.lesson_file import ENDING, FILE_BYTES_MAX
from content_packs.plain_file import open_plain
from schoolbox.errors import NotFoundError

FOLDER = "lessons"
ENDINGS = (ENDING, f"{ENDING}.txt", f"{ENDING}.json")
"""Editors that write plain text put their own ending behind, and systems hide it."""
FILES_MAX = 60
ENTRIES_MAX = 400
NAME_LENGTH_MAX = 120


def lesson_names(stick: Path) -> tuple[str, ...]:
    """The files of lessons on a stick, in the order of their names; none where the stick cannot be read."""
    try:
        with _opened(stick) as folder, os.scandir(folder) as entries:
            found = [entry.name for entry in islice(entries, ENTRIES_MAX) if _is_ours(entry)]
    except OSError:
        return ()
    return tuple(sorted(found)[:FILES_MAX])


def read_lesson_file(stick: Path, name: str) -> bytes:
    """Read one of these files, and a byte more than it may have.

    Raises:
        NotFoundError: It is not there, or not any more.
    """
    if not _has_our_name(name):
        raise NotFoundError(kind="lesson_file", key=name)
    try:
        with _opened(stick) as folder, os.fdopen(open_plain(name, folder=folder), "rb") as file:
            return file.read(FILE_BYTES_MAX + 1)
    except OSError as exc:
        raise NotFoundError(kind="lesson_file", key=name) from exc


@contextmanager
def _opened(stick: Path) -> Iterator[int]:
    descriptor = os.open(stick / FOLDER, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _is_ours(entry: "os.DirEntry[str]") -> bool:
    return _has_our_name(entry.name) and entry.is_file(follow_symlinks=False)


def _has_our_name(name: str) -> bool:
    is_shown = name.isprintable() and not name.startswith(".") and "/" not in name and len(name) <= NAME_LENGTH_MAX
    return is_shown and name.casefold().endswith(ENDINGS)
