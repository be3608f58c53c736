"""Reads files.txt: what a box has on its system, for the image. install.sh reads the same rows.

Every source must be there: a row that names nothing is a mistake, found on every test run and not by a school.
"""

from pathlib import Path

import msgspec

from deploy.raspberrypi.image.errors import ImageError

HOME = Path(__file__).parent.parent
TABLE = HOME / "files.txt"


class File(msgspec.Struct, frozen=True):
    """One file of ours on the box."""

    place: str
    source: Path
    mode: int


class Folder(msgspec.Struct, frozen=True):
    """A folder, and whose it is."""

    place: str
    mode: int
    user: str
    group: str


class Rows(msgspec.Struct, frozen=True):
    """The whole table, patterns resolved."""

    files: list[File]
    folders: list[Folder]
    links: dict[str, str]
    off: list[str]


def read(text: str, home: Path = HOME) -> Rows:
    """The table that this text is, for the image.

    Raises:
        ImageError: A row that is none, or that names no file.
    """
    rows = Rows([], [], {}, [])
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split("#", 1)[0].split()
        match words[1:] if words[:1] in (["image"], ["network"]) else words:
            case []:
                pass
            case ["file", source, place, mode]:
                rows.files.extend(_files(home, source, place, int(mode, 8)))
            case ["folder", place, mode, owner] if ":" in owner:
                rows.folders.append(Folder(place, int(mode, 8), *owner.split(":", 1)))
            case ["link", place, target]:
                rows.links[place] = target
            case ["off", unit]:
                rows.off.append(unit)
            case _:
                raise ImageError(f"Line {number} of deploy/raspberrypi/files.txt is no row: {line}")
    return rows


def _files(home: Path, source: str, place: str, mode: int) -> list[File]:
    found = sorted(path for path in home.glob(source) if path.is_file())
    if not found:
        raise ImageError(f"deploy/raspberrypi/files.txt names {source}, and there is no such file.")
    if not place.endswith("/") and len(found) > 1:
        raise ImageError(f"deploy/raspberrypi/files.txt puts several files in one place: {place}. Let it end in /.")
    return [File(place + path.name if place.endswith("/") else place, path, mode) for path in found]
