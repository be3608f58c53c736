"""Puts the partitions into one file. Holes stay holes: an image of 1.7 GB takes what is in it."""

import os
from pathlib import Path

from deploy.raspberrypi.image.layout import Partition, script, size
from deploy.raspberrypi.image.toolbox import Tools

PIECE = 1024 * 1024
EMPTY = bytes(PIECE)


def assembled(toolbox: Tools, found: list[Partition], parts: list[Path], image: Path) -> None:
    """Make the image of a disk from its partitions and the files that hold them."""
    image.unlink(missing_ok=True)
    with image.open("wb") as made:
        made.truncate(size(found))
    toolbox.run("sfdisk", "--quiet", "--no-reread", "--no-tell-kernel", image, given=script(found).encode())
    with image.open("r+b") as into:
        for partition, part in zip(found, parts, strict=True):
            _copied(part, into.fileno(), partition)


def _copied(part: Path, into: int, partition: Partition) -> None:
    at = partition.start
    with part.open("rb") as source:
        while piece := source.read(PIECE):
            if piece != EMPTY[: len(piece)]:
                os.pwrite(into, piece, at)
            at += len(piece)
