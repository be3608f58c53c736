"""How fast packs are copied, beside `cp`, a hash and a flush of the same files in the same run; and how much memory.

    python -m tests.bench.pack_copying      # prints figures, asserts nothing about time

The files are in the page cache when each run begins (they were read just before), for ours and for `cp` alike: that is
the hardest case for us, because reading costs nothing and what we do beside it shows. Rounds alternate; the middle one
of three counts, because the machine does other things too.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from content_packs.clock import SystemClock
from content_packs.manifest import File, Item, Manifest, Unit
from schoolbox.config import Config
from schoolbox.wiring import open_box
from tests.simulators.counting_disk import CountingDisk
from tests.simulators.media import free_box, mp4
from tests.simulators.publisher import Ministry
from tests.simulators.quick_shelf import put_file, put_large_file, put_manifest
from tests.simulators.school_box import SchoolBox

PACK = "mash:kopja"
MB = 1_000_000
LARGE, LARGE_BYTES = 3, 700 * MB
SMALL, SMALL_BYTES = 2_000, 20_000
ROUNDS = 3
MEMORY_BYTES = (50 * MB, 500 * MB, 2_000 * MB)
HASHES = (("sha256sum",), ("openssl", "dgst", "-sha256"))


@dataclass(frozen=True)
class Peer:
    """Something that copies and hashes files.

    Attributes:
        name: Its name.
        copy: Copies into an empty folder; gives how many of its seconds went into flushing at the end, if it can say.
    """

    name: str
    copy: Callable[[Path], float]


@dataclass(frozen=True)
class Took:
    """Seconds of one copy: all of them, and those before the flush at the end."""

    all_s: float
    before_flush_s: float


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="packs-") as folder:
        work = Path(folder)
        room_bytes = shutil.disk_usage(work).free // 4
        speeds(work / "large", LARGE, min(LARGE_BYTES, room_bytes // LARGE))
        speeds(work / "small", SMALL, SMALL_BYTES)
        memory(work / "memory")


def speeds(work: Path, count: int, size_bytes: int) -> None:
    """Copy files as a pack and with the tools of the system, and say how the times compare."""
    ministry = Ministry(work)
    files = [_random_file(ministry.folder, number, size_bytes) for number in range(count)]
    paths = _offer(ministry, files)
    print(f"{count} files of {size_bytes / MB:g} MB, warm:", flush=True)
    peers = [Peer(" ".join(words), lambda to, words=words: _tools(paths, to, words)) for words in _hashes()]  # type: ignore[misc]  # bound
    ours = Peer("this box", lambda to: _install(ministry, to))
    took = _rounds([ours, *peers], work / "to", paths)
    total = count * size_bytes
    for peer in (ours, *peers):
        seconds = took[peer.name].all_s
        print(f"  {peer.name}: {seconds:.2f} s, {total / seconds / MB:.0f} MB/s, {count / seconds:.0f} files/s")
    for peer in peers:
        box_s, tools = took[ours.name].all_s, took[peer.name]
        print(
            f"  this box, flush and all, takes {box_s / tools.all_s:.2f} times as long as cp + {peer.name} + sync,"
            f" {box_s / tools.before_flush_s:.2f} times as long as cp + {peer.name} (aim for large files: at most 1.3)"
        )
    disk = CountingDisk()
    SchoolBox(work / "counted", root=ministry.root, disk=disk).install(ministry.shelf, PACK)
    print(
        f"  flushes: {disk.file_flushes} of files, {disk.folder_flushes} of folders, {disk.whole_flushes} of all;"
        f" {disk.written_bytes / total:.3f} bytes written for each byte of the pack"
    )
    shutil.rmtree(work)


def memory(work: Path) -> None:
    """Install packs of several sizes, each in a program of its own, and say how much memory it took at most."""
    for size_bytes in MEMORY_BYTES:
        folder = work / str(size_bytes)
        ministry = Ministry(folder)
        _offer(ministry, [put_large_file(ministry.folder, mp4(), size_bytes)])
        words = [sys.executable, "-m", "tests.bench.pack_memory", str(ministry.folder), str(folder / "box"), PACK]
        said = subprocess.run(words, check=True, capture_output=True, text=True).stdout
        print(f"memory, a pack of {size_bytes / MB:g} MB: {said.strip()}", flush=True)
        shutil.rmtree(folder)


def _hashes() -> list[tuple[str, ...]]:
    """The hashing tools that are there: `sha256sum` is slow where it does not use the processor's own instructions."""
    return [words for words in HASHES if shutil.which(words[0])]


