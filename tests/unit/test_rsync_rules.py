"""What is no address of rsync, which words reach a program, and what the end of rsync means."""

from pathlib import Path

import pytest

from content_packs.errors import (
    CodeNeededError,
    DiskError,
    LineLostError,
    NotAShelfError,
    PackError,
    ReadOnlyDiskError,
    ShelfRefusedError,
    UnreadableOnShelfError,
)
from sync.rsync import Access, RsyncShelf
from sync.rsync.address import parse_address, ssh_command
from sync.rsync.outcome import Asked, error_of
from sync.rsync.program import Ended

BLOB = f"blobs/ab/{'ab' * 32}.mp4"

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


def asked(disk: DiskError | None = None, name: str = "meta/") -> Asked:
    """Something that was asked of a hub, with our disk sound or not."""
    return Asked(shelf="hub", name=name, our_disk=lambda: disk)


def test_a_blob_the_server_may_not_read_is_told_by_its_name() -> None:
    said = f'rsync: [sender] send_files failed to open "/{BLOB}" (in packs): Permission denied (13)\n'
    error = error_of(Ended(23, said), asked(name=BLOB))
    assert isinstance(error, UnreadableOnShelfError)
    assert error.name == BLOB


SPITE = f"rsync: [receiver] write failed on {BLOB!r}: No space left on device (28)\n"


@pytest.mark.parametrize("code", [11, 23])
def test_only_our_own_disk_is_believed_when_it_is_blamed(code: int, tmp_path: Path) -> None:
    """What a server says comes out of rsync beside what rsync itself says; one disk that is full stops every place."""
    assert isinstance(error_of(Ended(code, SPITE), asked()), ShelfRefusedError)
    trouble = ReadOnlyDiskError(path=tmp_path, problem="Read-only file system")
    assert error_of(Ended(code, SPITE), asked(trouble)) is trouble


@pytest.mark.parametrize("code", [3, 11, 22, 23])
def test_an_end_in_the_middle_of_a_file_is_about_this_file(code: int) -> None:
    error = error_of(Ended(code, SPITE), asked(name=BLOB))
    assert isinstance(error, UnreadableOnShelfError)
    assert error.name == BLOB


@pytest.mark.parametrize("code", [1, 2, 3, 4, 6, 13, 14, 19, 20, 21, 22, 25, 126, 127, -1, -9])
def test_every_other_end_of_rsync_is_a_refusal_that_says_how(code: int) -> None:
    error: PackError = error_of(Ended(code, "rsync: something\n"), asked())
    assert isinstance(error, ShelfRefusedError)
    assert str(code) in error.detail


@pytest.mark.parametrize("code", [10, 12, 30, 35, 255])
def test_a_broken_line_is_a_passing_trouble(code: int) -> None:
    assert type(error_of(Ended(code, ""), asked())) is LineLostError
