"""A distant shelf costs what is new on it, and nearly nothing when nothing is."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from content_packs.durable import Disk
from content_packs.errors import LineLostError
from content_packs.install import Installer
from content_packs.shelf.http import HttpShelf, shelf_client
from content_packs.store import Store
from content_packs.trust import TrustStore
from tests.simulators.clock import HandClock
from tests.simulators.library import JsonLibrary
from tests.simulators.media import free_box, mp4
from tests.simulators.publisher import Ministry
from tests.simulators.rsync_servers import CuttingLine
from tests.simulators.shelf_server import ShelfServer


@pytest.fixture
def ministry(tmp_path: Path) -> Ministry:
    ministry = Ministry(tmp_path, publishers=("mash", "qendra"))
    ministry.publish("mash:thyesat")
    ministry.publish("mash:forcat")
    ministry.publish("qendra:english")
    return ministry


@pytest.fixture
def server(ministry: Ministry) -> Iterator[ShelfServer]:
    with ShelfServer(ministry.folder) as server:
        yield server


@pytest.fixture
def installer(tmp_path: Path, ministry: Ministry) -> Installer:
    trust = TrustStore(tmp_path / "trust", Disk())
    trust.pin(ministry.root)
    return Installer(
        store=Store(tmp_path / "store", Disk()), trust=trust, disk=Disk(), clock=HandClock(), reserve_bytes=0,
        library=JsonLibrary(tmp_path / "library.json", Disk()),
    )  # fmt: skip


@contextmanager
def looking(server: ShelfServer, tmp_path: Path) -> Iterator[HttpShelf]:
    """A look at the shelf, of a program that was started anew."""
    server.asked.clear()
    with shelf_client() as client:
        yield HttpShelf(server.address, tmp_path / "kept", client)


def states(installer: Installer, shelf: HttpShelf) -> dict[str, str]:
    return {offer.pack_id: offer.state for offer in installer.offers(shelf).offers}


def install_all(installer: Installer, shelf: HttpShelf) -> None:
    for pack_id in states(installer, shelf):
        installer.install(shelf, pack_id, progress=lambda _: None)


def test_packs_are_installed_from_a_web_server(server: ShelfServer, installer: Installer, tmp_path: Path) -> None:
    with looking(server, tmp_path) as shelf:
        install_all(installer, shelf)
        assert set(states(installer, shelf).values()) == {"same"}
    assert all(installer.verify(pack_id).sound for pack_id in ("mash:thyesat", "mash:forcat", "qendra:english"))
    fetched = [name for name in server.names() if name != "meta/index.json"]
    assert len(set(fetched)) == len(fetched), "something was fetched twice"


def test_a_look_at_an_unchanged_shelf_is_one_request_of_less_than_a_kilobyte(
    server: ShelfServer, installer: Installer, tmp_path: Path
) -> None:
    with looking(server, tmp_path) as shelf:
        install_all(installer, shelf)
    with looking(server, tmp_path) as shelf:
        assert set(states(installer, shelf).values()) == {"same"}
        travelled = shelf.travelled
    assert server.names() == ["meta/index.json"]
    assert travelled.bytes_in + travelled.bytes_out < 1024
    print(f"unchanged: {travelled.bytes_out} bytes out, {travelled.bytes_in} bytes in")


def test_only_what_changed_is_fetched(
    ministry: Ministry, server: ShelfServer, installer: Installer, tmp_path: Path
) -> None:
    with looking(server, tmp_path) as shelf:
        install_all(installer, shelf)
    ministry.publish("qendra:english", 2)
    with looking(server, tmp_path) as shelf:
        assert states(installer, shelf)["qendra:english"] == "newer"
    metadata = [name for name in server.names() if not name.startswith("manifests/")]
    assert metadata == ["meta/index.json", "meta/cat/qendra.json"]
    assert len(server.names()) == 3


def test_a_line_that_keeps_breaking_wastes_next_to_nothing(
    ministry: Ministry, server: ShelfServer, installer: Installer, tmp_path: Path
) -> None:
    ministry.publish("mash:forca", files={"forca": mp4() + free_box(os.urandom(200_000))})
    with CuttingLine(server.port, after_bytes=30_000) as line, shelf_client() as client:
        shelf = HttpShelf(server.address.replace(str(server.port), str(line.port)), tmp_path / "kept", client)
        breaks = 0
        while True:
            try:
                installer.install(shelf, "mash:forca", progress=lambda _: None)
                break
            except LineLostError:
                breaks += 1
    with looking(server, tmp_path) as good:
        expected = sum(offer.size_bytes for offer in installer.offers(good).offers if offer.pack_id == "mash:forca")
    wasted = shelf.travelled.bytes_in - expected
    print(f"{breaks} breaks: {wasted} of {expected} bytes came for nothing or were not file data")
    assert breaks >= 5
    assert wasted < 0.05 * expected
    assert installer.verify("mash:forca").sound


def nothing(folder: Path) -> None:
    """Leave everything."""


def delete_all(folder: Path) -> None:
    shutil.rmtree(folder)


def empty_all(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            path.write_bytes(b"")


def flip_all(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            path.write_bytes(bytes([path.read_bytes()[0] ^ 1]) + path.read_bytes()[1:])


def folders_instead(folder: Path) -> None:
    for path in [*folder.rglob("*")]:
        if path.is_file():
            path.unlink()
            path.mkdir()


@pytest.mark.parametrize("harm", [nothing, delete_all, empty_all, flip_all, folders_instead])
def test_copies_that_are_lost_or_damaged_change_nothing_but_what_travels(
    server: ShelfServer, installer: Installer, tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    with looking(server, tmp_path) as shelf:
        before = states(installer, shelf)
    harm(tmp_path / "kept")
    with looking(server, tmp_path) as shelf:
        assert states(installer, shelf) == before
    assert (len(server.names()) > 1) == (harm is not nothing)


def test_copies_of_another_shelf_are_not_taken_for_this_one(
    server: ShelfServer, installer: Installer, tmp_path: Path
) -> None:
    with looking(server, tmp_path) as shelf:
        before = states(installer, shelf)
    other = Ministry(tmp_path / "other")
    with ShelfServer(other.folder) as elsewhere, looking(elsewhere, tmp_path) as shelf:
        assert shelf.meta_names() == ("1.root.json", "registry.json")
    with looking(server, tmp_path) as shelf:
        assert states(installer, shelf) == before


def test_copies_that_no_index_names_any_more_are_given_up(
    ministry: Ministry, server: ShelfServer, installer: Installer, tmp_path: Path
) -> None:
    for version in (2, 3, 4):
        with looking(server, tmp_path) as shelf:
            states(installer, shelf)
        ministry.publish("mash:thyesat", version)
    kept = [*(tmp_path / "kept" / "meta").iterdir()]
    assert len(kept) <= len(ministry.shelf.meta_names())


def test_a_server_without_tags_is_asked_for_its_index_each_time(
    server: ShelfServer, installer: Installer, tmp_path: Path
) -> None:
    server.trick = lambda asked: asked.answer(200, asked.content()) if asked.content() is not None else False
    with looking(server, tmp_path) as shelf:
        before = states(installer, shelf)
    with looking(server, tmp_path) as shelf:
        assert states(installer, shelf) == before
    assert server.names() == ["meta/index.json"]
