"""What a box trusts and how a shelf changes it (FORMAT.md section 6)."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from securesystemslib.signer import CryptoSigner

from content_packs.durable import Disk
from content_packs.errors import (
    ForkedMetadataError,
    MetadataError,
    NoRootError,
    NotAShelfError,
    NotSignedError,
    OlderMetadataError,
    OutsidePrefixError,
    PackError,
    RootPinnedError,
    UnknownPublisherError,
)
from content_packs.shelf import DirectoryShelf
from content_packs.trust import Applied, Listing, TrustStore
from tests.simulators.publisher import Ministry


@pytest.fixture
def ministry(tmp_path: Path) -> Ministry:
    """A ministry with two publishers and a pack of each."""
    ministry = Ministry(tmp_path, publishers=("mash", "qendra"))
    ministry.publish("mash:thyesat")
    ministry.publish("qendra:python")
    return ministry


@pytest.fixture
def trust(tmp_path: Path, ministry: Ministry) -> TrustStore:
    """What a box trusts that was given the first root."""
    trust = TrustStore(tmp_path / "trust", Disk())
    trust.pin(ministry.root)
    return trust


def refused(applied: Applied) -> dict[str, type[PackError]]:
    """What was refused, by name."""
    return {refusal.name: type(refusal.error) for refusal in applied.refused}


def test_a_box_without_a_root_trusts_nobody(tmp_path: Path, ministry: Ministry) -> None:
    trust = TrustStore(tmp_path / "empty", Disk())
    assert not trust.pinned()
    with pytest.raises(NoRootError):
        trust.apply(ministry.shelf)
    with pytest.raises(NoRootError):
        trust.trust()


def test_pinning_the_same_root_again_changes_nothing_and_another_is_refused(
    tmp_path: Path, trust: TrustStore, ministry: Ministry
) -> None:
    trust.pin(ministry.root)
    with pytest.raises(RootPinnedError):
        trust.pin(Ministry(tmp_path / "other").root)
    assert trust.pinned()


def test_a_shelf_brings_registry_and_catalogues(trust: TrustStore, ministry: Ministry) -> None:
    applied = trust.apply(ministry.shelf)
    assert applied.refused == ()
    assert set(applied.trust.catalogues) == {"mash", "qendra"}
    assert applied.trust.publisher("mash").names["en"] == "Publisher mash"
    assert applied.signed_at == ministry.clock.now()
    assert trust.trust().catalogues == applied.trust.catalogues


def test_a_folder_without_metadata_is_no_shelf(tmp_path: Path, trust: TrustStore) -> None:
    with pytest.raises(NotAShelfError):
        trust.apply(DirectoryShelf(tmp_path))


def test_one_bad_catalogue_does_not_stop_the_others(trust: TrustStore, ministry: Ministry) -> None:
    ministry.tamper("meta/cat/mash.json")
    applied = trust.apply(ministry.shelf)
    assert set(applied.trust.catalogues) == {"qendra"}
    assert list(refused(applied)) == ["cat/mash.json"]


def test_an_older_shelf_is_refused_quietly_and_nothing_goes_back(trust: TrustStore, ministry: Ministry) -> None:
    old = ministry.copy("old")
    ministry.publish("mash:thyesat", 2)
    ministry.admit("agimi")
    trust.apply(ministry.shelf)
    applied = trust.apply(DirectoryShelf(old))
    assert refused(applied) == {"cat/mash.json": OlderMetadataError, "registry.json": OlderMetadataError}
    assert applied.trust.catalogues["mash"].version == 2
    assert "agimi" in (applied.trust.registry.publishers if applied.trust.registry else {})


def test_two_shelves_with_the_same_version_and_other_content_are_noticed(
    trust: TrustStore, ministry: Ministry
) -> None:
    trust.apply(ministry.shelf)
    ministry.write_catalogue("mash", 1, [Listing("mash:tjeter", 1, "ab" * 32, 9)])
    assert refused(trust.apply(ministry.shelf)) == {"cat/mash.json": ForkedMetadataError}
    assert {listing.pack_id for listing in trust.trust().catalogues["mash"].listings} == {"mash:thyesat"}


def test_a_publisher_that_signs_for_another_is_refused(trust: TrustStore, ministry: Ministry) -> None:
    ministry.write_catalogue("mash", 9, [*ministry.listings("mash"), *ministry.listings("qendra")])
    assert refused(trust.apply(ministry.shelf)) == {"cat/mash.json": OutsidePrefixError}


def test_a_catalogue_of_nobody_is_refused(trust: TrustStore, ministry: Ministry) -> None:
    ministry.write_catalogue("huaj", 1, [Listing("huaj:x", 1, "ab" * 32, 9)], signer=CryptoSigner.generate_ed25519())
    assert refused(trust.apply(ministry.shelf)) == {"cat/huaj.json": UnknownPublisherError}


def test_a_tampered_registry_leaves_the_held_one_and_its_catalogues(trust: TrustStore, ministry: Ministry) -> None:
    trust.apply(ministry.shelf)
    ministry.publish("mash:thyesat", 2)
    ministry.tamper("meta/registry.json", at=-200)
    applied = trust.apply(ministry.shelf)
    assert list(refused(applied)) == ["registry.json"]
    assert applied.trust.catalogues["mash"].version == 2


def test_without_a_registry_every_catalogue_is_refused_for_the_registry_s_reason(
    trust: TrustStore, ministry: Ministry
) -> None:
    ministry.registry_signer = CryptoSigner.generate_ed25519()
    ministry.write_root(9, ministry.root_signers)
    raw = (ministry.folder / "meta" / "registry.json").read_bytes()
    (ministry.folder / "meta" / "registry.json").write_bytes(raw.replace(b"Botuesi", b"Botuesj"))
    applied = trust.apply(ministry.shelf)
    assert applied.trust.registry is None
    assert set(refused(applied).values()) == {NotSignedError}


def test_a_revoked_publisher_is_hidden_and_its_catalogue_no_longer_trusted(
    trust: TrustStore, ministry: Ministry
) -> None:
    assert not trust.apply(ministry.shelf).trust.is_revoked("mash")
    ministry.revoke("mash")
    applied = trust.apply(ministry.shelf)
    assert applied.trust.is_revoked("mash")
    assert set(applied.trust.catalogues) == {"qendra"}
    assert refused(applied) == {"cat/mash.json": UnknownPublisherError}
    with pytest.raises(UnknownPublisherError):
        applied.trust.publisher("mash")


def test_a_thief_who_signed_a_huge_version_blocks_nobody_once_the_key_is_replaced(
    trust: TrustStore, ministry: Ministry
) -> None:
    honest = ministry.listings("mash")
    ministry.write_catalogue("mash", 2_000_000_000, honest)
    assert trust.apply(ministry.shelf).trust.catalogues["mash"].version == 2_000_000_000
    ministry.admit("mash", min_version=2)
    ministry.write_catalogue("mash", 1, honest)
    assert refused(trust.apply(ministry.shelf)) == {"cat/mash.json": OlderMetadataError}
    ministry.write_catalogue("mash", 2, honest)
    applied = trust.apply(ministry.shelf)
    assert (applied.refused, applied.trust.catalogues["mash"].version) == ((), 2)


def test_roots_are_followed_one_by_one_to_the_newest(trust: TrustStore, ministry: Ministry) -> None:
    ministry.renew_root(version=2)
    ministry.renew_root(version=3, new_registry_key=True)
    ministry.write_registry(9, "mash", names={"sq": "Re"})
    applied = trust.apply(ministry.shelf)
    assert (applied.trust.root.version, refused(applied)) == (3, {"cat/qendra.json": UnknownPublisherError})
    assert applied.trust.publisher("mash").names == {"sq": "Re"}


def test_a_missing_root_in_between_stops_the_chain_before_it(trust: TrustStore, ministry: Ministry) -> None:
    ministry.renew_root(version=2)
    ministry.renew_root(version=3)
    (ministry.folder / "meta" / "2.root.json").unlink()
    assert trust.apply(ministry.shelf).trust.root.version == 1


def test_a_root_signed_only_by_new_keys_is_refused(trust: TrustStore, ministry: Ministry) -> None:
    ministry.root_signers = [CryptoSigner.generate_ed25519(), CryptoSigner.generate_ed25519()]
    ministry.write_root(2, ministry.root_signers)
    applied = trust.apply(ministry.shelf)
    assert refused(applied) == {"2.root.json": NotSignedError}
    assert applied.trust.root.version == 1


def test_a_shelf_of_another_ministry_is_recognised(tmp_path: Path, trust: TrustStore) -> None:
    applied = trust.apply(Ministry(tmp_path / "abroad").shelf)
    assert refused(applied)["1.root.json"] is ForkedMetadataError
    assert refused(applied)["registry.json"] is NotSignedError


@pytest.mark.parametrize("year", [1970, 2106])
def test_dates_decide_nothing(tmp_path: Path, year: int) -> None:
    ministry = Ministry(tmp_path)
    ministry.clock.at = datetime(year, 1, 1, tzinfo=UTC)
    ministry.publish("mash:thyesat")
    trust = TrustStore(tmp_path / "trust", Disk())
    trust.pin(ministry.root)
    assert trust.apply(ministry.shelf).refused == ()


def test_damaged_files_of_our_own_are_not_believed_and_are_brought_again(
    tmp_path: Path, trust: TrustStore, ministry: Ministry
) -> None:
    trust.apply(ministry.shelf)
    for name in ("registry.json", "cat/mash.json"):
        path = tmp_path / "trust" / name
        path.write_bytes(path.read_bytes()[:-20])
        assert "mash" not in trust.trust().catalogues
        assert not trust.trust().is_revoked("mash") or trust.trust().registry is not None
        assert trust.apply(ministry.shelf).trust.catalogues["mash"].version == 1


def test_a_damaged_first_root_means_that_nobody_is_trusted(
    tmp_path: Path, trust: TrustStore, ministry: Ministry
) -> None:
    (tmp_path / "trust" / "1.root.json").write_bytes(b"{}")
    assert not trust.pinned()
    trust.pin(ministry.root)
    assert trust.pinned()


def test_a_damaged_pin_is_refused_before_it_is_kept(tmp_path: Path, ministry: Ministry) -> None:
    trust = TrustStore(tmp_path / "fresh", Disk())
    with pytest.raises(MetadataError):
        trust.pin(ministry.root[:-5])
    assert not trust.pinned()


def test_what_is_held_can_be_deleted_and_comes_back_from_the_shelf(
    tmp_path: Path, trust: TrustStore, ministry: Ministry
) -> None:
    before = trust.apply(ministry.shelf).trust
    shutil.rmtree(tmp_path / "trust" / "cat")
    (tmp_path / "trust" / "registry.json").unlink()
    after = trust.apply(ministry.shelf).trust
    assert after.catalogues == before.catalogues
