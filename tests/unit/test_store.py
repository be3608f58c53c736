"""The content-addressed store (FORMAT 8.3, 8.4, 8.6)."""

import hashlib
import os
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

from content_packs.durable import Disk
from content_packs.errors import MissingBlobError, ShelfGoneError, StoreBusyError, TamperedError
from content_packs.manifest import File
from content_packs.store import BUFFER_BYTES, FEW, Store
from tests.simulators.counting_disk import CountingDisk

CONTENT = bytes(range(256)) * 8192 * 2 + b"the end"
FILE = File(role="video", sha256=hashlib.sha256(CONTENT).hexdigest(), ext="mp4", size_bytes=len(CONTENT))


class Source:
    """A file on a shelf that counts what was read and may be pulled out after some bytes."""

    def __init__(self, content: bytes, *, gone_after: int | None = None) -> None:
        self.content = content
        self.gone_after = gone_after
        self.read_bytes = 0

    def open_at(self, offset: int) -> "Source":
        """Open at an offset."""
        self._file = BytesIO(self.content)
        self._file.seek(offset)
        return self

    def readinto(self, buffer: memoryview, /) -> int:
        """Read on, or be gone."""
        if self.gone_after is not None and self.read_bytes >= self.gone_after:
            raise ShelfGoneError(shelf="/stick")
        count = self._file.readinto(buffer)
        self.read_bytes += count
        return count

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None: ...


def file_of(content: bytes) -> File:
    """What a manifest would say of a document."""
    sha256 = hashlib.sha256(content).hexdigest()
    return File(role="document", sha256=sha256, ext="txt", size_bytes=len(content))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """An empty store."""
    return Store(tmp_path / "store", Disk())


def files(store: Store) -> list[str]:
    """Everything in the store."""
    return sorted(str(path.relative_to(store.folder)) for path in store.folder.rglob("*") if path.is_file())


def test_a_blob_is_copied_under_its_hash_and_each_byte_is_read_once(store: Store) -> None:
    source, gained = Source(CONTENT), list[int]()
    store.put_from(source.open_at, FILE, gained.append)
    assert files(store) == [f"blobs/{FILE.sha256[:2]}/{FILE.sha256}.mp4"]
    assert store.path(FILE.sha256, "mp4").read_bytes() == CONTENT
    assert source.read_bytes == sum(gained) == len(CONTENT)
    assert store.has(FILE)
    assert store.check(FILE) == "sound"


@pytest.mark.parametrize(
    "content", [CONTENT[:-1], CONTENT + b"x", b"", b"x" + CONTENT[1:]], ids=["short", "long", "empty", "changed"]
)
def test_what_is_not_its_name_is_refused_and_nothing_of_it_is_kept(store: Store, content: bytes) -> None:
    gained: list[int] = []
    with pytest.raises(TamperedError) as caught:
        store.put_from(Source(content).open_at, FILE, gained.append)
    assert caught.value.sha256 == FILE.sha256
    assert (files(store), sum(gained)) == ([], 0)


def test_copying_goes_on_where_the_stick_was_pulled_out(store: Store) -> None:
    pulled = Source(CONTENT, gone_after=BUFFER_BYTES)
    with pytest.raises(ShelfGoneError):
        store.put_from(pulled.open_at, FILE, lambda _: None)
    assert store.staged_bytes(FILE) == BUFFER_BYTES
    assert not store.has(FILE)
    again, gained = Source(CONTENT), list[int]()
    store.put_from(again.open_at, FILE, gained.append)
    assert again.read_bytes == len(CONTENT) - BUFFER_BYTES
    assert sum(gained) == len(CONTENT)
    assert store.check(FILE) == "sound"


@pytest.mark.parametrize("part", [b"\0" * 100, b"\0" * (len(CONTENT) + 5), b"\0" * len(CONTENT), b""])
def test_a_damaged_part_is_thrown_away_and_copied_anew(store: Store, part: bytes) -> None:
    path = store.folder / "staging" / f"{FILE.sha256}.mp4.part"
    path.parent.mkdir(parents=True)
    path.write_bytes(part)
    gained: list[int] = []
    store.put_from(Source(CONTENT).open_at, FILE, gained.append)
    assert sum(gained) == len(CONTENT)
    assert store.check(FILE) == "sound"


