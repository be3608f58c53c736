"""A box introduces its school and signs its packs (FORMAT 5.8)."""

from pathlib import Path

import pytest
from securesystemslib.signer import CryptoSigner

from content_packs.build import build_pack
from content_packs.durable import Disk
from content_packs.errors import (
    AcademyNotAcceptedError,
    NotAnAcademyError,
    NotSignedError,
    NotYourKeyError,
    VersionNotRaisedError,
)
from content_packs.shelf import DirectoryShelf, is_shelf
from content_packs.sign import AcademyDesk, KeyChange
from content_packs.sign.reading import read_shelf
from content_packs.trust import TrustStore
from content_packs.trust.academies import read_academy
from tests.simulators.clock import HandClock
from tests.simulators.media import mp4
from tests.simulators.publisher import Ministry, write_source

NAMES = {"sq": "Shkolla „Agimi”"}


@pytest.fixture
def desk(tmp_path: Path) -> AcademyDesk:
    """An academy that nobody knows yet."""
    return AcademyDesk(tmp_path / "own", CryptoSigner.generate_ed25519(), disk=Disk(), clock=HandClock())


def built(desk: AcademyDesk, folder: Path, *, version: int = 1, seconds: int = 1) -> Path:
    """A built pack of the academy."""
    files = {"a": mp4(seconds=seconds)}
    source = write_source(folder / f"source-{version}-{seconds}", f"{desk.id}:plani", version, files)
    out = folder / f"built-{version}-{seconds}"
    build_pack(source, out, Disk())
    return out


def version_of(raw: bytes, desk: AcademyDesk, folder: Path) -> int:
    """The version of a catalogue, as a box sees it that accepts it."""
    store = TrustStore(folder, Disk())
    store.accept(raw)
    shelf = folder / "seen"
    (shelf / "meta" / "cat").mkdir(parents=True, exist_ok=True)
    (shelf / "meta" / "cat" / f"{desk.id}.json").write_bytes(raw)
    return store.apply(DirectoryShelf(shelf)).trust.catalogues[desk.id].version


def test_an_academy_introduces_itself_once_and_again_under_a_new_name(desk: AcademyDesk, tmp_path: Path) -> None:
    raw = desk.introduce(NAMES, held=None)
    academy = read_academy(raw)
    assert (academy.id, academy.names, academy.public) == (desk.id, NAMES, desk.public)
    assert desk.introduce(NAMES, held=None) == raw == desk.path.read_bytes()
    renamed = desk.introduce({"sq": "Shkolla „Dituria”"}, held=raw)
    assert read_academy(renamed).names == {"sq": "Shkolla „Dituria”"}
    assert version_of(renamed, desk, tmp_path / "box") == 2


def test_its_shelf_needs_neither_root_nor_registry(desk: AcademyDesk, tmp_path: Path) -> None:
    raw = desk.introduce(NAMES, held=None)
    signed = desk.sign(built(desk, tmp_path), NAMES)
    assert (signed.pack_id, signed.catalogue_version, signed.changed) == (f"{desk.id}:plani", 2, True)
    assert not desk.sign(built(desk, tmp_path), NAMES).changed
    assert is_shelf(tmp_path / "own")
    trust = read_shelf(DirectoryShelf(tmp_path / "own"), academy=raw).trust
    assert [listing.pack_id for listing in trust.catalogues[desk.id].listings] == [signed.pack_id]
    assert "Paketa plani" in (tmp_path / "own" / "CONTENTS.html").read_text()


def test_a_lost_or_damaged_shelf_goes_on_from_what_the_box_holds(desk: AcademyDesk, tmp_path: Path) -> None:
    desk.introduce(NAMES, held=None)
    desk.sign(built(desk, tmp_path), NAMES)
    held = desk.path.read_bytes()
    for harm in (desk.path.unlink, lambda: desk.path.write_bytes(held[:-9])):
        harm()
        assert desk.introduce(NAMES, held=held) == held == desk.path.read_bytes()
    with pytest.raises(VersionNotRaisedError):
        desk.sign(built(desk, tmp_path, seconds=2), NAMES)
    assert desk.sign(built(desk, tmp_path, version=2, seconds=2), NAMES).catalogue_version == 3


def test_a_catalogue_of_somebody_else_in_its_place_is_not_taken_over(desk: AcademyDesk, tmp_path: Path) -> None:
    other = AcademyDesk(tmp_path / "other", CryptoSigner.generate_ed25519(), disk=Disk(), clock=HandClock())
    stranger = other.introduce({"sq": "Tjetër"}, held=None)
    raw = desk.introduce(NAMES, held=stranger)
    desk.path.write_bytes(stranger)
    assert read_academy(desk.introduce(NAMES, held=raw)).id == desk.id


def test_a_pack_of_another_academy_is_not_signed(desk: AcademyDesk, tmp_path: Path) -> None:
    other = AcademyDesk(tmp_path / "other", CryptoSigner.generate_ed25519(), disk=Disk(), clock=HandClock())
    desk.introduce(NAMES, held=None)
    with pytest.raises(AcademyNotAcceptedError):
        desk.sign(built(other, tmp_path), NAMES)


def test_once_the_registry_lists_it_with_another_key_its_own_key_no_longer_signs(
    desk: AcademyDesk, tmp_path: Path
) -> None:
    desk.introduce(NAMES, held=None)
    ministry = Ministry(tmp_path / "ministry")
    keys = KeyChange(add=[CryptoSigner.generate_ed25519().public_key])
    ministry.desk().add(desk.id, names=NAMES, keys=keys)
    for name in ("1.root.json", "registry.json"):
        (tmp_path / "own" / "meta" / name).write_bytes((ministry.folder / "meta" / name).read_bytes())
    with pytest.raises((NotYourKeyError, NotSignedError)):
        desk.sign(built(desk, tmp_path), NAMES)


@pytest.mark.parametrize("raw", [b"", b"{}", b"[" * 9000])
def test_what_is_no_introduction_is_told(raw: bytes, tmp_path: Path) -> None:
    with pytest.raises(NotAnAcademyError):
        read_academy(raw)
    with pytest.raises(NotAnAcademyError):
        read_academy(Ministry(tmp_path).root)
