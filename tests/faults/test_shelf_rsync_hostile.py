"""What can stand behind an rsync address, what can stand in it, and what must never reach a program."""

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from content_packs.errors import (
    CodeNeededError,
    LineLostError,
    MissingOnShelfError,
    NotAShelfError,
    NotEnoughSpaceError,
    PackError,
    ShelfRefusedError,
    UnreadableOnShelfError,
)
from sync.rsync import Access, RsyncShelf
from sync.rsync.address import parse_address, ssh_config
from sync.rsync.outcome import error_of
from sync.rsync.patience import Patience
from sync.rsync.program import Ended
from tests.simulators.loop_disk import LoopDisk
from tests.simulators.rsync_servers import MODULE, rsync_daemon, ssh_address, ssh_server

SHA = "ab" * 32
BLOB = f"blobs/ab/{SHA}.mp4"
ONCE = Patience(pauses_s=(), quiet_s=1, connect_s=2.0)


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


def test_ssh_without_a_key_or_a_known_server_is_not_tried(tmp_path: Path) -> None:
    for access in (Access(), Access(key_file=tmp_path / "k"), Access(known_hosts=tmp_path / "h")):
        with pytest.raises(CodeNeededError):
            RsyncShelf("box@hub:/srv", tmp_path, access)


@pytest.mark.parametrize("name", ['a"b', "a%h", "a\nProxyCommand id", "a$HOME", "~a", "a\\b"])
def test_a_key_file_that_ssh_would_read_as_something_else_is_refused(name: str, tmp_path: Path) -> None:
    access = Access(key_file=tmp_path / name, known_hosts=tmp_path / "h")
    with pytest.raises(CodeNeededError):
        ssh_config(parse_address("box@hub:/srv", access), access, relay_port=1)


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
        shelf = RsyncShelf(f"rsync://127.0.0.1:{door.getsockname()[1]}/packs", tmp_path / "mirror", patience=ONCE)
        with pytest.raises((LineLostError, ShelfRefusedError)):
            shelf.meta_names()
        thread.join(20)
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


def test_a_blob_the_server_may_not_read_is_told_by_its_name() -> None:
    said = f'rsync: [sender] send_files failed to open "/{BLOB}" (in packs): Permission denied (13)\n'
    error = error_of(Ended(23, said), shelf="hub", name=BLOB, folder=Path("x"))
    assert isinstance(error, UnreadableOnShelfError)
    assert error.name == BLOB


def test_a_blob_that_is_far_too_long_is_stopped(folder: Path, tmp_path: Path) -> None:
    with (folder / BLOB).open("r+b") as blob:
        blob.truncate(4 * 1024**3)
    with served(folder, tmp_path) as shelf, pytest.raises(ShelfRefusedError):
        shelf.fetch_blob(SHA, "mp4", tmp_path / "part", size_bytes=100, on_bytes=lambda _: None)
    assert (tmp_path / "part").stat().st_size < 1024**3


def test_metadata_without_end_is_stopped(folder: Path, tmp_path: Path) -> None:
    (folder / "meta" / "cat").mkdir()
    for number in range(40):
        (folder / "meta" / "cat" / f"p{number}.json").write_bytes(os.urandom(1_500_000))
    with served(folder, tmp_path) as shelf, pytest.raises(ShelfRefusedError):
        shelf.meta_names()


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


@pytest.mark.parametrize("code", [1, 2, 3, 4, 6, 13, 14, 19, 20, 21, 22, 25, 126, 127, -1, -9])
def test_every_other_end_of_rsync_is_a_refusal_that_says_how(code: int) -> None:
    error: PackError = error_of(Ended(code, "rsync: something\n"), shelf="hub", name="meta/", folder=Path("x"))
    assert isinstance(error, ShelfRefusedError)
    assert str(code) in error.problem


@pytest.mark.parametrize("code", [10, 12, 30, 35, 255])
def test_a_broken_line_is_a_passing_trouble(code: int) -> None:
    error = error_of(Ended(code, ""), shelf="hub", name="meta/", folder=Path("x"))
    assert type(error) is LineLostError
