"""Which files of a folder on somebody's computer travel to the box: a function of the list the browser sends.

Promises: only names that a box reads from a shelf are taken (FORMAT 2.1-2.3), everything else is passed over; no name
is ever a path on our disk, because wanted files arrive one behind the other in one file. What the box has stays there.

    plan = plan_folder(list_of_the_browser, has=in_the_store, name="MASHT 2026")
    plan.files[0].name, plan.size_bytes
"""

from collections.abc import Callable, Iterator
from itertools import accumulate
from typing import Annotated

import msgspec

from content_packs.paths import packed_name
from content_packs.shelf.row import Stretch
from schoolbox.errors import BadInputError, NoPacksInUploadError

LIST_BYTES_MAX = 4 * 1024 * 1024
"""About fifty thousand files; a national library has fifteen thousand."""
FILE_BYTES_MAX = 0xFFFF_FFFF
"""FORMAT 2.7."""
_SIZE_DIGITS_MAX = 10
_FIRST_ROOT, _INDEX = "meta/1.root.json", "meta/index.json"
"""Where files can be listed, nobody needs the index (FORMAT 2.9)."""
_ORDER = ("meta", "manifests", "blobs")
"""What says whose the packs are travels first."""

HasBlob = Callable[[str, str, int], bool]
"""Takes SHA-256, extension and size of a blob."""


class PlannedFile(msgspec.Struct, frozen=True):
    """A file that travels: its line in the list of the browser, its name on the shelf, its size."""

    line: int
    name: str
    size_bytes: Annotated[int, msgspec.Meta(ge=0)]


class Plan(msgspec.Struct, frozen=True):
    """The files in the order in which they travel; `spared_bytes` stay where they are, because the box has them."""

    files: tuple[PlannedFile, ...]
    spared_bytes: int

    @property
    def size_bytes(self) -> int:
        """All that travels."""
        return sum(file.size_bytes for file in self.files)

    def stretches(self) -> dict[str, Stretch]:
        """Where each file is once everything has arrived."""
        starts = accumulate((file.size_bytes for file in self.files), initial=0)
        return {file.name: Stretch(start, file.size_bytes) for file, start in zip(self.files, starts, strict=False)}


def plan_folder(raw: bytes, *, has: HasBlob, name: str = "") -> Plan:
    """Choose what travels.

    Args:
        raw: One line a file: its size in bytes, a blank, its path from the chosen folder on.
        has: Says whether the box has a blob.
        name: What the person calls the folder, for the error.

    Raises:
        BadInputError: This is no such list.
        NoPacksInUploadError: There is no shelf in the folder, or more than one.
    """
    shelves: dict[str, dict[str, PlannedFile]] = {}
    for line, path, size_bytes in _lines(raw):
        if found := packed_name(path):
            top, on_shelf = found
            if on_shelf == _INDEX:
                continue
            shelves.setdefault(top, {})[on_shelf] = PlannedFile(line, on_shelf, size_bytes)
    whole = [files for files in shelves.values() if _FIRST_ROOT in files]
    if len(whole) != 1:
        raise NoPacksInUploadError(name=name)
    wanted, spared_bytes = [], 0
    for file in sorted(whole[0].values(), key=_place):
        if file.name.startswith("blobs/") and has(*_blob(file.name), file.size_bytes):
            spared_bytes += file.size_bytes
        else:
            wanted.append(file)
    return Plan(tuple(wanted), spared_bytes)


def _place(file: PlannedFile) -> tuple[int, str]:
    return _ORDER.index(file.name.partition("/")[0]), file.name


def _blob(name: str) -> tuple[str, str]:
    sha256, _, ext = name.rpartition("/")[2].partition(".")
    return sha256, ext


def _lines(raw: bytes) -> Iterator[tuple[int, str, int]]:
    """Read the list."""
    if len(raw) > LIST_BYTES_MAX:
        raise BadInputError(field="list", problem="too long")
    for number, line in enumerate(raw.split(b"\n")[:-1]):
        digits, blank, path = line.partition(b" ")
        if not blank or not digits.isdigit() or len(digits) > _SIZE_DIGITS_MAX or int(digits) > FILE_BYTES_MAX:
            raise BadInputError(field="list", problem="no size and name", row=number + 1)
        yield number, path.decode("utf-8", "replace"), int(digits)
