"""How much room files take on a stick: whole clusters, and the folders that name them. Functions of values.

    needed_bytes([Wanted("blobs/ab/ab12.mp4", 5)], cluster_bytes=4096)    # 8192: one cluster, and one for the folder
    fat_entries(["registry.json", "index.json"])                          # 4: two for each of them
"""

from collections import Counter
from collections.abc import Iterable

import msgspec

FAT_FILE_BYTES_MAX = 2**32 - 1
"""FORMAT 2.7. Source: Microsoft, FAT32 File System Specification, a file's size is an unsigned number of 32 bits."""
ENTRY_BYTES = 7 * 32
"""What a name of 64 digits and an extension takes in a folder: seven entries of 32 bytes, on FAT32 and on exFAT."""
FAT_KINDS = frozenset({"vfat", "msdos"})
FAT_ENTRIES_MAX = 65_536
"""In one folder. Source: linux/include/uapi/linux/msdos_fs.h, FAT_MAX_DIR_ENTRIES: 2 MiB, as in Microsoft's paper."""
FAT_ENTRIES_SLACK = 64
"""For the folder itself and the one above, and for a file that is written beside the one it takes the place of."""
SLACK_BYTES = 1024 * 1024
"""For what is there twice for a moment (a list is written whole before it takes the place of the old one)."""


class Wanted(msgspec.Struct, frozen=True):
    """A file that is to be written: its name on the stick, its size, and how much of it is there already."""

    name: str
    size_bytes: int
    staged_bytes: int = 0


def needed_bytes(files: Iterable[Wanted], *, cluster_bytes: int) -> int:
    """What writing these takes, in bytes; nothing if there is nothing to write."""
    wanted = list(files)
    if not wanted:
        return 0
    folders = Counter(file.name.rpartition("/")[0] for file in wanted)
    content = sum(_clusters(file.size_bytes, cluster_bytes) for file in wanted)
    names = sum(_clusters(count * ENTRY_BYTES, cluster_bytes) for count in folders.values())
    staged = sum(file.staged_bytes // cluster_bytes for file in wanted)
    return (content + names - staged) * cluster_bytes + SLACK_BYTES


def fat_entries(names: Iterable[str]) -> int:
    """How many entries of a FAT folder these names take at most: one for each, and one for every 13 letters of it."""
    return sum(1 + _clusters(len(name), 13) for name in names)


def _clusters(size_bytes: int, cluster_bytes: int) -> int:
    """How many clusters so many bytes take."""
    return -(-size_bytes // cluster_bytes)
