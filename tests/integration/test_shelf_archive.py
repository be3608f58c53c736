"""Packs are installed from the one file a teacher uploads, and one bad file in it does not stop the others."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from content_packs.durable import Disk
from content_packs.install import Installer
from content_packs.shelf.archive import ZipShelf
from content_packs.store import Store
from content_packs.trust import TrustStore
from tests.simulators.clock import HandClock
from tests.simulators.library import JsonLibrary
from tests.simulators.publisher import Ministry
from tests.simulators.zips import make_zip


@pytest.fixture
def ministry(tmp_path: Path) -> Ministry:
    ministry = Ministry(tmp_path, publishers=("mash", "qendra"))
    ministry.publish("mash:thyesat")
    ministry.publish("qendra:english")
    return ministry


@pytest.fixture
def installer(tmp_path: Path, ministry: Ministry) -> Installer:
    trust = TrustStore(tmp_path / "trust", Disk())
    trust.pin(ministry.root)
    return Installer(
        store=Store(tmp_path / "store", Disk()), trust=trust, disk=Disk(), clock=HandClock(), reserve_bytes=0,
        library=JsonLibrary(tmp_path / "library.json", Disk()),
    )  # fmt: skip


def states(installer: Installer, shelf: ZipShelf) -> dict[str, str]:
    return {offer.pack_id: offer.state for offer in installer.offers(shelf).offers}


def damage(upload: Path, found: Callable[[str], bool]) -> None:
    """Change the bytes of a member without its checksum."""
    with zipfile.ZipFile(upload) as archive:
        [member] = [info for info in archive.infolist() if found(info.filename)]
        with archive.open(member) as stored:
            content = stored.read()
    raw = bytearray(upload.read_bytes())
    raw[raw.index(content) + len(content) // 2] ^= 1
    upload.write_bytes(raw)


@pytest.mark.parametrize("top", ["", "USB DISK/"])
def test_packs_are_installed_from_an_archive(
    ministry: Ministry, installer: Installer, tmp_path: Path, top: str
) -> None:
    shelf = ZipShelf(make_zip(tmp_path / "upload.zip", ministry.folder, top=top))
    assert states(installer, shelf) == {"mash:thyesat": "new", "qendra:english": "new"}
    for pack_id in states(installer, shelf):
        installer.install(shelf, pack_id, progress=lambda _: None)
        assert installer.verify(pack_id).sound


def test_a_damaged_catalogue_in_an_archive_stops_only_its_publisher(
    ministry: Ministry, installer: Installer, tmp_path: Path
) -> None:
    upload = make_zip(tmp_path / "upload.zip", ministry.folder, method=zipfile.ZIP_STORED)
    damage(upload, lambda name: name == "meta/cat/mash.json")
    assert states(installer, ZipShelf(upload)) == {"qendra:english": "new"}


def test_a_damaged_manifest_in_an_archive_stops_only_its_pack(
    ministry: Ministry, installer: Installer, tmp_path: Path
) -> None:
    upload = make_zip(tmp_path / "upload.zip", ministry.folder, method=zipfile.ZIP_STORED)
    [listing] = ministry.listings("mash")
    damage(upload, lambda name: listing.manifest_sha256 in name)
    assert states(installer, ZipShelf(upload)) == {"mash:thyesat": "untrusted", "qendra:english": "new"}
