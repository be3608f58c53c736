"""What can stand behind an rsync address, what can stand in it, and what must never reach a program."""

import os
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from content_packs.errors import (
    CodeNeededError,
    DiskError,
    LineLostError,
    MissingOnShelfError,
    NotAShelfError,
    NotEnoughSpaceError,
    PackError,
    ReadOnlyDiskError,
    ShelfRefusedError,
    UnreadableOnShelfError,
)
from content_packs.paths import blob_name
from sync.rsync import Access, RsyncShelf
from sync.rsync.address import parse_address, ssh_command
from sync.rsync.mirror import META_FILES_MAX
from sync.rsync.outcome import Asked, error_of
from sync.rsync.patience import Patience
from sync.rsync.program import Ended
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


NO_ADDRESSES = [
    "", "rsync://", "rsync://hub", "rsync://hub/", "rsync://hub/-module", "rsync://-hub/packs", "rsync://hub:0/packs",
    "rsync://hub:99999/packs", "rsync://hub/packs/../secret", "rsync://hub/packs/*", "rsync://hub/a b",
    "rsync://hub/$(id)", "rsync://hub/packs;id", "rsync://hub/packs\n--rsh=id", "rsync://-e@hub/packs",
    "rsync://hub/`id`", "rsync://a b@hub/x",
    "box@hub::packs", "-box@hub:/srv", "box@-oProxyCommand=id:/srv", "box@hub:-e/srv", "box@hub:/srv/-x", "hub:/srv",
    "box@hub:", "box@hub:/srv/$HOME", "box@hub:/srv/a'b", "box@hub:~/srv", "--rsh=id", "/srv/shelf", "http://hub/shelf",
    "rsync://hub/packs//x", "rsync://hub/.", "box@hub:..", "rsync://hüb/packs",
    "rsync://hub..example/packs", f"rsync://{'a' * 64}.example/packs", f"rsync://{'a.' * 127}a/packs",
    "box@hub..example:/srv", f"box@hub.{'a' * 64}:/srv", "rsync://hub./packs", "rsync://hub-.example/packs",
]  # fmt: skip


@pytest.mark.parametrize("text", NO_ADDRESSES)
def test_what_a_program_could_take_for_something_else_is_no_address(text: str, tmp_path: Path) -> None:
    with pytest.raises(NotAShelfError) as caught:
        RsyncShelf(text, tmp_path, Access(key_file=tmp_path / "k", known_hosts=tmp_path / "h"))
    assert caught.value.shelf == text


def test_addresses_are_read_as_they_are_meant() -> None:
    access = Access(key_file=Path("k"), known_hosts=Path("h"), ssh_port=2222)
    daemon = parse_address("rsync://box@[::1]:8873/packs/gjilan/", access)
    assert (daemon.ssh, daemon.user, daemon.path) == (False, "box", "packs/gjilan")
    assert (daemon.host, daemon.port) == ("::1", 8873)
    login = parse_address("box@hub.example:/srv/shelf", access)
    assert (login.ssh, login.port, login.path, login.known_as) == (True, 2222, "/srv/shelf", "[hub.example]:2222")
    for host in ("a", "h-1.hub.example", f"{'a' * 63}.example", f"{'a.' * 126}a"):
        assert parse_address(f"rsync://{host}:8873/packs", access).host == host


def test_ssh_without_a_key_or_a_known_server_is_not_tried(tmp_path: Path) -> None:
    for access in (Access(), Access(key_file=tmp_path / "k"), Access(known_hosts=tmp_path / "h")):
        with pytest.raises(CodeNeededError):
            RsyncShelf("box@hub:/srv", tmp_path, access)


@pytest.mark.parametrize("name", ['a"b', "a%h", "a\nProxyCommand id", "a$HOME", "~a", "a\\b"])
def test_a_key_file_that_ssh_would_read_as_something_else_is_refused(name: str, tmp_path: Path) -> None:
    access = Access(key_file=tmp_path / name, known_hosts=tmp_path / "h")
    with pytest.raises(CodeNeededError):
        ssh_command(parse_address("box@hub:/srv", access), access, relay_port=1)


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
                RsyncShelf(ssh_address(folder), tmp_path / "mirror", mixed, patience=ONCE).meta_names()
            assert type(caught.value) is ShelfRefusedError
        unknown = Access(key_file=other.key_file, known_hosts=access.known_hosts, ssh_port=server.port)
        with pytest.raises(CodeNeededError):
            RsyncShelf(ssh_address(folder), tmp_path / "mirror", unknown, patience=ONCE).meta_names()


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


@pytest.mark.parametrize("talk", [says_nothing, hangs_up, speaks_http, says_it_is_old, greets_and_babbles])
def test_what_is_no_rsync_is_told_and_never_waited_for_without_end(
    tmp_path: Path, talk: Callable[[socket.socket], None]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:

        def serve() -> None:
            connection, _ = door.accept()
            with connection:
                talk(connection)

        thread = threading.Thread(target=serve)
        thread.start()
        patience = replace(ONCE, quiet_s=1) if talk is says_nothing else ONCE
        shelf = RsyncShelf(f"rsync://127.0.0.1:{door.getsockname()[1]}/packs", tmp_path / "mirror", patience=patience)
        with pytest.raises((LineLostError, ShelfRefusedError)):
            shelf.meta_names()
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


def asked(disk: DiskError | None = None, name: str = "meta/") -> Asked:
    """Something that was asked of a hub, with our disk sound or not."""
    return Asked(shelf="hub", name=name, our_disk=lambda: disk)


def test_a_blob_the_server_may_not_read_is_told_by_its_name() -> None:
    said = f'rsync: [sender] send_files failed to open "/{BLOB}" (in packs): Permission denied (13)\n'
    error = error_of(Ended(23, said), asked(name=BLOB))
    assert isinstance(error, UnreadableOnShelfError)
    assert error.name == BLOB


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


SPITE = f"rsync: [receiver] write failed on {BLOB!r}: No space left on device (28)\n"


@pytest.mark.parametrize("code", [11, 23])
def test_only_our_own_disk_is_believed_when_it_is_blamed(code: int, tmp_path: Path) -> None:
    """What a server says comes out of rsync beside what rsync itself says; one disk that is full stops every place."""
    assert isinstance(error_of(Ended(code, SPITE), asked()), ShelfRefusedError)
    trouble = ReadOnlyDiskError(path=tmp_path, problem="Read-only file system")
    assert error_of(Ended(code, SPITE), asked(trouble)) is trouble


@pytest.mark.parametrize("code", [1, 2, 3, 4, 6, 13, 14, 19, 20, 21, 22, 25, 126, 127, -1, -9])
def test_every_other_end_of_rsync_is_a_refusal_that_says_how(code: int) -> None:
    error: PackError = error_of(Ended(code, "rsync: something\n"), asked())
    assert isinstance(error, ShelfRefusedError)
    assert str(code) in error.problem


@pytest.mark.parametrize("code", [10, 12, 30, 35, 255])
def test_a_broken_line_is_a_passing_trouble(code: int) -> None:
    assert type(error_of(Ended(code, ""), asked())) is LineLostError
