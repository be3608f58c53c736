"""Packs over rsync: only what is missing travels, straight into the store, through lines that break."""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest
from msgspec.structs import replace

from content_packs.copying import Progress
from content_packs.errors import LineLostError
from content_packs.manifest import File
from sync.rsync import RsyncShelf
from tests.simulators.media import free_box, mp4
from tests.simulators.publisher import Ministry
from tests.simulators.rsync_servers import MODULE, CuttingLine, Inetd, rsync_daemon, ssh_address, ssh_server
from tests.simulators.school_box import SchoolBox
from tests.simulators.shelf_kinds import AT_ONCE

PACK = "mash:thyesat"
VIDEO_BYTES = 150_000


def video(noise_bytes: int) -> bytes:
    """A video with bytes that no program can make fewer."""
    return mp4() + free_box(os.urandom(noise_bytes))


@pytest.fixture
def ministry(tmp_path: Path) -> Ministry:
    ministry = Ministry(tmp_path, publishers=("mash", "qendra"))
    ministry.publish(PACK, files={"a": video(VIDEO_BYTES), "b": video(9_000)})
    ministry.publish("qendra:english")
    return ministry


@pytest.fixture
def box(tmp_path: Path, ministry: Ministry) -> SchoolBox:
    return SchoolBox(tmp_path / "box", root=ministry.root)


@pytest.fixture
def daemon(ministry: Ministry, tmp_path: Path) -> Iterator[Inetd]:
    with rsync_daemon(ministry.folder, tmp_path / "daemon") as (_, server):
        yield server


def address_of(daemon: Inetd) -> str:
    return f"rsync://127.0.0.1:{daemon.port}/{MODULE}"


def shelf_at(port: int, tmp_path: Path) -> RsyncShelf:
    return RsyncShelf(f"rsync://127.0.0.1:{port}/{MODULE}", tmp_path / "mirror", patience=AT_ONCE)


def states(box: SchoolBox, shelf: RsyncShelf) -> dict[str, str]:
    return {offer.pack_id: offer.state for offer in box.installer.offers(shelf).offers}


def test_packs_are_installed_from_a_daemon_and_over_ssh(ministry: Ministry, box: SchoolBox, tmp_path: Path) -> None:
    with ExitStack() as stack:
        address, _ = stack.enter_context(rsync_daemon(ministry.folder, tmp_path / "daemon"))
        access, _ = stack.enter_context(ssh_server(tmp_path / "ssh"))
        by_daemon = RsyncShelf(address, tmp_path / "mirror 1", patience=AT_ONCE)
        by_ssh = RsyncShelf(ssh_address(ministry.folder), tmp_path / "mirror 2", access, patience=AT_ONCE)
        box.install(by_daemon, PACK)
        box.install(by_ssh, "qendra:english")
        assert states(box, by_ssh) == {PACK: "same", "qendra:english": "same"}
    assert all(box.installer.verify(pack_id).sound for pack_id in (PACK, "qendra:english"))


def test_a_shelf_can_be_looked_at_from_a_thread_of_a_server(box: SchoolBox, daemon: Inetd, tmp_path: Path) -> None:
    with ThreadPoolExecutor(2) as threads:
        looks = [
            threads.submit(states, box, RsyncShelf(address_of(daemon), tmp_path / name, patience=AT_ONCE))
            for name in ("mirror 1", "mirror 2")
        ]
        assert all(look.result() == {PACK: "new", "qendra:english": "new"} for look in looks)


def test_no_blob_is_written_twice(box: SchoolBox, daemon: Inetd, tmp_path: Path) -> None:
    """The store lends its own part to rsync: nothing of a blob ever lies beside the mirror."""
    shelf = shelf_at(daemon.port, tmp_path)
    seen: set[str] = set()

    def look(_: Progress) -> None:
        seen.update(path.suffix for path in (tmp_path / "mirror").rglob("*") if path.is_file())

    box.installer.install(shelf, PACK, progress=look)
    assert seen == {".json", ""}


