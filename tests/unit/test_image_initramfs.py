import lzma
import stat
import struct
from pathlib import Path

import pytest
from backports import zstd

from deploy.raspberrypi.image import devicetree, initramfs
from deploy.raspberrypi.image.cpio import Entry, archive
from deploy.raspberrypi.image.errors import ImageError
from deploy.raspberrypi.image.modules import ALWAYS, Modules, early

BUILTIN = "".join(f"kernel/in/{name}.ko\n" for name in ALWAYS if name != "vfat")
NEEDS = """\
kernel/fs/fat/vfat.ko.xz: kernel/fs/fat/fat.ko.xz
kernel/fs/fat/fat.ko.xz:
kernel/drivers/mmc/host/sdhci-iproc.ko.xz: kernel/drivers/mmc/host/sdhci.ko.xz
kernel/drivers/mmc/host/sdhci.ko.xz:
kernel/drivers/gpu/drm/vc4.ko.xz:
kernel/drivers/mmc/host/other.ko.xz:
"""
ALIASES = """\
# made by depmod
alias of:N*T*Cbrcm,bcm2711-emmc2C* sdhci_iproc
alias of:N*T*Cbrcm,bcm2711-emmc2 sdhci_iproc
alias of:N*T*Cbrcm,bcm2711-vc5 vc4
alias of:N*T*Cother,thing other
alias pci:v00001DE4d00000001sv*sd*bc*sc*i* other
"""


def tree(*names: str) -> bytes:
    """A device tree with one device that has these names, as dtc would write it."""
    strings = b"model\0compatible\0"
    value = b"".join(name.encode() + b"\0" for name in names)
    padded = value + b"\0" * (-len(value) % 4)
    body = struct.pack(">I", 1) + b"\0\0\0\0" + struct.pack(">I", 1) + b"mmc@7e34\0\0\0\0"
    body += (
        struct.pack(">III", 3, 4, 0)
        + b"Pi\0\0"
        + struct.pack(">III", 3, len(value), 6)
        + padded
        + struct.pack(">IIII", 4, 2, 2, 9)
    )
    return (
        struct.pack(">10I", 0xD00DFEED, 0, 40, 40 + len(body), 40, 17, 16, 0, len(strings), len(body)) + body + strings
    )


def known(needs: str = NEEDS) -> Modules:
    return Modules(needs=needs, aliases=ALIASES, builtin=BUILTIN)


def test_the_devices_of_a_board_are_read_from_its_tree() -> None:
    assert devicetree.compatible(tree("brcm,bcm2711-emmc2", "brcm,sdhci")) == {"brcm,bcm2711-emmc2", "brcm,sdhci"}
    with pytest.raises(ImageError, match="device tree"):
        devicetree.compatible(b"MZ" + bytes(60))


def test_drivers_of_the_card_come_with_what_they_need_and_screens_stay_away() -> None:
    chosen = early(known(), {"brcm,bcm2711-emmc2", "brcm,bcm2711-vc5", "nobody,knows"})

    assert chosen == {
        "kernel/fs/fat/vfat.ko.xz",
        "kernel/fs/fat/fat.ko.xz",
        "kernel/drivers/mmc/host/sdhci-iproc.ko.xz",
        "kernel/drivers/mmc/host/sdhci.ko.xz",
    }


def test_a_kernel_without_what_every_start_needs_is_refused() -> None:
    with pytest.raises(ImageError, match="no module vfat"):
        early(known(NEEDS.replace("vfat", "other_fat")), set())


def test_the_archive_is_what_the_kernel_reads_and_the_same_each_time() -> None:
    entries = [Entry("sbin/init", stat.S_IFREG | 0o755, b"#!"), Entry("bin", stat.S_IFLNK | 0o777, b"sbin")]

    assert archive(entries, epoch=7) == archive(reversed(entries), epoch=7)
    head = archive(entries, epoch=7)
    assert head[:6] == b"070701"
    assert (int(head[14:22], 16), int(head[54:62], 16)) == (stat.S_IFLNK | 0o777, 4)
    assert head[110:114] == b"bin\0"
    assert head.count(b"070701") == 4, "bin, sbin, sbin/init and the trailer"
    assert len(head) % 512 == 0


def test_the_initramfs_holds_modules_unpacked_and_lists_that_name_them_so(tmp_path: Path) -> None:
    for line in NEEDS.splitlines():
        path = tmp_path / line.split(":")[0]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(lzma.compress(b"ELF"))
    for name, text in (("dep", NEEDS), ("alias", ALIASES), ("builtin", BUILTIN)):
        (tmp_path / f"modules.{name}").write_text(text)
    chosen = early(known(), {"brcm,bcm2711-emmc2"})
    kernel = initramfs.Kernel("7.3", tmp_path)
    found = {each.path: each for each in initramfs.entries(kernel, chosen=chosen, busybox=b"ELF", init=b"#!")}

    assert found["lib/modules/7.3/kernel/fs/fat/vfat.ko"].content == b"ELF"
    assert (
        found["lib/modules/7.3/modules.dep"].content.splitlines()[0] == b"kernel/fs/fat/vfat.ko: kernel/fs/fat/fat.ko"
    )
    assert b"other" not in found["lib/modules/7.3/modules.alias"].content
    assert found["etc/modules"].content == b"vfat\n"
    assert found["init"].mode == stat.S_IFREG | 0o755
    assert zstd.decompress(initramfs.packed(list(found.values()), epoch=7)) == archive(found.values(), epoch=7)