def test_a_whole_part_needs_nothing_from_the_shelf(store: Store) -> None:
    path = store.folder / "staging" / f"{FILE.sha256}.mp4.part"
    path.parent.mkdir(parents=True)
    path.write_bytes(CONTENT)
    store.put_from(Source(b"", gone_after=0).open_at, FILE, lambda _: None)
    assert store.check(FILE) == "sound"


def test_stopping_on_the_way_keeps_what_was_copied(store: Store) -> None:
    class Paused(Exception):  # noqa: N818 - a wish, not an error
        pass

    def pause(gained: int) -> None:
        if gained:
            raise Paused

    with pytest.raises(Paused):
        store.put_from(Source(CONTENT).open_at, FILE, pause)
    assert store.staged_bytes(FILE) == BUFFER_BYTES


def test_what_is_staged_has_its_name_only_after_it_landed(store: Store) -> None:
    several = [file_of(bytes([number])) for number in range(FEW + 2)]
    for number, file in enumerate(several):
        store.stage(Source(bytes([number])).open_at, file, lambda _: None)
    assert not any(store.has(file) for file in several)
    store.land(several)
    assert {store.check(file) for file in several} == {"sound"}
    assert not list((store.folder / "staging").iterdir())


def test_many_files_are_put_on_the_disk_with_two_flushes(tmp_path: Path) -> None:
    disk = CountingDisk()
    store = Store(tmp_path / "store", disk)
    several = [file_of(bytes([number])) for number in range(100)]
    for number, file in enumerate(several):
        store.stage(Source(bytes([number])).open_at, file, lambda _: None)
    before = disk.flushes
    store.land(several)
    assert disk.whole_flushes == 2
    assert disk.flushes - before <= 3  # the folder `blobs` is made once


def test_an_empty_blob_is_a_blob(store: Store) -> None:
    empty = File(role="document", sha256=hashlib.sha256(b"").hexdigest(), ext="txt", size_bytes=0)
    store.put_from(Source(b"").open_at, empty, lambda _: None)
    assert store.check(empty) == "sound"


def test_a_blob_that_rots_is_noticed_and_replaced(store: Store) -> None:
    store.put_from(Source(CONTENT).open_at, FILE, lambda _: None)
    path = store.path(FILE.sha256, "mp4")
    path.write_bytes(b"x" + CONTENT[1:])
    assert (store.has(FILE), store.check(FILE)) == (True, "corrupt")
    store.put_from(Source(CONTENT).open_at, FILE, lambda _: None)
    assert store.check(FILE) == "sound"
    path.unlink()
    assert (store.has(FILE), store.check(FILE)) == (False, "missing")


def test_sweeping_deletes_what_is_not_in_use_and_says_how_much(store: Store) -> None:
    store.put_from(Source(CONTENT).open_at, FILE, lambda _: None)
    kept = store.put_manifest(b"kept")
    store.put_manifest(b"swept")
    (store.folder / "staging" / f"{'0' * 64}.mp4.part").write_bytes(b"12345")
    assert store.sweep({FILE.sha256, kept}) == len(b"swept") + 5
    assert files(store) == [f"blobs/{FILE.sha256[:2]}/{FILE.sha256}.mp4", f"manifests/{kept}.json"]


def test_sweeping_among_a_few_leaves_the_rest_and_the_parts(store: Store) -> None:
    store.put_from(Source(CONTENT).open_at, FILE, lambda _: None)
    other = store.put_manifest(b"other")
    part = store.folder / "staging" / f"{FILE.sha256}.mp4.part"
    part.write_bytes(b"12345")
    assert store.sweep(set(), among={FILE.sha256}) == len(CONTENT)
    assert files(store) == [f"manifests/{other}.json", f"staging/{part.name}"]


def test_a_manifest_that_is_missing_or_changed_is_told_apart(store: Store) -> None:
    with pytest.raises(MissingBlobError):
        store.manifest("ab" * 32)
    sha256 = store.put_manifest(b"{}")
    (store.folder / "manifests" / f"{sha256}.json").write_bytes(b"[]")
    with pytest.raises(TamperedError):
        store.manifest(sha256)


