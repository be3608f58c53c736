"""What the folder of a stick cannot be: folders of the system, and those of this box, whoever may write there.

    no_stick(Path("/dev"), data=Path("/var/lib/schoolbox"))      # "/dev is a folder of the system and no stick. ..."
"""

from pathlib import Path

_SYSTEM = ("/bin", "/boot", "/dev", "/etc", "/lib", "/lib32", "/lib64", "/proc", "/run", "/sbin", "/sys", "/usr")
_MOUNTED = ("/run/media", "/run/mount", "/run/user")
"""Where desktops show sticks, below folders of the system."""
_MUCH_ELSE = ("/", "/home", "/media", "/mnt", "/opt", "/root", "/run/media", "/srv", "/tmp", "/var")  # noqa: S108 - a name
_CURE = "Name the folder under which the stick is mounted, for example /media/usb; lsblk lists them"


def no_stick(folder: Path, *, data: Path) -> str:
    """Why a folder cannot be that of a stick; nothing where it can."""
    real, own = folder.resolve(), data.resolve()
    if str(real) in _MUCH_ELSE:
        return f"{real} holds much else and is no stick. {_CURE}"
    if own in (real, *real.parents) or real in own.parents:
        return f"{real} is where the data of this box are, and no stick. {_CURE}"
    if _is_below(real, _SYSTEM) and not _is_below(real.parent, _MOUNTED):
        return f"{real} is a folder of the system and no stick. {_CURE}"
    return ""


def _is_below(folder: Path, roots: tuple[str, ...]) -> bool:
    return any(str(each) in roots for each in (folder, *folder.parents))
