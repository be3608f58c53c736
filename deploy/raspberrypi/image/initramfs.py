"""The initramfs: busybox, the modules of the first seconds, and our `init`. Made here, in a second, the same each time.

Why not initramfs-tools: it would run for minutes under emulation, bring its own programs into the root, and give
other bytes on every run. What it knows about finding devices, the device trees of our boards know better
(modules.py).
"""

import lzma
import stat
from pathlib import Path

import msgspec
from backports import zstd

from deploy.raspberrypi.image.cpio import Entry, archive
from deploy.raspberrypi.image.modules import ALWAYS, named

FILE, PROGRAM, LINK, DEVICE = stat.S_IFREG | 0o644, stat.S_IFREG | 0o755, stat.S_IFLNK | 0o777, stat.S_IFCHR | 0o600


class Kernel(msgspec.Struct, frozen=True):
    """A kernel unpacked: its release, such as `7.3.4+deb13-arm64`, and its modules with depmod's lists."""

    release: str
    folder: Path


def entries(kernel: Kernel, *, chosen: set[str], busybox: bytes, init: bytes) -> list[Entry]:
    """All that is in it; `chosen` are files of modules within the kernel's folder."""
    modules = f"lib/modules/{kernel.release}"
    names = {named(path) for path in chosen}
    needs = [line.replace(".ko.xz", ".ko") for line in _lines(kernel, "modules.dep") if line.split(":")[0] in chosen]
    aliases = [line for line in _lines(kernel, "modules.alias") if line.rsplit(" ", 1)[-1] in names]
    texts = {
        "etc/modules": [name for name in ALWAYS if name in names],
        f"{modules}/modules.dep": needs,
        f"{modules}/modules.alias": aliases,
        f"{modules}/modules.symbols": [],
        f"{modules}/modules.builtin": _lines(kernel, "modules.builtin"),
    }
    found = [
        Entry(f"{modules}/{path.removesuffix('.xz')}", FILE, _plain(kernel.folder / path)) for path in sorted(chosen)
    ]
    found += [Entry(path, FILE, "".join(f"{line}\n" for line in lines).encode()) for path, lines in texts.items()]
    return [
        *found,
        Entry("bin/busybox", PROGRAM, busybox),
        Entry("bin/sh", LINK, b"busybox"),
        Entry("init", PROGRAM, init),
        Entry("sbin", stat.S_IFDIR | 0o755),
        Entry("dev/console", DEVICE, device=(5, 1)),
    ]


def packed(found: list[Entry], *, epoch: int) -> bytes:
    """The file that the boards' firmware hands to the kernel."""
    return zstd.compress(archive(found, epoch=epoch), level=19)


def _lines(kernel: Kernel, name: str) -> list[str]:
    return (kernel.folder / name).read_text().splitlines()


def _plain(path: Path) -> bytes:
    content = path.read_bytes()
    return lzma.decompress(content) if path.suffix == ".xz" else content
