"""What can stand behind an rsync address, what it may bring at most, and what must never reach a program."""

import os
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from msgspec.structs import replace

from content_packs.errors import (
    CodeNeededError,
    LineLostError,
    MissingOnShelfError,
    NotAShelfError,
    NotEnoughSpaceError,
    ShelfRefusedError,
)
from content_packs.paths import blob_name
from content_packs.shelf import read_up_to
from sync.rsync import Access, RsyncShelf
from sync.rsync.mirror import META_FILES_MAX
from sync.rsync.patience import Patience
from sync.rsync.shelf import META_WIRE_BYTES_MAX
from tests.simulators.loop_disk import LoopDisk
from tests.simulators.media import mp4
from tests.simulators.publisher import Ministry
from tests.simulators.rsync_servers import MODULE, CuttingLine, rsync_daemon, ssh_address, ssh_server
from tests.simulators.school_box import SchoolBox
from tests.simulators.shelf_kinds import AT_ONCE
from tests.simulators.waiting import DEADLINE_S

SHA = "ab" * 32
BLOB = f"blobs/ab/{SHA}.mp4"
ONCE = Patience(pauses_s=(), quiet_s=30)
AGAIN = Patience(pauses_s=(0.1, 0.1, 0.1), quiet_s=30)
"""For what ssh says on a busy machine before it comes to the point."""
MB = 1_000_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "shelf"
    for name in ("meta/1.root.json", "meta/registry.json", f"manifests/{SHA}.json", BLOB):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(name.encode())
    return folder


@contextmanager
def served(folder: Path, tmp_path: Path, settings: str = "") -> Iterator[RsyncShelf]:
    with rsync_daemon(folder, tmp_path / "daemon", settings=settings) as (address, _):
        yield RsyncShelf(address, tmp_path / "mirror", patience=ONCE)


def read_blob(shelf: RsyncShelf) -> bytes:
    with shelf.open_blob(SHA, "mp4") as blob:
        buffer = memoryview(bytearray(1000))
        return bytes(buffer[: blob.readinto(buffer) or 0])


def test_nothing_of_our_environment_reaches_rsync_or_ssh(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path / 'sprung'}\n")
    trap.chmod(0o755)
    for name in ("RSYNC_RSH", "RSYNC_CONNECT_PROG", "RSYNC_PROXY", "SSH_ASKPASS", "RSYNC_PARTIAL_DIR"):
        monkeypatch.setenv(name, str(trap))
    with served(folder, tmp_path) as shelf:
        assert read_blob(shelf) == BLOB.encode()
    with ssh_server(tmp_path / "ssh") as (access, _):
        shelf = RsyncShelf(ssh_address(folder), tmp_path / "mirror 2", access, patience=ONCE)
        assert read_blob(shelf) == BLOB.encode()
    assert not (tmp_path / "sprung").exists()


def test_two_shelves_over_ssh_may_share_a_folder_and_a_key_any_name(folder: Path, tmp_path: Path) -> None:
    with ssh_server(tmp_path / "ssh") as (access, _):
        odd = (tmp_path / "ssh").rename(tmp_path / "the box's  keys")
        renamed = replace(access, key_file=odd / "box", known_hosts=odd / "known")
        odd.with_name("ssh").symlink_to(odd)  # for the server, which reads its settings at every connection
        shelves = [RsyncShelf(ssh_address(folder), tmp_path / "mirror", renamed, patience=ONCE) for _ in range(4)]

        def fetch(number: int) -> bytes:
            part = tmp_path / f"part {number}"
            shelves[number].fetch_blob(SHA, "mp4", part, size_bytes=len(BLOB), on_bytes=lambda _: None)
            return part.read_bytes()

        with ThreadPoolExecutor(4) as threads:
            assert set(threads.map(fetch, range(4))) == {BLOB.encode()}
    assert [*(tmp_path / "mirror").iterdir()] == []


def test_a_module_that_does_not_exist_is_no_shelf(folder: Path, tmp_path: Path) -> None:
    with rsync_daemon(folder, tmp_path / "daemon") as (address, _):
        for other in (address.replace(MODULE, "other"), f"{address}/below"):
            with pytest.raises(NotAShelfError) as caught:
                RsyncShelf(other, tmp_path / "mirror", patience=ONCE).meta_names()
            assert caught.value.shelf == other


