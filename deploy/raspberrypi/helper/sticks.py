"""Mounts a stick that was put in, for reading; for writing only while the box writes onto it.

Nothing on a stick is run, no device file on it works, and whoever is named as owner there is nobody here. systemd
mounts, so that this program needs no right to do it in its own place, and a stick that is pulled out is unmounted by
itself. A kind of file system that is not listed is left alone. A note of the name of a folder makes it one stick's
alone until that is pulled out; notes are gone at the next start of the machine.

    add(machine, places, "sda1")            # /media/MASHT 2026
    set_writable(machine, places, "MASHT 2026", writable=True)

Source: mount(8), the kernel's filesystems/vfat, exfat, ntfs3; systemd-mount(1).
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from contextlib import suppress
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


class Noted(NamedTuple):
    """What stands in the note of a folder."""

    kind: str
    device: str


def add(machine: Machine, places: Places, device: str) -> Path | None:
    """Mount a device for reading; None if it is of a kind that is left alone.

    Raises:
        TroubleError: It is no device, or cannot be mounted.
    """
    facts = _facts(machine, _checked(device))
    if facts.kind not in KINDS:
        return None
    folder = _own_folder(places, folder_name(facts.label), Noted(facts.kind, device))
    try:
        _mount(machine, device, facts.kind, folder, writable=False)
    except TroubleError:
        folder.rmdir()
        (places.sticks / folder.name).unlink()
        raise
    return folder


def gone(machine: Machine, places: Places, device: str) -> None:
    """Take away what stood for a device that was pulled out; fine if nothing does.

    Raises:
        TroubleError: It is no device, or somebody who reads does not let go of it; then its folder is left.
    """
    _checked(device)
    names = [name for name, noted in _notes(places).items() if noted.device == device]
    busy = [name for name in names if not _given_up(machine, places, name)]
    if busy:
        raise TroubleError(STICK_BUSY, ", ".join(busy))


def set_writable(machine: Machine, places: Places, folder_name_: str, *, writable: bool) -> None:
    """Let a stick be written from now on, or no longer.

    Raises:
        TroubleError: No such stick is in, it is being read just now, or the system refuses; then it is for reading.
    """
    noted = _notes(places).get(folder_name_)
    if noted is None:
        raise TroubleError(NO_STICK, folder_name_[:40])
    folder = places.media / folder_name_
    if not _in_the_end(machine, lambda: _unmounted(machine, folder)):
        raise TroubleError(STICK_BUSY, folder_name_)
    try:
        _mount(machine, noted.device, noted.kind, folder, writable=writable)
    except TroubleError:
        if writable:
            _mount(machine, noted.device, noted.kind, folder, writable=False)
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


def _own_folder(places: Places, name: str, noted: Noted) -> Path:
    """Make the folder of a stick; an empty one of no stick, as a power cut leaves it, is used again."""
    places.sticks.mkdir(parents=True, exist_ok=True)
    for number in range(1, SAME_NAME_MAX + 1):
        folder = places.media / (name if number == 1 else f"{name} {number}")
        note = places.sticks / folder.name
        try:
            with note.open("x", encoding="utf-8") as file:
                file.write(f"{noted.kind}\n{noted.device}\n")
        except FileExistsError:
            continue
        with suppress(OSError):
            folder.rmdir()
        try:
            folder.mkdir(parents=True)
        except FileExistsError:  # a link, a folder of somebody's, one on which something is mounted
            note.unlink()
            continue
        return folder
    raise TroubleError(FAILED, f"too many sticks called {name}")


def _in_the_end(machine: Machine, do: Callable[[], bool]) -> bool:
    """Try until it is done, as long as a look or a copy of the box can take to let go; say whether it is."""
    for _ in range(TRIES):
        if do():
            return True
        machine.wait(BETWEEN_S)
    return False


def _unmounted(machine: Machine, folder: Path) -> bool:
    return machine.run("systemd-mount", "--umount", str(folder)).code == 0


def _given_up(machine: Machine, places: Places, name: str) -> bool:
    """Let the name of a folder be another stick's; say whether the folder is away, too."""
    is_away = _in_the_end(machine, lambda: _taken_away(machine, places.media / name))
    (places.sticks / name).unlink()
    return is_away


def _taken_away(machine: Machine, folder: Path) -> bool:
    """Unmount, which systemd may have done by itself, and remove the folder; the system refuses while it is mounted."""
    _unmounted(machine, folder)
    try:
        folder.rmdir()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True


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


def _notes(places: Places) -> Mapping[str, Noted]:
    """Which stick is on which folder."""
    notes = {}
    for note in sorted(places.sticks.glob("*")) if places.sticks.is_dir() else ():
        with suppress(OSError, ValueError):
            kind, device = note.read_text(encoding="utf-8").splitlines()
            notes[note.name] = Noted(kind, device)
    return notes