def test_only_one_program_writes_at_a_time(store: Store) -> None:
    with store.writing(), pytest.raises(StoreBusyError), store.writing():
        pass
    with store.writing():
        pass


class Lent:
    """A program that appends to the part what the store lends it for, or dies after some bytes."""

    def __init__(self, content: bytes, *, dies_after: int | None = None) -> None:
        self.content = content
        self.dies_after = dies_after
        self.written_bytes = 0

    def fetch(self, part: Path, on_bytes: Callable[[int], None]) -> None:
        """Append, and tell."""
        start = part.stat().st_size
        end = len(self.content) if self.dies_after is None else start + self.dies_after
        with part.open("ab") as file:
            count = file.write(self.content[start:end])
        self.written_bytes += count
        on_bytes(count)
        if self.dies_after is not None:
            raise ShelfGoneError(shelf="hub")


def test_what_another_program_appends_is_hashed_and_never_written_twice(store: Store) -> None:
    told: list[int] = []
    with pytest.raises(ShelfGoneError):
        store.stage_fetched(Lent(CONTENT, dies_after=70_000).fetch, FILE, told.append)
    assert store.staged_bytes(FILE) == sum(told) == 70_000
    rest = Lent(CONTENT)
    told.clear()
    store.stage_fetched(rest.fetch, FILE, told.append)
    store.land([FILE])
    assert rest.written_bytes == len(CONTENT) - 70_000
    assert sum(told) == len(CONTENT)
    assert store.check(FILE) == "sound"
    assert not list((store.folder / "staging").iterdir())


@pytest.mark.parametrize("kept", [b"x" * 70_000, CONTENT + b"x", b"x" * len(CONTENT)])
def test_a_wrong_beginning_is_fetched_again_by_the_other_program(store: Store, kept: bytes) -> None:
    part = store.folder / "staging" / f"{FILE.sha256}.mp4.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(kept)
    told: list[int] = []
    store.stage_fetched(Lent(CONTENT).fetch, FILE, told.append)
    store.land([FILE])
    assert sum(told) == len(CONTENT)
    assert store.check(FILE) == "sound"


def test_what_another_program_makes_of_a_wrong_source_is_not_kept(store: Store) -> None:
    told: list[int] = []
    with pytest.raises(TamperedError):
        store.stage_fetched(Lent(CONTENT[:-1] + b"!").fetch, FILE, told.append)
    assert sum(told) == 0
    assert files(store) == []


def pipe(path: Path) -> None:
    """A pipe: opening it would wait for ever."""
    os.mkfifo(path)


def sparse(path: Path) -> None:
    """A file that takes no room and is larger than any disk."""
    with path.open("wb") as file:
        file.truncate(2**40)


def link(path: Path) -> None:
    """A link to the right bytes."""
    path.with_name("elsewhere").write_bytes(CONTENT)
    path.symlink_to(path.with_name("elsewhere"))


@pytest.mark.parametrize("odd", [pipe, sparse, link])
def test_what_lies_where_a_part_should_be_and_is_none_is_taken_away_unread(
    store: Store, odd: Callable[[Path], None]
) -> None:
    for file, content in ((FILE, CONTENT), (file_of(b""), b"")):
        path = store.folder / "staging" / f"{file.sha256}.{file.ext}.part"
        path.parent.mkdir(parents=True, exist_ok=True)
        odd(path)
        gained: list[int] = []
        store.put_from(Source(content).open_at, file, gained.append)
        assert (sum(gained), store.check(file)) == (len(content), "sound")


@pytest.mark.parametrize("odd", [pipe, sparse, link])
def test_what_lies_where_a_blob_or_a_manifest_should_be_and_is_none_is_not_read(
    store: Store, odd: Callable[[Path], None]
) -> None:
    for file in (FILE, file_of(b"")):
        path = store.path(file.sha256, file.ext)
        path.parent.mkdir(parents=True, exist_ok=True)
        odd(path)
        assert (store.has(file), store.check(file)) == (False, "corrupt")
    manifest = store.folder / "manifests" / f"{FILE.sha256}.json"
    manifest.parent.mkdir()
    odd(manifest)
    assert store.manifest_bytes(FILE.sha256) is None
    with pytest.raises(TamperedError):
        store.manifest(FILE.sha256)
