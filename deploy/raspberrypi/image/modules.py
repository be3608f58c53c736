"""Chooses the kernel modules of the first seconds: they find the card, a USB disk or a virtual disk.

Chosen by what the boards' device trees say they have, not by a list that somebody keeps: a new kernel that moves a
driver into a module is followed. What a board never needs before its root is there (screens, sound, cameras,
networks) is left out.
"""

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase

from deploy.raspberrypi.image.errors import ImageError

# Needed without a device that says so: the file systems, the pieces of USB disks, and names that FAT asks for.
ALWAYS = (
    "ext4",
    "overlay",
    "vfat",
    "nls_cp437",
    "nls_ascii",
    "nls_utf8",
    "mmc_block",
    "sd_mod",
    "usb_storage",
    "uas",
    "xhci_pci",
    "xhci_hcd",
    "xhci_plat_hcd",
    "dwc2",
    "nvme",
    "virtio_blk",
    "virtio_pci",
    "virtio_mmio",
    "virtio_scsi",
    "rp1_pci",
    "crc32c_cryptoapi",
)
# The ports of a Pi 5, which kernels before 6.16 do not know; what ext4 asks for in some kernels and has in itself in
# others.
OPTIONAL = {"rp1_pci", "crc32c_cryptoapi"}
LATER = re.compile(
    r"kernel/(sound|net|drivers/(gpu|media|net|iio|staging|infiniband|bluetooth|input|leds|hwmon|video))/"
)
# Never needed by a school server: 30 MB that would lie on every card.
LEFT_OUT = re.compile(r"kernel/(sound|drivers/(media|gpu|iio|staging|infiniband|isdn|comedi|accel|fpga|platform))/")


class Modules:
    """What a kernel's modules say of themselves: where they are, what they need, which devices they know."""

    def __init__(self, *, needs: str, aliases: str, builtin: str) -> None:
        self._needs: dict[str, list[str]] = {}
        for line in needs.splitlines():
            path, _, others = line.partition(":")
            self._needs[path] = others.split()
        self._paths = {named(path): path for path in self._needs}
        self._aliases = [tuple(line.split()[1:3]) for line in aliases.splitlines() if line.startswith("alias ")]
        self._builtin = {named(path) for path in builtin.split()}

    def path(self, name: str) -> str | None:
        """The file of a module, or None where it is part of the kernel.

        Raises:
            ImageError: This kernel has no such module.
        """
        if name in self._paths:
            return self._paths[name]
        if name in self._builtin:
            return None
        raise ImageError(
            f"This kernel has no module {name}. Choose another kernel, or mend deploy/raspberrypi/image/modules.py."
        )

    def knowing(self, compatible: Iterable[str]) -> set[str]:
        """The modules that know a device with one of these `compatible` names."""
        asked = [f"of:NaT(null)C{name}" for name in compatible]
        found = set()
        for pattern, module in self._aliases:
            if pattern.startswith("of:") and any(fnmatchcase(each, pattern) for each in asked):
                found.add(module)
        return found

    def with_needs(self, names: Iterable[str]) -> set[str]:
        """The files of these modules and of all that they need."""
        paths = {path for name in names if (path := self.path(name)) is not None}
        return paths | {other for path in paths for other in self._needs[path]}


def early(modules: Modules, compatible: Iterable[str]) -> set[str]:
    """The files of the modules that belong into the initramfs, for boards with these devices."""
    present = [name for name in ALWAYS if name not in OPTIONAL or _has(modules, name)]
    devices = {name for name in modules.knowing(compatible) if not LATER.search(f"{modules.path(name)}")}
    return modules.with_needs([*present, *devices])


def named(path: str) -> str:
    """The name of a module by its file: `kernel/fs/fat/vfat.ko.xz` is `vfat`; `-` and `_` are one."""
    return path.rsplit("/", 1)[-1].split(".", 1)[0].replace("-", "_")


def _has(modules: Modules, name: str) -> bool:
    try:
        modules.path(name)
    except ImageError:
        return False
    return True
