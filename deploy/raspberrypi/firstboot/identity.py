"""What makes a box differ from every other: machine-id, the name of the machine, the keys of SSH.

The box makes its own number and keys when it starts for the first time. On the image all of this lies on the data
partition; elsewhere the system has its own, and only a name that was asked for is set.
"""

import re
from pathlib import Path

from deploy.raspberrypi.firstboot.disk import Disk, keep_file, make_folder, read_plain, remove
from deploy.raspberrypi.firstboot.places import Places
from deploy.raspberrypi.firstboot.system import System

_ID = re.compile(rb"[0-9a-f]{32}\n")
HOST_KEY = "ssh_host_ed25519_key"
AUTHORIZED = "authorized_keys"


def keep_machine_id(disk: Disk, places: Places, system: System) -> str:
    """Give the number of this machine, made once; the initramfs puts it into force at the next start."""
    path = places.system / "machine-id"
    raw = read_plain(path)
    if raw is None or not _ID.fullmatch(raw):
        raw = f"{system.token(16).hex()}\n".encode()
        keep_file(disk, path, raw, mode=0o444)
    return raw.decode("ascii").strip()


def keep_hostname(disk: Disk, places: Places, system: System, machine_id: str) -> str:
    """Give the machine the name that was asked for, else one of its own; settings of the system are made anew."""
    asked = (read_plain(places.system / "hostname") or b"").decode("ascii", errors="replace").strip()
    name = asked or f"schoolbox-{machine_id[:4]}"
    _etc(disk, places.etc / "hostname", f"{name}\n")
    hosts = f"127.0.0.1\tlocalhost\n127.0.1.1\t{name}\n::1\tlocalhost ip6-localhost ip6-loopback\n"
    if _etc(disk, places.etc / "hosts", hosts):
        system.set_hostname(name)
    return name


def keep_time_zone(disk: Disk, places: Places, zone: str) -> None:
    """Let the system's clock show local time."""
    link, aim = places.etc / "localtime", f"/usr/share/zoneinfo/{zone}"
    if link.is_symlink() and str(link.readlink()) == aim:
        return
    draft = link.with_name(".localtime.new")
    disk.unlink(draft)
    draft.symlink_to(aim)
    disk.replace(draft, link)
    disk.fsync_folder(link.parent)


def keep_host_key(disk: Disk, places: Places, system: System) -> None:
    """Make the key by which this machine shows itself over SSH, once somebody may come in.

    Raises:
        OSError: It could not be made.
    """
    folder = places.system / "ssh"
    key, public = folder / HOST_KEY, folder / f"{HOST_KEY}.pub"
    if (read_plain(key) and read_plain(public)) or not read_plain(folder / AUTHORIZED):
        return
    draft = folder / ".host.new"
    for path in (draft, _beside(draft), key, public):
        remove(disk, path)
    make_folder(disk, folder, mode=0o700)
    system.run(("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "schoolbox", "-f", str(draft)))
    for path in (draft, _beside(draft)):
        with disk.open_append(path) as file:
            disk.fsync(file, path)
    disk.replace(_beside(draft), public)
    disk.replace(draft, key)
    disk.fsync_folder(folder)


def _beside(path: Path) -> Path:
    return path.with_name(f"{path.name}.pub")


def _etc(disk: Disk, path: Path, text: str) -> bool:
    return keep_file(disk, path, text.encode())
