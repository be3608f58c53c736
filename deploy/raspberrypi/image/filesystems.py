"""Makes the file systems of the image in files, without mounting anything: FAT by mtools, ext4 by mke2fs from a tar."""

import os
from collections.abc import Mapping
from pathlib import Path

from deploy.raspberrypi.image.layout import Partition, number
from deploy.raspberrypi.image.toolbox import Tools
from deploy.raspberrypi.image.tree import Tree

# The root is never written: without a journal nothing could even try. Data has one, and room in its tables for 8 TB.
ROOT_FEATURES = (
    "-O",
    "^has_journal,^resize_inode,extent,64bit,metadata_csum,dir_index,sparse_super2",
    "-m",
    "0",
    "-i",
    "16384",
)
DATA_FEATURES = (
    "-O",
    "has_journal,extent,64bit,metadata_csum,dir_index,sparse_super,large_file,huge_file,flex_bg,resize_inode",
    "-m",
    "1",
    "-i",
    "32768",
    "-J",
    "size=32",
    "-E",
    "resize=2147483648",
)


def ext4(
    toolbox: Tools, tree: Tree, partition: Partition, work: Path, *, epoch: int, features: tuple[str, ...]
) -> Path:
    """A file with an ext4 file system that holds this tree."""
    tar, image = work / f"{partition.label}.tar", work / f"{partition.label}.ext4"
    tree.write_tar(tar, epoch=epoch)
    image.unlink(missing_ok=True)
    with image.open("wb") as made:
        made.truncate(partition.size)
    own = number(partition.label)
    extended = [each for each in features if "=" in each and each.startswith("resize")]
    words = [each for each in features if each != "-E" and each not in extended]
    options = ",".join([f"hash_seed={own}", "lazy_itable_init=0", "lazy_journal_init=0", "nodiscard", *extended])
    toolbox.run(
        "mke2fs",
        "-q",
        "-F",
        "-t",
        "ext4",
        "-b",
        "4096",
        "-I",
        "256",
        "-L",
        partition.label,
        "-U",
        own,
        *words,
        "-E",
        options,
        "-d",
        tar,
        image,
        epoch=epoch,
    )
    tar.unlink()
    return image


def fat(toolbox: Tools, files: Mapping[str, bytes], partition: Partition, work: Path, *, epoch: int) -> Path:
    """A file with a FAT32 file system that holds these files: path, and what is in it; folders one deep at most."""
    image = work / f"{partition.label}.fat"
    image.unlink(missing_ok=True)
    with image.open("wb") as made:
        made.truncate(partition.size)
    volume = number(partition.label)[:8]
    toolbox.run(
        "mkfs.vfat", "-F", "32", "-n", partition.label, "-i", volume, "--invariant", "-S", "512", image, epoch=epoch
    )
    for folder in sorted({path.split("/")[0] for path in files if "/" in path}):
        toolbox.run("mmd", "-i", image, f"::/{folder}", epoch=epoch)
    for path, content in sorted(files.items()):
        source = work / "one-file"
        source.write_bytes(content)
        os.utime(source, (epoch, epoch))
        toolbox.run("mcopy", "-m", "-i", image, source, f"::/{path}", epoch=epoch)
        source.unlink()
    return image
