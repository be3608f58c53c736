"""Signing packs onto a shelf (FORMAT 2.5, 2.6, 9.4)."""

from pathlib import Path

import pytest
from securesystemslib.signer import CryptoSigner

from content_packs.durable import Disk
from content_packs.errors import (
    ItemTakenError,
    NotSignedError,
    NotYourKeyError,
    SourceError,
    UnknownPublisherError,
    VersionNotRaisedError,
)
from content_packs.sign import KeyChange, sign_pack
from content_packs.sign.reading import read_shelf
from tests.simulators.media import mp4
from tests.simulators.publisher import Ministry


def files(folder: Path) -> dict[str, bytes]:
    """Every file of a shelf."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def ministry(tmp_path: Path) -> Ministry:
    """A ministry with one publisher."""
    return Ministry(tmp_path)


def test_signing_the_same_again_changes_no_byte_of_the_shelf(ministry: Ministry) -> None:
    ministry.publish("mash:thyesat")
    before = files(ministry.folder)
    ministry.publish("mash:thyesat")
    assert files(ministry.folder) == before


def test_a_new_version_stands_beside_the_old_one_and_raises_the_catalogue(ministry: Ministry) -> None:
    ministry.publish("mash:thyesat", 1)
    ministry.publish("mash:thyesat", 2)
    catalogue = read_shelf(ministry.shelf).trust.catalogues["mash"]
    assert (catalogue.version, [listing.version for listing in catalogue.listings]) == (2, [1, 2])
    assert not (ministry.folder / "staging").exists()


def test_changed_content_under_an_unchanged_version_is_refused_before_anything_is_written(ministry: Ministry) -> None:
    ministry.publish("mash:thyesat", 2)
    before = files(ministry.folder)
    for version in (2, 1):
        with pytest.raises(VersionNotRaisedError) as caught:
            ministry.publish("mash:thyesat", version, files={"hyrje": mp4(seconds=77)})
        assert (caught.value.version, caught.value.newest) == (version, 2)
    assert files(ministry.folder) == before


def test_an_item_of_another_pack_is_refused(ministry: Ministry) -> None:
    ministry.publish("mash:a", files={"b-c": mp4()})
    before = files(ministry.folder)
    with pytest.raises(ItemTakenError) as caught:
        ministry.publish("mash:a-b", files={"c": mp4()})
    assert (caught.value.item_id, caught.value.pack_id) == ("mash:a-b-c", "mash:a")
    assert files(ministry.folder) == before


def test_only_the_publisher_s_own_keys_sign(ministry: Ministry) -> None:
    before = files(ministry.folder)
    ministry.signers["mash"] = CryptoSigner.generate_ed25519()
    with pytest.raises(NotYourKeyError) as caught:
        ministry.publish("mash:thyesat")
    assert caught.value.role == "mash"
    ministry.signers["huaj"] = CryptoSigner.generate_ed25519()
    with pytest.raises(UnknownPublisherError):
        ministry.publish("huaj:thyesat")
    assert files(ministry.folder) == before


def test_a_publisher_of_two_keys_signs_with_both(tmp_path: Path, ministry: Ministry) -> None:
    second = CryptoSigner.generate_ed25519()
    ministry.desk().change("mash", names={}, keys=KeyChange(add=[second.public_key], threshold=2))
    with pytest.raises(NotYourKeyError):
        ministry.publish("mash:thyesat")
    both = [ministry.signers["mash"], second]
    built = tmp_path / "work" / "built-mash-thyesat-1"
    assert sign_pack(built, ministry.folder, both, disk=Disk(), clock=ministry.clock).changed


def test_a_shelf_that_was_tampered_with_is_not_built_upon(ministry: Ministry) -> None:
    ministry.publish("mash:thyesat", 1)
    path = ministry.one("meta/cat/mash.json")
    path.write_bytes(path.read_bytes().replace(b'"version":1', b'"version":7'))
    before = files(ministry.folder)
    with pytest.raises(NotSignedError):
        ministry.publish("mash:thyesat", 2)
    assert files(ministry.folder) == before


def test_a_built_pack_that_lost_a_blob_is_not_signed(tmp_path: Path, ministry: Ministry) -> None:
    ministry.publish("mash:thyesat", 1)
    built = tmp_path / "work" / "built-mash-thyesat-1"
    for blob in [*built.glob("blobs/*/*"), *ministry.folder.glob("blobs/*/*")]:
        blob.unlink()
    with pytest.raises(SourceError, match="build the pack again"):
        sign_pack(built, ministry.folder, [ministry.signers["mash"]], disk=Disk(), clock=ministry.clock)


def test_the_page_for_people_names_packs_and_escapes_what_authors_wrote(tmp_path: Path, ministry: Ministry) -> None:
    source = ministry.source("mash:thyesat", 1, {"hyrje": mp4()})
    text = (source / "pack.toml").read_text().replace("Paketa thyesat", "<script>alert(1)</script>")
    (source / "pack.toml").write_text(text)
    from content_packs.build import build_pack

    build_pack(source, tmp_path / "out", Disk())
    sign_pack(tmp_path / "out", ministry.folder, [ministry.signers["mash"]], disk=Disk(), clock=ministry.clock)
    first = (ministry.folder / "CONTENTS.html").read_text()
    page = (ministry.folder / "contents" / "mash.thyesat.html").read_text()
    assert all("<script" not in each and "&lt;script&gt;alert(1)&lt;/script&gt;" in each for each in (first, page))
    assert 'href="contents/mash.thyesat.html"' in first
    blob = ministry.one("blobs/*/*").relative_to(ministry.folder)
    assert f'<source src="../{blob}" type="video/mp4">' in page
