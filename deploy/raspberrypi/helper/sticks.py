"""Mounts a stick that was put in, for reading; for writing only while the box writes onto it.

Nothing on a stick is run, no device file on it works, and whoever is named as owner there is nobody here. systemd
mounts, so that this program needs no right to do it in its own place, and a stick that is pulled out is unmounted by
itself. A kind of file system that is not listed is left alone.

    add(machine, places, "sda1")            # /media/MASHT 2026
    set_writable(machine, places, "MASHT 2026", writable=True)

Source: mount(8), the kernel's filesystems/vfat, exfat, ntfs3; systemd-mount(1).
"""

import re
import unicodedata
from pathlib import Path
from typing import NamedTuple

from deploy.raspberrypi.helper.places import Places
from deploy.raspberrypi.helper.programs import Machine
from deploy.raspberrypi.helper.trouble import BAD_REQUEST, FAILED, NO_STICK, STICK_BUSY, TroubleError

DEVICE = re.compile(r"[a-z]{2,8}[0-9]{0,3}(p[0-9]{1,3})?")
OWNED = "uid=schoolbox,gid=schoolbox,umask=0027"
ALWAYS = "nosuid,nodev,noexec,noatime"
KINDS = {
    "vfat": f"{OWNED},shortname=mixed,utf8=1,flush",
    "exfat": OWNED,
    "ntfs": OWNED,
    "ext4": "",
}
"""How each kind is mounted; `flush` and the like make it safe sooner to pull a stick out."""
DRIVERS = {"ntfs": ("ntfs3", "ntfs")}
"""What the kernel calls what mounts a kind: NTFS is `ntfs3` in kernels of Debian 12 and 13, `ntfs` in those since 7."""
LABEL_MAX = 32
NO_LABEL = "USB"
SAME_NAME_MAX = 20
TRIES, BETWEEN_S = 20, 0.25
"""The box looks at sticks every two seconds, for a moment: while it does, none can be unmounted."""
_ESCAPED = re.compile(rb"\\x([0-9a-f]{2})")


class Facts(NamedTuple):
    """What stands on a device: the kind of file system, and what the stick is called."""

    kind: str
    label: str


def add(machine: Machine, places: Places, device: str) -> Path | None:
    """Mount a device for reading; None if it is of a kind that is left alone.

    Raises:
        TroubleError: It is no device, or cannot be mounted.
    """
    facts = _facts(machine, _checked(device))
    if facts.kind not in KINDS:
        return None
    folder = _free_folder(places.media, folder_name(facts.label))
    folder.mkdir(parents=True)
    try:
        _mount(machine, device, facts.kind, folder, writable=False)
    except TroubleError:
        folder.rmdir()
        raise
    places.sticks.mkdir(parents=True, exist_ok=True)
    (places.sticks / device).write_text(f"{facts.kind}\n{folder.name}\n", encoding="utf-8")
    return folder


def gone(machine: Machine, places: Places, device: str) -> None:
    """Take away what stood for a device that was pulled out; fine if nothing does."""
    note = places.sticks / _checked(device)
    facts = _noted(note)
    if facts is None:
        return
    folder = places.media / facts.label
    machine.run("systemd-mount", "--umount", str(folder))
    if folder.is_dir() and not folder.is_mount():
        folder.rmdir()
    note.unlink()


def set_writable(machine: Machine, places: Places, folder_name_: str, *, writable: bool) -> None:
    """Let a stick be written from now on, or no longer.

    Raises:
        TroubleError: No such stick is in, it is being read just now, or the system refuses; then it is for reading.
    """
    device, facts = _find(places, folder_name_)
    folder = places.media / facts.label
    for _ in range(TRIES):
        if machine.run("systemd-mount", "--umount", str(folder)).code == 0:
            break
        machine.wait(BETWEEN_S)
    else:
        raise TroubleError(STICK_BUSY, facts.label)
    try:
        _mount(machine, device, facts.kind, folder, writable=writable)
    except TroubleError:
        if writable:
            _mount(machine, device, facts.kind, folder, writable=False)
        raise


def folder_name(label: str) -> str:
    """What the folder of a stick is called: its label without anything that means something to a system."""
    kept = "".join(each if each.isalnum() or each in " -_.()+" else "_" for each in unicodedata.normalize("NFC", label))
    return kept[:LABEL_MAX].strip(" .") or NO_LABEL


def _checked(device: str) -> str:
    if not DEVICE.fullmatch(device):
        raise TroubleError(BAD_REQUEST, f"no device: {device[:40]!r}")
    return device


def _facts(machine: Machine, device: str) -> Facts:
    """Ask what stands on a device; of what blkid says only the kind and the label are believed."""
    done = machine.run("blkid", "-p", "-o", "udev", f"/dev/{device}")
    said = dict(line.split("=", 1) for line in done.text.splitlines() if "=" in line) if done.code == 0 else {}
    raw = said.get("ID_FS_LABEL_ENC", "").encode("utf-8", "replace")
    label = _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), raw)
    return Facts(said.get("ID_FS_TYPE", ""), label.decode("utf-8", "replace"))


def _free_folder(media: Path, name: str) -> Path:
    for number in range(1, SAME_NAME_MAX + 1):
        folder = media / (name if number == 1 else f"{name} {number}")
        if not folder.is_symlink() and not folder.exists():
            return folder
    raise TroubleError(FAILED, f"too many sticks called {name}")


def _mount(machine: Machine, device: str, kind: str, folder: Path, *, writable: bool) -> None:
    options = ",".join(filter(None, ("rw" if writable else "ro", ALWAYS, KINDS[kind])))
    problem = ""
    for driver in DRIVERS.get(kind, (kind,)):
        done = machine.run(
            "systemd-mount", "--no-ask-password", "--collect", "--fsck=no", f"--type={driver}",
            f"--options={options}", f"/dev/{device}", str(folder),
        )  # fmt: skip
        if done.code == 0:
            return
        problem = done.text.strip()[-200:]
    raise TroubleError(FAILED, problem)


def _find(places: Places, name: str) -> tuple[str, Facts]:
    for note in sorted(places.sticks.glob("*")) if places.sticks.is_dir() else ():
        facts = _noted(note)
        if facts is not None and facts.label == name:
            return note.name, facts
    raise TroubleError(NO_STICK, name[:40])


def _noted(note: Path) -> Facts | None:
    try:
        kind, name = note.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return None
    return Facts(kind, name)
