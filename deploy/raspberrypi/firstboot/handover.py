"""What the box is told before it starts: one file in its folder, which it takes once its database has it.

The file belongs to the box's user and is written whole; what is in it and was not taken yet stays, so a second start
adds to it. The claim code is made here where nobody chose one, because it must be readable before the box runs: on the
card and on a screen, by whoever holds the box in their hands. It is never shown on a page: whoever is in reach of the
radio, a pupil in the next room, could own the box before its technician does.
"""

import json
from collections.abc import Mapping

from deploy.raspberrypi.firstboot.disk import Disk, read_plain, write_file
from deploy.raspberrypi.firstboot.places import Places
from deploy.raspberrypi.firstboot.schema import CODE_SIGNS, tidy_code
from deploy.raspberrypi.firstboot.system import System

NAME, CLAIM_FILE, DATABASE = "first-boot.json", "CLAIM.txt", "box.db"
_LENGTH_MAX = 64


def hand_over(disk: Disk, places: Places, said: Mapping[str, str]) -> None:
    """Add to what the box takes at its start."""
    now = waiting(places)
    if said and {**now, **said} != now:
        raw = json.dumps({**now, **said}, ensure_ascii=False, indent=1).encode()
        write_file(disk, places.box / NAME, raw, mode=0o600, like=places.box)


def waiting(places: Places) -> dict[str, str]:
    """What the box has not taken yet."""
    try:
        found = json.loads(read_plain(places.box / NAME) or b"{}")
        return {str(key): str(value) for key, value in found.items()}
    except (ValueError, AttributeError):
        return {}


def _code(said: str) -> str:
    """A code, or nothing: what stands in the box's folder is shown on a screen only if it is no more than that."""
    signs = tidy_code(said[:_LENGTH_MAX])
    return f"{signs[:4]}-{signs[4:]}" if len(signs) == 8 and CODE_SIGNS.issuperset(signs) else ""


def claim_code(disk: Disk, places: Places, system: System) -> str:
    """The code with which somebody makes this box theirs, made if the box is new; empty once it has an owner."""
    kept = read_plain(places.box / CLAIM_FILE, _LENGTH_MAX) or b""
    found = _code(waiting(places).get("claim", "")) or _code(kept.decode("ascii", "replace"))
    if found or (places.box / DATABASE).exists():
        return found
    signs = sorted(CODE_SIGNS)
    letters = "".join(signs[byte % 32] for byte in system.token(8))
    code = f"{letters[:4]}-{letters[4:]}"
    hand_over(disk, places, {"claim": code})
    return code
