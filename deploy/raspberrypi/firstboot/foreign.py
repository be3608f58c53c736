"""Files on the card that were meant for another system: no box uses them, and they hold passwords.

Raspberry Pi Imager 1 takes each image that it does not know for Raspberry Pi OS and writes `firstrun.sh`; other
versions and habits leave the rest. Passwords, their hashes and keys stand in them in many forms, so all of such a file
is erased, in its place; it stays, and is told, until somebody deletes it. On the image only: elsewhere they are the
system's own.

    wrong = clear(disk, places)

Source: github.com/raspberrypi/rpi-imager, doc/compatibility.md.
"""

from deploy.raspberrypi.firstboot import card, erasing
from deploy.raspberrypi.firstboot.disk import Disk, read_plain
from deploy.raspberrypi.firstboot.mistakes import Mistake, mistake
from deploy.raspberrypi.firstboot.places import Places

NAMES = ("firstrun.sh", "user-data", "network-config", "custom.toml", "wpa_supplicant.conf", "userconf.txt", "userconf")
_NOTE = b"# Schoolbox does not use this file and has erased it. Settings belong into schoolbox.toml.\r\n"


def clear(disk: Disk, places: Places) -> tuple[Mistake, ...]:
    """Erase what stands in them; says of each that it is not used."""
    if not places.is_image:
        return ()
    paths = [path for name in NAMES if (path := card.find(places, name))]
    found = {path.name: raw for path in paths if (raw := read_plain(path))}
    if erasing.finish(disk, places):  # else a note of what is still to be erased would be written over
        erasing.begin(disk, places, {name: (raw, _erased(raw)) for name, raw in found.items()})
        erasing.finish(disk, places)
    return tuple(
        mistake("foreign" if read_plain(places.card / name) == _erased(raw) else "foreign-left", name)
        for name, raw in found.items()
    )


def _erased(raw: bytes) -> bytes:
    """Give what stands there afterwards: as many bytes."""
    return _NOTE.ljust(len(raw))[: len(raw)]
