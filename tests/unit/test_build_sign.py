"""Keys, the registry and signing onto a shelf (FORMAT 2.5, 2.6, 9.4)."""

from pathlib import Path

import pytest
from securesystemslib.signer import CryptoSigner

from content_packs.durable import Disk
from content_packs.errors import (
    ItemTakenError,
    KeyFileError,
    NotSignedError,
    NotYourKeyError,
    SourceError,
    UnknownPublisherError,
    VersionNotRaisedError,
)
from content_packs.sign import load_public, load_signer, new_key, sign_pack
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


def test_a_key_is_only_for_its_owner_and_is_never_overwritten(tmp_path: Path) -> None:
    public = new_key(tmp_path / "mash.key", Disk())
    assert (tmp_path / "mash.key").stat().st_mode & 0o777 == 0o600
    assert load_public(public).keyid == load_signer(tmp_path / "mash.key").public_key.keyid
    before = files(tmp_path)
    with pytest.raises(KeyFileError, match="a file already"):
        new_key(tmp_path / "mash.key", Disk())
    assert files(tmp_path) == before


def test_a_locked_key_needs_its_passphrase(tmp_path: Path) -> None:
    new_key(tmp_path / "k", Disk(), passphrase=b"gur")
    assert load_signer(tmp_path / "k", passphrase=b"gur")
    for wrong, problem in ((None, "passphrase is needed"), (b"tjeter", "passphrase is wrong")):
        with pytest.raises(KeyFileError, match=problem):
            load_signer(tmp_path / "k", passphrase=wrong)


def test_files_that_are_no_keys_are_told_apart(tmp_path: Path) -> None:
    public = new_key(tmp_path / "k", Disk())
    for attempt in (
        lambda: load_signer(public),
        lambda: load_public(tmp_path / "k"),
        lambda: load_signer(tmp_path / "none"),
        lambda: load_signer(tmp_path / "k", passphrase=b"x"),
    ):
        with pytest.raises(KeyFileError):
            attempt()


def test_beginning_a_registry_again_changes_nothing_and_with_other_keys_is_refused(ministry: Ministry) -> None:
    before = files(ministry.folder)
    assert not ministry.desk().begin(ministry.root_signers, threshold=2)
    with pytest.raises(SourceError, match="other keys"):
        ministry.desk().begin(ministry.root_signers, threshold=1)
    with pytest.raises(SourceError, match="cannot meet"):
        ministry.desk().begin(ministry.root_signers, threshold=3)
    assert files(ministry.folder) == before


def test_adding_the_same_publisher_again_changes_nothing(ministry: Ministry) -> None:
    before = files(ministry.folder)
    names = {"sq": "Botuesi mash", "en": "Publisher mash"}
    keys = [ministry.signers["mash"].public_key]
    assert not ministry.desk().add_publisher("mash", names=names, keys=keys)
    assert files(ministry.folder) == before
    assert ministry.desk().add_publisher("mash", names={"sq": "Ministria"}, keys=keys)


@pytest.mark.parametrize("publisher", ["Mash", "root", "con", "a/b", ""])
def test_a_publisher_needs_a_proper_id(ministry: Ministry, publisher: str) -> None:
    with pytest.raises(SourceError):
        ministry.desk().add_publisher(publisher, names={"sq": "x"}, keys=[ministry.signers["mash"].public_key])


def test_only_the_registry_s_key_changes_the_registry(ministry: Ministry) -> None:
    before = files(ministry.folder)
    ministry.registry_signer = CryptoSigner.generate_ed25519()
    with pytest.raises(NotYourKeyError):
        ministry.admit("qendra")
    assert files(ministry.folder) == before


def test_revoking_somebody_who_is_not_listed_is_refused(ministry: Ministry) -> None:
    with pytest.raises(UnknownPublisherError):
        ministry.revoke("qendra")


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
    keys = [ministry.signers["mash"].public_key, second.public_key]
    ministry.desk().add_publisher("mash", names={"sq": "x"}, keys=keys, threshold=2)
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
    page = (ministry.folder / "CONTENTS.html").read_text()
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    blob = ministry.one("blobs/*/*").relative_to(ministry.folder)
    assert f'<video controls preload="none" src="{blob}">' in page
