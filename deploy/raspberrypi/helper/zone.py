"""The time zone of the box: kept from a page or the card, in force at once, and told to the box for its page.

    change(machine, places, zone="Europe/Belgrade")    # the helper, which may not touch /etc
    put(places)                                        # schoolbox-zone.service: at each start, and after a change

Source: localtime(5); zone.tab of tzdata (country, place, name).
"""

import json
import re

from deploy.raspberrypi.firstboot import places as firstboot
from deploy.raspberrypi.firstboot.disk import RealDisk, keep_file, read_plain
from deploy.raspberrypi.firstboot.identity import keep_time_zone
from deploy.raspberrypi.helper.places import Places
from deploy.raspberrypi.helper.programs import Machine
from deploy.raspberrypi.helper.trouble import BAD_REQUEST, FAILED, TroubleError

PROGRAM = "schoolbox-zone.service"
"""What puts the zone into force: root's helper itself writes nothing of the system's settings."""
_NAME = re.compile(r"[A-Za-z0-9_+-]{1,30}(/[A-Za-z0-9_+-]{1,30}){0,2}")


def is_zone(value: object) -> bool:
    """A name as zones have; whether the system knows it is looked at when it is asked for."""
    return isinstance(value, str) and _NAME.fullmatch(value) is not None


def change(machine: Machine, places: Places, *, zone: str) -> None:
    """Keep another zone, and have it put into force.

    Raises:
        TroubleError: The system knows no such zone, or did not take it.
    """
    if not _is_there(places, zone):
        raise TroubleError(BAD_REQUEST, f"no zone {zone}")
    keep_file(RealDisk(), places.system / "time-zone", f"{zone}\n".encode())
    done = machine.run("systemctl", "restart", PROGRAM)
    if done.code != 0:
        raise TroubleError(FAILED, done.text.strip()[-200:])


def put(places: Places) -> None:
    """Let the system's clock show the zone that is kept, if one is, and say which holds and which there are."""
    kept = (read_plain(places.system / "time-zone") or b"").decode("ascii", "ignore").strip()
    if is_zone(kept) and _is_there(places, kept):
        keep_time_zone(RealDisk(), firstboot.Places(places.root), kept)
    said = json.dumps({"zone": _holds(places), "zones": _known(places)})
    places.zone.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    draft = places.zone.with_name(f".{places.zone.name}.new")
    draft.write_text(said, encoding="utf-8")
    draft.chmod(0o644)
    draft.replace(places.zone)


def _holds(places: Places) -> str:
    """Give the zone of the system's clock; nothing where it is no link into the table."""
    try:
        link = str((places.root / "etc/localtime").readlink())
    except OSError:
        return ""
    return link.partition("zoneinfo/")[2]


def _known(places: Places) -> list[str]:
    """Give the zones of the system's table, each under one name."""
    lines = (read_plain(places.zones / "zone.tab") or b"").decode("ascii", "ignore").splitlines()
    names = {words[2] for line in lines if not line.startswith("#") and len(words := line.split("\t")) > 2}
    return sorted(name for name in names if is_zone(name) and _is_there(places, name))


def _is_there(places: Places, zone: str) -> bool:
    return (places.zones / zone).is_file()
