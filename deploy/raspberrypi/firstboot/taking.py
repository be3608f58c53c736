"""Takes what the files on the card say, group by group; each group is durable before it counts as taken.

    taken = take(disk, places, read.groups, state)
"""

from collections.abc import Mapping
from typing import NamedTuple

from deploy.raspberrypi.firstboot.countries import KOSOVO, radio_country
from deploy.raspberrypi.firstboot.disk import Disk, keep_file, make_folder, read_plain, remove
from deploy.raspberrypi.firstboot.handover import hand_over
from deploy.raspberrypi.firstboot.identity import AUTHORIZED
from deploy.raspberrypi.firstboot.network_files import JOIN, OWN, OWN_NAME, join_network, own_network, password_in
from deploy.raspberrypi.firstboot.places import Places
from deploy.raspberrypi.firstboot.schema import Group
from deploy.raspberrypi.firstboot.state import State
from deploy.raspberrypi.firstboot.toml_text import is_hidden

ZONE = "Europe/Belgrade"
"""Kosovo's time; the table of zones has none of its own for it, and Tirane and Skopje show the same."""
_FOR_BOX = {
    "school": (("name", "school"), ("municipality", "municipality")), "hub": (("address", "hub"), ("code", "code")),
    "technician": (("claim", "claim"),),
}  # fmt: skip


class Taken(NamedTuple):
    """What is remembered now, and the groups of which a password or code is needed that was erased long ago."""

    state: State
    without_password: tuple[str, ...]


def take(disk: Disk, places: Places, groups: Mapping[str, Group], state: State) -> Taken:
    """Take every group that is new."""
    new = {name: group for name, group in groups.items() if not state.knows(name, group)}
    lost = tuple(name for name, group in new.items() if not _take(disk, places, name, group))
    state = state.with_taken({name: group for name, group in new.items() if name not in lost})
    settings = {"language": groups.get("language", {}).get("language"), "name": groups.get("box", {}).get("name")}
    changed = {key: str(value) for key, value in settings.items() if value and getattr(state, key) != value}
    if changed:
        _keep_settings(disk, places, changed)
    state = state._replace(language=changed.get("language", state.language), name=changed.get("name", state.name))
    return Taken(state, lost)


def keep_country(disk: Disk, places: Places) -> None:
    """See to it that the radio knows some country: without one it may hardly speak."""
    if read_plain(places.system / "country") is None:
        keep_file(disk, places.system / "country", f"{radio_country(KOSOVO)}\n".encode())


def keep_zone(disk: Disk, places: Places) -> None:
    """See to it that the image knows some time zone: in UTC a school's day would begin and end two hours late.

    Elsewhere whoever installed the system chose one.
    """
    if places.is_image and read_plain(places.system / "time-zone") is None:
        keep_file(disk, places.system / "time-zone", f"{ZONE}\n".encode())


def _take(disk: Disk, places: Places, name: str, group: Group) -> bool:
    """Take one group; False if a password or code is missing that it needs."""
    said = {key: str(value) for key, value in group.items() if isinstance(value, str)}
    if name in _FOR_BOX:
        if any(is_hidden(value) for value in said.values()):
            return name != "hub"  # a claim code that was used is of no use any more; a hub wants a code
        hand_over(disk, places, {ours: said[key] for key, ours in _FOR_BOX[name] if key in said})
    elif name == "box":
        _keep(disk, places, "hostname", said.get("name", ""))
        _keep(disk, places, "time-zone", said.get("time_zone", ""))
    elif name == "wifi":
        _keep(disk, places, "country", radio_country(said["country"]))
    elif name == "ssh":
        _keep_ssh(disk, places, group)
    elif name in ("wifi.own", "wifi.join"):
        return _keep_network(disk, places, name, group)
    return True


def _keep(disk: Disk, places: Places, name: str, value: str) -> None:
    if value:
        keep_file(disk, places.system / name, f"{value}\n".encode())


def _keep_ssh(disk: Disk, places: Places, group: Group) -> None:
    path, keys = places.system / "ssh" / AUTHORIZED, group["keys"]
    if isinstance(keys, tuple) and keys:
        make_folder(disk, path.parent, mode=0o700)
        keep_file(disk, path, "".join(f"{each}\n" for each in keys).encode(), mode=0o600)
    else:
        remove(disk, path)


def _keep_network(disk: Disk, places: Places, name: str, group: Group) -> bool:
    """Write the file of a network; a password that was hidden is the one that is there."""
    path = places.connections / (OWN if name == "wifi.own" else JOIN)
    password = str(group.get("password", ""))
    if is_hidden(password):
        password = password_in(read_plain(path) or b"")
        if not password:
            return False
    if name == "wifi.own":
        raw = own_network(str(group.get("name", OWN_NAME)), password)
    else:
        raw = join_network(
            str(group["name"]), password, str(group.get("security", "")), hidden=group.get("hidden") is True
        )
    make_folder(disk, places.connections, mode=0o700)
    keep_file(disk, path, raw, mode=0o600)
    return True


def _keep_settings(disk: Disk, places: Places, changed: Mapping[str, str]) -> None:
    """Put lines into the box's settings file; other lines stay."""
    path = places.system / "box.toml"
    lines = (read_plain(path) or b"").decode("utf-8", errors="replace").splitlines()
    others = [line for line in lines if line.partition("=")[0].strip() not in changed]
    new = [f'{key} = "{value}"' for key, value in sorted(changed.items())]
    keep_file(disk, path, "\n".join([*new, *others, ""]).encode())
