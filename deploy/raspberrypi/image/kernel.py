"""The kernel, its device trees and the boards' firmware: fetched and unpacked, never installed.

Installing would run hooks of six packages under emulation and end in files made by this machine's day; what the image
needs of them is their files.
"""

import hashlib
import shutil
from pathlib import Path

import msgspec

from deploy.raspberrypi.image import boards, devicetree, initramfs, modules
from deploy.raspberrypi.image.apt import Apt, Package
from deploy.raspberrypi.image.errors import ImageError
from deploy.raspberrypi.image.settings import Settings
from deploy.raspberrypi.image.toolbox import Toolbox, unpacked

BUSYBOX = "busybox-static"


class Unpacked(msgspec.Struct, frozen=True):
    """Where everything lies, and what of it is listed in the image."""

    folder: Path
    kernel: initramfs.Kernel
    packages: list[Package]

    @property
    def trees(self) -> Path:
        """The device trees of Broadcom's chips."""
        return self.kernel.folder / "dtb/broadcom"

    @property
    def image(self) -> bytes:
        """The kernel itself."""
        return (self.kernel.folder / "vmlinuz").read_bytes()

    def first(self) -> set[str]:
        """The modules that the boards need to find their root."""
        names = ("modules.dep", "modules.alias", "modules.builtin")
        needs, aliases, builtin = ((self.kernel.folder / name).read_text() for name in names)
        known = modules.Modules(needs=needs, aliases=aliases, builtin=builtin)
        found: set[str] = set()
        for file, _ in boards.BOARDS.values():
            found |= devicetree.compatible((self.trees / file).read_bytes())
        return modules.early(known, found)

    def initramfs(self, *, epoch: int) -> bytes:
        """The one initramfs, for all boards and for a virtual machine."""
        busybox = (self.folder / "usr/bin/busybox").read_bytes()
        init = Path(__file__).with_name("init").read_bytes()
        return initramfs.packed(
            initramfs.entries(self.kernel, chosen=self.first(), busybox=busybox, init=init), epoch=epoch
        )


def plan(settings: Settings, apt: Apt) -> list[Package]:
    """The packages to unpack: all that the kernel's package brings of its own, and the firmware."""
    kernels = [
        each for each in apt.plan([settings.kernel], suite=settings.kernel_suite) if each.name.startswith("linux-")
    ]
    firmware = apt.plan([settings.wifi_firmware], suite=settings.kernel_suite)
    others = apt.plan([settings.firmware, BUSYBOX])
    wanted = {settings.firmware, settings.wifi_firmware, BUSYBOX}
    return sorted([*kernels, *(each for each in {*firmware, *others} if each.name in wanted)])


def made(packages: list[Package], apt: Apt, toolbox: Toolbox, cache: Path) -> Unpacked:
    """These packages unpacked into a folder that is kept, with depmod's lists."""
    folder = cache / f"kernel-{hashlib.sha256(repr(packages).encode()).hexdigest()[:16]}"
    if not folder.exists():
        half = folder.with_suffix(".half")
        shutil.rmtree(half, ignore_errors=True)
        (half / "usr/lib").mkdir(parents=True)
        (half / "lib").symlink_to("usr/lib")
        for path in apt.fetch(packages, cache / "debs"):
            unpacked(path, half)
        toolbox.run("depmod", "-b", half, _release(half))
        half.rename(folder)
    release = _release(folder)
    return Unpacked(folder, initramfs.Kernel(release, folder / "usr/lib/modules" / release), packages)


def _release(folder: Path) -> str:
    found = sorted(path.name for path in (folder / "usr/lib/modules").iterdir())
    if len(found) != 1 or not (folder / "usr/lib/modules" / found[0] / "vmlinuz").exists():
        raise ImageError(
            f"The kernel's packages are not laid out as expected: {', '.join(found)}. Choose another kernel."
        )
    return found[0]
