"""Where things are on the card: boot, root, data, in this order.

The same in every version, so that a card can be written anew up to the beginning of data, and data kept.
"""

import uuid

import msgspec

from deploy.raspberrypi.image.settings import Settings

MIB = 1024 * 1024
SECTOR = 512
BEFORE = 4 * MIB  # what cards like to have their first partition aligned to
FAT, LINUX = "c", "83"
DISK = 0x5C400C0D  # the number of the disk: fixed, since equal builds are equal
OWN = uuid.UUID("5c400c0d-0000-4000-8000-000000000000")


class Partition(msgspec.Struct, frozen=True):
    """One of them, in bytes."""

    label: str
    kind: str
    start: int
    size: int


def partitions(settings: Settings) -> list[Partition]:
    """The three partitions of an image."""
    found, start = [], BEFORE
    for label, kind, mib in (
        ("SCHOOLBOX", FAT, settings.boot_mib),
        ("SCHOOLROOT", LINUX, settings.root_mib),
        ("SCHOOLDATA", LINUX, settings.data_mib),
    ):
        found.append(Partition(label, kind, start, mib * MIB))
        start += mib * MIB
    return found


def script(found: list[Partition]) -> str:
    """What sfdisk is told."""
    lines = ["label: dos", f"label-id: {DISK:#x}", "unit: sectors", ""]
    lines += [f"start={each.start // SECTOR}, size={each.size // SECTOR}, type={each.kind}" for each in found]
    return "\n".join(lines).replace("type=c", "type=c, bootable") + "\n"


def size(found: list[Partition]) -> int:
    """Bytes of the whole image."""
    return found[-1].start + found[-1].size


def number(label: str) -> str:
    """The UUID of the file system with this label: the same on every build."""
    return str(uuid.uuid5(OWN, label))
