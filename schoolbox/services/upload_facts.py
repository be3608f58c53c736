"""What is said of an upload: by the browser before it begins, and by the box while it goes on. Values only.

    check(Chosen(kind="zip", name="MASHT.rar", size_bytes=22, mark="1f2e3d4c", head=b"Rar!"))    # WrongFileError
"""

import re

import msgspec
from msgspec.structs import replace

from content_packs.errors import ArchiveError
from schoolbox.errors import BadInputError, NoPacksInUploadError, WrongFileError
from schoolbox.services.upload_disk import Kind, Record, State
from schoolbox.services.upload_plan import LIST_BYTES_MAX

NAME_MAX = 100
ARCHIVE_BYTES_MAX = 1 << 40
_MARK = re.compile(r"[0-9a-f]{8,64}")
_ZIP, _EMPTY_ZIP = b"PK\3\4", b"PK\5\6"


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody chose: for a folder `size_bytes` is that of the list of its files.

    `mark` tells it from another of the same name and size. `head` are the first bytes of a file, and `has_end` says
    whether the end of a zip file was seen in it: both only save sending a wrong file in vain.
    """

    kind: Kind
    name: str
    size_bytes: int
    mark: str
    head: bytes = _ZIP
    has_end: bool = True


class Upload(msgspec.Struct, frozen=True):
    """How far an upload is; `total_bytes` and `arrived_bytes` are of its list first, then of its content.

    `days_left` is for how many days the box still runs until it goes by itself, if nothing becomes of it.
    """

    id: str
    by: int
    kind: Kind
    name: str
    state: State
    total_bytes: int
    arrived_bytes: int
    spared_bytes: int
    refusal: ArchiveError | NoPacksInUploadError | None
    days_left: int

    @property
    def arriving(self) -> bool:
        """Whether bytes of it are still to come."""
        return self.state in ("list", "content")

    @property
    def room_bytes(self) -> int:
        """How much of our disk it takes."""
        return 0 if self.state == "refused" else self.arrived_bytes


class Taken(msgspec.Struct, frozen=True):
    """What became of a piece: `fits` is false where it would leave a gap, `busy` where it has to be sent again."""

    upload: Upload
    fits: bool = True
    busy: bool = False


def check(chosen: Chosen) -> Chosen:
    """Refuse at once what could never become a shelf; the name comes back as a page may show it.

    Raises:
        BadInputError: What is said of it makes no sense.
        WrongFileError: It is no zip file.
        ArchiveError: It is a zip file without its end.
        NoPacksInUploadError: It is an empty zip file.
    """
    name = "".join(letter for letter in chosen.name if letter.isprintable()).strip()[:NAME_MAX]
    size_max = LIST_BYTES_MAX if chosen.kind == "folder" else ARCHIVE_BYTES_MAX
    if not name or not _MARK.fullmatch(chosen.mark) or not 0 <= chosen.size_bytes <= size_max:
        raise BadInputError(field="file", problem="no name, mark or size that makes sense")
    if chosen.kind == "zip":
        _check_archive(chosen, name)
    return replace(chosen, name=name)


def is_same(record: Record, chosen: Chosen, by: int) -> bool:
    """Whether somebody chose again what is here already."""
    found = (record.by, record.kind, record.name, record.mark, record.announced_bytes)
    return record.state != "refused" and found == (by, chosen.kind, chosen.name, chosen.mark, chosen.size_bytes)


def refusal(record: Record) -> ArchiveError | NoPacksInUploadError | None:
    """Why nothing can become of an upload."""
    if record.refusal == "archive":
        return ArchiveError(problem="not whole, or made to do harm")
    return NoPacksInUploadError(name=record.name) if record.refusal else None


def _check_archive(chosen: Chosen, name: str) -> None:
    if chosen.head.startswith(_EMPTY_ZIP):
        raise NoPacksInUploadError(name=name)
    if not chosen.head.startswith(_ZIP):
        raise WrongFileError(name=name)
    if not chosen.has_end:
        raise ArchiveError(problem="its end is missing")
