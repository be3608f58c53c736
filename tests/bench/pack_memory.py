"""Installs one pack and says how much memory that took: `python -m tests.bench.pack_memory SHELF BOX PACK`."""

import sys
from pathlib import Path

from content_packs.shelf import DirectoryShelf
from content_packs.trust.metadata import ROOT_BYTES_MAX
from schoolbox.config import Config
from schoolbox.wiring import open_box


def main(shelf_folder: str, data: str, pack_id: str) -> None:
    """Install and print."""
    shelf = DirectoryShelf(Path(shelf_folder))
    box = open_box(Config(data=Path(data), reserve_mb=0))
    box.trust.pin(shelf.read_meta("1.root.json", ROOT_BYTES_MAX))
    before = _most_kib()
    box.packs.install(shelf, pack_id, progress=lambda _: None)
    after = _most_kib()
    box.close()
    print(f"{after / 1024:.1f} MiB at most, {(after - before) / 1024:.1f} MiB more than before it began")


def _most_kib() -> int:
    """The most memory that was resident so far; unlike `ru_maxrss` it knows nothing of who started this process."""
    return int(Path("/proc/self/status").read_text("ascii").partition("VmHWM:")[2].split()[0])


if __name__ == "__main__":
    main(*sys.argv[1:])