def test_a_look_at_an_unchanged_shelf_costs_less_than_a_kilobyte(
    box: SchoolBox, daemon: Inetd, tmp_path: Path
) -> None:
    states(box, shelf_at(daemon.port, tmp_path))
    shelf = shelf_at(daemon.port, tmp_path)
    assert states(box, shelf) == {PACK: "new", "qendra:english": "new"}
    print(f"unchanged: {shelf.travelled.bytes_out} bytes out, {shelf.travelled.bytes_in} bytes in")
    assert shelf.travelled.bytes_in + shelf.travelled.bytes_out < 1024


def test_all_new_manifests_come_in_one_go(ministry: Ministry, box: SchoolBox, daemon: Inetd, tmp_path: Path) -> None:
    for number in range(5):
        ministry.publish(f"mash:p{number}")
    with CuttingLine(daemon.port, after_bytes=10**9) as line:
        assert len(states(box, shelf_at(line.port, tmp_path))) == 7
        assert line.connections == 2


def test_a_line_that_keeps_breaking_brings_the_pack_and_wastes_little(
    box: SchoolBox, daemon: Inetd, tmp_path: Path
) -> None:
    """Each connection breaks after 60 kB; less than the video. At most 8 kB of a file travel again each time."""
    states(box, shelf_at(daemon.port, tmp_path))
    with CuttingLine(daemon.port, after_bytes=60_000) as line:
        shelf = shelf_at(line.port, tmp_path)
        box.install(shelf, PACK)
        breaks = line.connections - 3  # the look and each of the two files need one
    size_bytes = sum(file.size_bytes for file in files(box))
    wasted = shelf.travelled.bytes_in - size_bytes
    print(f"{breaks} breaks: {wasted} of {size_bytes} bytes came for nothing or were not file data")
    assert breaks >= 2
    assert wasted < breaks * 9_000 + 3_000
    assert box.installer.verify(PACK).sound


def files(box: SchoolBox) -> list[File]:
    manifest = box.store.manifest(box.library.installed()[PACK].manifest_sha256)
    return [*manifest.files().values()]


def test_a_line_on_which_nothing_comes_is_given_up_and_what_came_is_kept(
    box: SchoolBox, daemon: Inetd, tmp_path: Path
) -> None:
    states(box, shelf_at(daemon.port, tmp_path))
    pauses: list[float] = []
    with CuttingLine(daemon.port, after_bytes=60_000) as line:

        def pause(pause_s: float) -> None:
            pauses.append(pause_s)
            line.close_after(100)

        address = f"rsync://127.0.0.1:{line.port}/{MODULE}"
        shelf = RsyncShelf(address, tmp_path / "mirror", patience=replace(AT_ONCE, pause=pause))
        with pytest.raises(LineLostError):
            box.install(shelf, PACK)
    assert pauses == [10.0, 10.0, 12.0, 30.0]
    assert box.library.installed() == {}
    [part] = (tmp_path / "box" / "store" / "staging").iterdir()
    assert part.stat().st_size > 40_000
    box.install(shelf_at(daemon.port, tmp_path), PACK)
    assert box.installer.verify(PACK).sound


def corrupt(part: Path) -> None:
    part.write_bytes(b"\0" + part.read_bytes()[1:])


def lengthen(part: Path) -> None:
    part.write_bytes(part.read_bytes() + bytes(VIDEO_BYTES))


