"""Makes the part for data as large as the card: the partition, what the kernel knows of it, the file system in it.

Each of the three looks first, so whatever a power cut left undone is done at the next start; nothing is run once all is
done. Only on our image: elsewhere partitions are none of our business.

    DataPartition(Path("/"), system).grow("")      # "61046784", what to remember
"""

from pathlib import Path
from typing import Protocol

from deploy.raspberrypi.firstboot.system import System

LEFT_SECTORS = 4_096
"""What may stay free behind the partition: two megabytes, for the second table of GPT and rounding."""


class Growing(Protocol):
    """How the part for data is made larger."""

    def grow(self, known: str) -> str:
        """Grow it if it is not grown; `known` is what was given back the last time."""


class DataPartition:
    """The partition that the image calls /dev/schoolbox/data, in sectors of 512 bytes as the kernel counts them."""

    def __init__(self, root: Path, system: System) -> None:
        self._device = root / "dev/schoolbox/data"
        self._blocks = root / "sys/class/block"
        self._system = system

    def grow(self, known: str) -> str:
        """Grow partition and file system.

        Raises:
            OSError: It did not work, or there is no such partition.
        """
        part = self._device.resolve(strict=True)
        here = self._blocks / part.name
        disk = here.resolve(strict=True).parent
        number = _number(here / "partition")
        if _number(disk / "size") - _number(here / "start") - _number(here / "size") > LEFT_SECTORS:
            device = str(part.with_name(disk.name))
            words = ("sfdisk", "--no-reread", "--no-tell-kernel", "--force", "-N", str(number), device)
            self._system.run(words, ", +\n")
            self._system.run(("partx", "--update", "--nr", str(number), device))
        size = str(_number(here / "size"))
        if size != known:
            self._system.run(("resize2fs", str(part)))
        return size


def _number(path: Path) -> int:
    try:
        return int(path.read_text(encoding="ascii"))
    except ValueError as exc:
        raise OSError(f"{path.name} is no number") from exc
