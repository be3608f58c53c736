"""The box's own Wi-Fi: there from the first start, and changed from a page.

What is kept lies in `/var/lib/schoolbox-system/connections`; NetworkManager is given copies in memory, so that this
works beside networks that somebody made by hand, and on a root that cannot be written.

    prepare(machine, places)                                          # before NetworkManager starts
    change(machine, places, name="Agimi", password="", country="AL")

Source: NetworkManager.conf(5): profiles in /run/NetworkManager/system-connections; iw(8): reg set.
"""

import json
from pathlib import Path

from deploy.raspberrypi.firstboot.countries import COUNTRIES, KOSOVO, radio_country
from deploy.raspberrypi.firstboot.disk import RealDisk, keep_file, make_folder, read_plain
from deploy.raspberrypi.firstboot.network_files import OWN, OWN_NAME, own_network, password_in
from deploy.raspberrypi.helper.places import Places
from deploy.raspberrypi.helper.programs import Machine
from deploy.raspberrypi.helper.trouble import FAILED, TroubleError

SAME = "*"
"""Said in place of a password: the one that is there stays."""
NAME_BYTES_MAX = 32
PASSWORD_MIN, PASSWORD_MAX = 8, 63


def is_name(value: object) -> bool:
    """A name that every phone shows."""
    if not isinstance(value, str) or not value.isprintable() or value != value.strip():
        return False
    return 0 < len(value.encode()) <= NAME_BYTES_MAX


def is_password(value: object) -> bool:
    """None, the one that is there, or one of WPA2: 8 to 63 letters of ASCII."""
    if value in ("", SAME):
        return True
    if not isinstance(value, str) or not PASSWORD_MIN <= len(value) <= PASSWORD_MAX:
        return False
    return all(" " <= each <= "~" for each in value)


def is_country(value: object) -> bool:
    """A country whose rules for radio are known."""
    return isinstance(value, str) and value in COUNTRIES


def prepare(machine: Machine, places: Places) -> None:
    """See to it that the box has a network of its own, that the radio knows a country, and NetworkManager both."""
    disk = RealDisk()
    make_folder(disk, places.connections, mode=0o700)
    if read_plain(places.connections / OWN) is None:
        keep_file(disk, places.connections / OWN, own_network(OWN_NAME, ""), mode=0o600)
    kept = read_plain(places.system / "country") or radio_country(KOSOVO).encode()
    country = kept.decode("ascii", "ignore").strip()
    machine.run("iw", "reg", "set", country)
    places.in_memory.mkdir(mode=0o755, parents=True, exist_ok=True)
    for file in sorted(places.connections.glob("*.nmconnection")):
        raw = read_plain(file)
        if raw is not None:
            _put(places.in_memory / file.name, raw, mode=0o600)
    own = read_plain(places.connections / OWN) or b""
    shown = {
        "name": _name_in(own), "protected": bool(password_in(own)), "country": country, "countries": sorted(COUNTRIES),
    }  # fmt: skip
    _put(places.network, json.dumps(shown).encode(), mode=0o644)


def change(machine: Machine, places: Places, *, name: str, password: str, country: str) -> None:
    """Call the box's own network otherwise, and protect it or open it; whoever is in it is out for a moment.

    Raises:
        TroubleError: NetworkManager did not take it.
    """
    disk, file = RealDisk(), places.connections / OWN
    word = password_in(read_plain(file) or b"") if password == SAME else password
    make_folder(disk, places.connections, mode=0o700)
    keep_file(disk, file, own_network(name, word), mode=0o600)
    keep_file(disk, places.system / "country", f"{radio_country(country)}\n".encode())
    prepare(machine, places)
    done = machine.run("nmcli", "connection", "reload")
    if done.code != 0:
        raise TroubleError(FAILED, done.text.strip()[-200:])


def _name_in(raw: bytes) -> str:
    """The name that stands in one of our files, as its bytes."""
    for line in raw.decode("ascii", "ignore").splitlines():
        if line.startswith("ssid="):
            numbers = [int(each) for each in line.removeprefix("ssid=").split(";") if each.isdecimal()]
            return bytes(number for number in numbers if number < 256).decode("utf-8", "replace")
    return ""


def _put(path: Path, raw: bytes, *, mode: int) -> None:
    """Put a whole file into memory."""
    draft = path.with_name(f".{path.name}.new")
    draft.unlink(missing_ok=True)
    draft.touch(mode=mode)
    draft.write_bytes(raw)
    draft.chmod(mode)
    draft.replace(path)