def test_a_module_whose_disk_is_gone_is_no_shelf(tmp_path: Path) -> None:
    with served(tmp_path / "nowhere", tmp_path) as shelf, pytest.raises(NotAShelfError):
        shelf.meta_names()


def test_a_password_opens_a_module_and_another_does_not(folder: Path, tmp_path: Path) -> None:
    for name, text in {"secrets": "box:right", "right": "right", "wrong": "wrong"}.items():
        (tmp_path / name).write_text(f"{text}\n")
        (tmp_path / name).chmod(0o600)
    settings = f"auth users = box\nsecrets file = {tmp_path / 'secrets'}"
    with rsync_daemon(folder, tmp_path / "daemon", settings=settings) as (anonymous, _):
        address = anonymous.replace("rsync://", "rsync://box@")
        for access in (Access(), Access(password_file=tmp_path / "wrong")):
            with pytest.raises(CodeNeededError):
                RsyncShelf(address, tmp_path / "mirror", access, patience=ONCE).meta_names()
        shelf = RsyncShelf(address, tmp_path / "mirror", Access(password_file=tmp_path / "right"), patience=ONCE)
        assert shelf.meta_names() == ("1.root.json", "registry.json")


def test_a_daemon_that_is_full_is_a_passing_trouble(folder: Path, tmp_path: Path) -> None:
    with (
        served(folder, tmp_path, f"max connections = -1\nlock file = {tmp_path / 'lock'}") as shelf,
        pytest.raises(LineLostError),
    ):
        shelf.meta_names()


def test_another_server_than_the_known_one_is_refused(folder: Path, tmp_path: Path) -> None:
    with ssh_server(tmp_path / "ssh") as (access, server), ssh_server(tmp_path / "other") as (other, _):
        known = other.known_hosts
        assert known is not None
        stranger = known.read_text().replace(str(other.ssh_port), str(server.port))
        for text in ("", stranger):
            (tmp_path / "known").write_text(text)
            mixed = Access(key_file=access.key_file, known_hosts=tmp_path / "known", ssh_port=server.port)
            with pytest.raises(ShelfRefusedError) as caught:
                RsyncShelf(ssh_address(folder), tmp_path / "mirror", mixed, patience=AGAIN).meta_names()
            assert type(caught.value) is ShelfRefusedError
        unknown = Access(key_file=other.key_file, known_hosts=access.known_hosts, ssh_port=server.port)
        with pytest.raises(CodeNeededError):
            RsyncShelf(ssh_address(folder), tmp_path / "mirror", unknown, patience=AGAIN).meta_names()


def test_a_folder_behind_ssh_that_is_none_is_no_shelf(tmp_path: Path) -> None:
    with ssh_server(tmp_path / "ssh") as (access, _), pytest.raises(NotAShelfError):
        RsyncShelf(ssh_address(tmp_path / "no"), tmp_path / "mirror", access, patience=ONCE).meta_names()


def says_nothing(connection: socket.socket) -> None:
    connection.recv(1000)
    connection.recv(1)


def hangs_up(connection: socket.socket) -> None:
    connection.recv(1)


