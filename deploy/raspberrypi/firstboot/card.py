"""The files on the card that people write and read; nothing there is needed for the box to start.

FAT knows no case: names are compared without it. What cannot be written there is no reason to stop. A part that is not
mounted has no files, and nothing counts as written there.
"""

from pathlib import Path

from deploy.raspberrypi.firstboot.disk import Disk, read_plain, remove, write_file
from deploy.raspberrypi.firstboot.places import Places
from deploy.raspberrypi.firstboot.toml_text import BYTES_MAX

EOL = "\r\n"
ERROR, CLAIM, RESET = "schoolbox-error.txt", "schoolbox-claim.txt", "schoolbox-reset.txt"


def find(places: Places, *names: str) -> Path | None:
    """Find a plain file by one of its names, whatever their case; the first name wins."""
    return _find(places.card, *names) if places.has_card else None


def _find(folder: Path, *names: str) -> Path | None:
    try:
        files = [each for each in sorted(folder.iterdir()) if each.is_file() and not each.is_symlink()]
    except OSError:
        return None
    there = {each.name.lower(): each for each in files}
    return next((there[name] for name in names if name in there), None)


def read(path: Path) -> bytes:
    """Read a file of a person; a byte more than we take, so that too large ones are noticed."""
    return read_plain(path, BYTES_MAX + 1) or b""


def keep(disk: Disk, places: Places, name: str, text: str) -> bool:
    """Let a file say this as Windows writes it, or be gone if there is nothing to say; says whether that worked."""
    raw = text.replace("\n", EOL).encode("utf-8-sig") if text else b""
    return places.has_card and keep_bytes(disk, places.card / name, raw)


def keep_bytes(disk: Disk, path: Path, raw: bytes) -> bool:
    """Let a file hold this, or be gone if it is nothing; says whether that worked."""
    try:
        if raw and read_plain(path) != raw:
            write_file(disk, path, raw, mode=None)
        elif not raw and (there := _find(path.parent, path.name)):
            remove(disk, there)
    except OSError:
        return False
    return True