@pytest.mark.parametrize("harm", [corrupt, lengthen])
def test_a_damaged_beginning_is_noticed_and_fetched_again(
    box: SchoolBox, daemon: Inetd, tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    stop_when_it_moves(box, shelf_at(daemon.port, tmp_path))
    [part] = (tmp_path / "box" / "store" / "staging").iterdir()
    harm(part)
    told: list[Progress] = []
    box.installer.install(shelf_at(daemon.port, tmp_path), PACK, progress=told.append)
    assert box.installer.verify(PACK).sound
    assert told[-1].bytes_done == told[-1].bytes_total == sum(file.size_bytes for file in files(box))


class CancelledError(Exception):
    """Somebody cancels."""


def stop_when_it_moves(box: SchoolBox, shelf: RsyncShelf) -> None:
    """Cancel as soon as the first bytes of a file are there."""

    def stop(progress: Progress) -> None:
        if progress.bytes_done > 0:
            raise CancelledError

    with pytest.raises(CancelledError):
        box.installer.install(shelf, PACK, progress=stop)


def test_the_server_sends_no_faster_than_the_line_may_be_filled(
    box: SchoolBox, daemon: Inetd, tmp_path: Path
) -> None:
    address, folder = f"rsync://127.0.0.1:{daemon.port}/{MODULE}", tmp_path / "mirror"
    shelf = RsyncShelf(address, folder, patience=AT_ONCE, kbit_s=1_000)
    began_s = time.monotonic()
    done = box.install(shelf, PACK)
    took_s = time.monotonic() - began_s
    assert done.copied_bytes > VIDEO_BYTES
    assert took_s > 0.8 * VIDEO_BYTES * 8 / 1_000_000  # a beginning may come at once


def test_cancelling_ends_rsync_and_keeps_what_came(box: SchoolBox, daemon: Inetd, tmp_path: Path) -> None:
    stop_when_it_moves(box, shelf_at(daemon.port, tmp_path))
    ours = f"/proc/{os.getpid()}/task/{os.getpid()}/children"
    names = [Path(f"/proc/{pid}/cmdline").read_bytes() for pid in Path(ours).read_text().split()]
    assert not [name for name in names if b"--append" in name]
    assert [*(tmp_path / "box" / "store" / "staging").iterdir()]
    box.install(shelf_at(daemon.port, tmp_path), PACK)
    assert box.installer.verify(PACK).sound


def delete_all(mirror: Path) -> None:
    shutil.rmtree(mirror)


def torn_by_a_power_cut(mirror: Path) -> None:
    """What a power cut leaves while rsync writes: names, sizes and times are there, the bytes are not."""
    (mirror / "changing").write_bytes(b"")
    for path in (mirror / "meta").rglob("*.json"):
        facts = path.stat()
        path.write_bytes(bytes(facts.st_size))
        os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))


def damaged_manifests(mirror: Path) -> None:
    for path in (mirror / "manifests").iterdir():
        path.write_bytes(bytes(path.stat().st_size))


@pytest.mark.parametrize("harm", [delete_all, torn_by_a_power_cut, damaged_manifests])
def test_a_mirror_that_is_lost_or_damaged_is_made_again(
    box: SchoolBox, daemon: Inetd, tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    before = states(box, shelf_at(daemon.port, tmp_path))
    harm(tmp_path / "mirror")
    assert states(box, shelf_at(daemon.port, tmp_path)) == before
    assert not (tmp_path / "mirror" / "changing").exists()


def test_an_index_that_is_behind_hides_nothing_where_files_can_be_listed(
    ministry: Ministry, box: SchoolBox, daemon: Inetd, tmp_path: Path
) -> None:
    old = (ministry.folder / "meta" / "index.json").read_bytes()
    ministry.publish("mash:new")
    (ministry.folder / "meta" / "index.json").write_bytes(old)
    assert states(box, shelf_at(daemon.port, tmp_path))["mash:new"] == "new"


def test_a_catalogue_that_was_taken_away_is_gone_from_the_mirror(
    ministry: Ministry, box: SchoolBox, daemon: Inetd, tmp_path: Path
) -> None:
    states(box, shelf_at(daemon.port, tmp_path))
    (ministry.folder / "meta" / "cat" / "qendra.json").unlink()
    assert "cat/qendra.json" not in shelf_at(daemon.port, tmp_path).meta_names()