def speaks_http(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n<html>\r\n")


def says_it_is_old(connection: socket.socket) -> None:
    connection.sendall(b"@RSYNCD: 17.0\n")
    connection.recv(1000)


def greets_and_babbles(connection: socket.socket) -> None:
    connection.sendall(b"@RSYNCD: 31.0\n")
    connection.recv(1000)
    connection.sendall(b"@RSYNCD: OK\n" + os.urandom(5000))


def drips(connection: socket.socket) -> None:
    """Never quiet, never at an end: a greeting of one line after the other."""
    connection.sendall(b"@RSYNCD: 31.0\n")
    connection.settimeout(0.2)
    with suppress(ConnectionError):
        while True:
            connection.sendall(b"welcome\n")
            with suppress(TimeoutError):
                connection.recv(1000)


def talks_on(connection: socket.socket) -> None:
    """A greeting that never ends, as fast as can be."""
    with suppress(ConnectionError):
        while True:
            connection.sendall(b"@RSYNCD: 31.0\n" + b"welcome\n" * 10_000)


def look(shelf: RsyncShelf, _part: Path) -> None:
    shelf.meta_names()


def fetch(shelf: RsyncShelf, part: Path) -> None:
    shelf.fetch_blob(SHA, "mp4", part, size_bytes=9, on_bytes=lambda _: None)


Talk = Callable[[socket.socket], None]
TALKS: list[tuple[Talk, Callable[[RsyncShelf, Path], None]]] = [
    (says_nothing, look), (hangs_up, look), (speaks_http, look), (says_it_is_old, look), (greets_and_babbles, look),
    (drips, look), (drips, fetch), (talks_on, fetch),
]  # fmt: skip


@pytest.mark.parametrize(("talk", "ask"), TALKS)
def test_what_is_no_rsync_is_told_and_never_waited_for_without_end(
    tmp_path: Path, talk: Talk, ask: Callable[[RsyncShelf, Path], None]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:

        def serve() -> None:
            connection, _ = door.accept()
            with connection:
                talk(connection)

        thread = threading.Thread(target=serve)
        thread.start()
        patience = replace(ONCE, quiet_s=1 if talk is says_nothing else 30, wait_s=2.0 if talk is drips else 300.0)
        shelf = RsyncShelf(f"rsync://127.0.0.1:{door.getsockname()[1]}/packs", tmp_path / "mirror", patience=patience)
        with pytest.raises(MissingOnShelfError if talk is talks_on else (LineLostError, ShelfRefusedError)):
            ask(shelf, tmp_path / "part")
        thread.join(DEADLINE_S)
        assert not thread.is_alive()


def test_nobody_there_is_a_passing_trouble(tmp_path: Path) -> None:
    for address in ("rsync://127.0.0.1:9/packs", "rsync://no-such-host.invalid/packs"):
        with pytest.raises(LineLostError):
            RsyncShelf(address, tmp_path, patience=ONCE).meta_names()


def test_links_and_folders_in_place_of_a_blob_are_not_there(folder: Path, tmp_path: Path) -> None:
    blob = folder / BLOB
    with served(folder, tmp_path) as shelf:
        blob.unlink()
        blob.symlink_to("/etc/passwd")
        with pytest.raises(MissingOnShelfError):
            shelf.fetch_blob(SHA, "mp4", tmp_path / "part", size_bytes=9, on_bytes=lambda _: None)
        blob.unlink()
        blob.mkdir()
        with pytest.raises(MissingOnShelfError):
            shelf.fetch_blob(SHA, "mp4", tmp_path / "part", size_bytes=9, on_bytes=lambda _: None)


def test_links_in_place_of_metadata_are_passed_over(folder: Path, tmp_path: Path) -> None:
    (folder / "meta" / "registry.json").unlink()
    (folder / "meta" / "registry.json").symlink_to("/etc/passwd")
    with served(folder, tmp_path) as shelf:
        assert shelf.meta_names() == ("1.root.json",)


def test_a_blob_that_is_far_too_long_is_stopped(folder: Path, tmp_path: Path) -> None:
    (folder / BLOB).write_bytes(os.urandom(40 * MB))
    with rsync_daemon(folder, tmp_path / "daemon", kb_per_s=4_000) as (address, _):
        shelf = RsyncShelf(address, tmp_path / "mirror", patience=ONCE)
        shelf.fetch_blob(SHA, "mp4", tmp_path / "part", size_bytes=100, on_bytes=lambda _: None)
    assert MB < (tmp_path / "part").stat().st_size < 40 * MB


def test_a_blob_that_is_too_long_or_withheld_does_not_stop_the_others(tmp_path: Path) -> None:
    ministry = Ministry(tmp_path)
    manifest = ministry.publish("mash:thyesat", files={name: mp4(seconds=len(name)) for name in ("a", "bb", "ccc")})
    long, withheld, _ = (blob_name(file.sha256, file.ext) for file in manifest.files().values())
    path = ministry.folder / long
    path.write_bytes(path.read_bytes() + os.urandom(3 * MB))
    box = SchoolBox(tmp_path / "box", root=ministry.root)
    with rsync_daemon(ministry.folder, tmp_path / "daemon", settings=f"exclude = /{withheld}") as (address, _):
        shelf = RsyncShelf(address, tmp_path / "mirror", patience=ONCE)
        done = box.install(shelf, "mash:thyesat")
    assert {each.file.sha256 for each in done.missing} == {Path(name).stem for name in (long, withheld)}
    assert box.misnamed_blobs() == []
    assert [*(box.folder / "store" / "staging").glob(f"{Path(long).stem}*")] == []


def test_metadata_without_end_is_stopped(folder: Path, tmp_path: Path) -> None:
    (folder / "meta" / "cat").mkdir()
    for number in range(40):
        (folder / "meta" / "cat" / f"p{number}.json").write_bytes(os.urandom(1_500_000))
    with served(folder, tmp_path) as shelf, pytest.raises(ShelfRefusedError):
        shelf.meta_names()


def test_metadata_without_end_is_stopped_on_a_line_that_keeps_breaking(folder: Path, tmp_path: Path) -> None:
    noise = os.urandom(1_500_000)
    (folder / "meta" / "cat").mkdir()
    for number in range(40):
        (folder / "meta" / "cat" / f"p{number}.json").write_bytes(b"%d" % number + noise)
    with (
        rsync_daemon(folder, tmp_path / "daemon") as (_, server),
        CuttingLine(server.port, after_bytes=12 * MB) as line,
    ):
        shelf = RsyncShelf(f"rsync://127.0.0.1:{line.port}/{MODULE}", tmp_path / "mirror", patience=AT_ONCE)
        with pytest.raises(ShelfRefusedError):
            shelf.meta_names()
        assert line.connections == 3
    assert shelf.travelled.bytes_in <= META_WIRE_BYTES_MAX + 12 * MB


def test_metadata_of_too_many_files_is_stopped_and_given_up(folder: Path, tmp_path: Path) -> None:
    (folder / "meta" / "cat").mkdir()
    for number in range(META_FILES_MAX):
        (folder / "meta" / "cat" / f"p{number}.json").touch()
    with served(folder, tmp_path) as shelf:
        with pytest.raises(ShelfRefusedError):
            shelf.meta_names()
        assert [*(tmp_path / "mirror" / "meta").iterdir()] == []
        for number in range(1, META_FILES_MAX):
            (folder / "meta" / "cat" / f"p{number}.json").unlink()
        assert shelf.meta_names() == ("1.root.json", "cat/p0.json", "registry.json")


def test_a_mirror_that_grew_beyond_every_shelf_is_made_anew(folder: Path, tmp_path: Path) -> None:
    with served(folder, tmp_path) as shelf:
        before = shelf.meta_names()
        with (tmp_path / "mirror" / "meta" / "registry.json").open("r+b") as file:
            file.truncate(2**40)
        assert shelf.meta_names() == before
        assert shelf.read_meta("registry.json", 100) == b"meta/registry.json"


def test_manifests_beyond_what_a_mirror_holds_are_not_fetched_ahead(folder: Path, tmp_path: Path) -> None:
    noise, hashes = os.urandom(250_000), [f"{number:064x}" for number in range(400)]
    (folder / "manifests" / f"{hashes[0]}.json").write_bytes(noise)
    for sha256 in hashes[1:]:
        os.link(folder / "manifests" / f"{hashes[0]}.json", folder / "manifests" / f"{sha256}.json")
    with served(folder, tmp_path) as shelf:
        shelf.expect(hashes)
        shelf.open_manifest(hashes[0])
        assert len([*(tmp_path / "mirror" / "manifests").iterdir()]) == 300
        with shelf.open_manifest(hashes[399]) as manifest:
            assert read_up_to(manifest, 10) == noise[:10]


def test_metadata_above_every_cap_does_not_travel(folder: Path, tmp_path: Path) -> None:
    (folder / "meta" / "registry.json").write_bytes(bytes(3_000_000))
    with served(folder, tmp_path) as shelf:
        assert shelf.meta_names() == ("1.root.json",)
        assert shelf.travelled.bytes_in < 2000


def test_a_full_disk_of_ours_is_told_as_one(folder: Path, tmp_path: Path) -> None:
    (folder / BLOB).write_bytes(os.urandom(3_000_000))
    with LoopDisk(tmp_path, size_mb=8) as disk, served(folder, tmp_path) as shelf:
        part = disk.folder / "part"
        part.write_bytes(b"")
        filler = disk.fill()
        with pytest.raises(NotEnoughSpaceError):
            shelf.fetch_blob(SHA, "mp4", part, size_bytes=3_000_000, on_bytes=lambda _: None)
        filler.unlink()
        shelf.fetch_blob(SHA, "mp4", part, size_bytes=3_000_000, on_bytes=lambda _: None)
        assert part.read_bytes() == (folder / BLOB).read_bytes()
