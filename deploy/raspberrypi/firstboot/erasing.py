"""Makes secrets on the card unreadable once they are safe on the data partition: over their bytes, in their place.

A file that was written anew would leave the old clusters behind. Before the first byte is changed, the old and the new
content are kept under `firstboot/` (for root alone); if the power goes in the middle, the next start knows a file that
is half of each, and finishes it. A file that somebody has changed since is nobody's half, and is left alone.

    begin(disk, places, {"schoolbox.toml": (old, new)}); finish(disk, places)

What this cannot do: a card with wear levelling may keep an old copy of a sector where no reader comes.
"""

import base64
import json
from collections.abc import Mapping

from deploy.raspberrypi.firstboot.disk import Disk, make_folder, read_plain, remove, write_file
from deploy.raspberrypi.firstboot.places import Places

NAME = "erase.json"


def begin(disk: Disk, places: Places, files: Mapping[str, tuple[bytes, bytes]]) -> None:
    """Write down what is to be erased: by the name of a file, what it holds and what it shall hold."""
    wanted = {name: [_text(old), _text(new)] for name, (old, new) in files.items() if old != new}
    if wanted:
        make_folder(disk, places.own, mode=0o700)
        write_file(disk, places.own / NAME, json.dumps(wanted).encode(), mode=0o600)


def finish(disk: Disk, places: Places) -> bool:
    """Erase what is written down; says whether nothing is left to erase."""
    note = places.own / NAME
    raw = read_plain(note)
    if raw is None:
        return True
    if not places.has_card:
        return False  # a file on it may be half erased
    try:
        for name, (old, new) in json.loads(raw).items():
            _erase(disk, places, str(name), base64.b64decode(old), base64.b64decode(new))
    except OSError:
        return False  # the card is read-only, or gone
    except (ValueError, TypeError, AttributeError):
        pass  # a note that is no note, which only somebody else can have written
    remove(disk, note)
    return True


def _erase(disk: Disk, places: Places, name: str, old: bytes, new: bytes) -> None:
    path = places.card / name
    now = read_plain(path)
    if now is None or now == new or len(now) != len(old) or len(old) != len(new):
        return
    if all(byte in pair for byte, pair in zip(now, zip(old, new, strict=True), strict=True)):
        disk.overwrite(path, new)


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