def _random_file(shelf: Path, number: int, size_bytes: int) -> File:
    """A video of a size that nothing can compress; large ones repeat a block."""
    start = mp4() + free_box(f"file {number}".encode())
    block = os.urandom(min(size_bytes, 16 * MB))
    content = (start + block * (size_bytes // len(block) + 1))[:size_bytes]
    return put_file(shelf, "video", content, "mp4")


def _offer(ministry: Ministry, files: Sequence[File]) -> list[Path]:
    """Sign a pack of these files; give where they are."""
    items = tuple(
        Item(id=f"mash:kopja-{number}", kind="video", title={"sq": f"Mësimi {number}"}, files=(file,))
        for number, file in enumerate(files)
    )
    manifest = Manifest(
        format=1, pack=PACK, version=1, title={"sq": "Kopja"}, summary={"sq": "K"}, language="sq",
        subject="mathematics", area="math", grades=(6,), licence="CC0-1.0", authors=(),
        released_at="2026-09-01T08:00:00Z",
        units=(Unit(slug="hyrje", title={"sq": "Hyrje"}, items=items),),
    )  # fmt: skip
    (ministry.folder / "meta" / "cat").mkdir(exist_ok=True)
    ministry.write_catalogue("mash", 1, [put_manifest(ministry.folder, manifest)])
    return [ministry.one(f"blobs/*/{file.sha256}.mp4") for file in files]


def _rounds(peers: Sequence[Peer], to: Path, paths: Sequence[Path]) -> dict[str, Took]:
    """Let each copy in turn; the middle of its times."""
    clock = SystemClock()
    took: dict[str, list[Took]] = {peer.name: [] for peer in peers}
    for _ in range(ROUNDS):
        for peer in peers:
            to.mkdir()
            os.sync()
            for path in paths:
                _warm(path)
            started = clock.monotonic_s()
            flush_s = peer.copy(to)
            all_s = clock.monotonic_s() - started
            took[peer.name].append(Took(all_s, all_s - flush_s))
            shutil.rmtree(to)
    return {name: sorted(times, key=lambda each: each.all_s)[len(times) // 2] for name, times in took.items()}


def _warm(path: Path) -> None:
    """Read a file, so that it is in the page cache."""
    with path.open("rb", buffering=0) as file:
        buffer = bytearray(MB)
        while file.readinto(buffer):
            pass


def _install(ministry: Ministry, to: Path) -> float:
    """Install through everything the box installs through, from opening it to closing it; it flushes on the way."""
    box = open_box(Config(data=to / "data", reserve_mb=0))
    try:
        box.trust.pin(ministry.root)
        box.packs.install(ministry.shelf, PACK, progress=lambda _: None)
    finally:
        box.close()
    return 0.0


def _tools(paths: Sequence[Path], to: Path, hashing: Sequence[str]) -> float:
    """Copy, hash what was copied, flush the file system: what a careful person would do by hand."""
    subprocess.run(["cp", *map(str, paths), str(to)], check=True)
    copies = [str(to / path.name) for path in paths]
    subprocess.run([*hashing, *copies], check=True, stdout=subprocess.DEVNULL)
    clock = SystemClock()
    began_s = clock.monotonic_s()
    subprocess.run(["sync", "--file-system", str(to)], check=True)
    return clock.monotonic_s() - began_s


if __name__ == "__main__":
    main()
