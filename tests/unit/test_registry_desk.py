"""The registry and its publishers, and catalogues whose keys changed (FORMAT 5.4, 6.3, 6.9)."""

from pathlib import Path

import pytest
from securesystemslib.signer import CryptoSigner

from content_packs.durable import Disk
from content_packs.errors import (
    ForkedMetadataError,
    MissingOnShelfError,
    NotAShelfError,
    NotSignedError,
    NotYourKeyError,
    SourceError,
    StillUnsignedError,
    TamperedError,
    UnknownPublisherError,
)
from content_packs.sign import (
    KeyChange,
    RegistryDesk,
    RootChange,
    draft_root,
    publish_registry,
    publish_root,
    read_draft,
    read_drafts,
    renew_catalogue,
)
from content_packs.sign.reading import read_shelf, read_standing
from content_packs.trust import Catalogue, Registry
from tests.simulators.publisher import Ministry

SECOND, OTHER = CryptoSigner.generate_ed25519(), CryptoSigner.generate_ed25519()


def files(folder: Path) -> dict[str, bytes]:
    """Every file of a shelf."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def ministry(tmp_path: Path) -> Ministry:
    """A ministry with one publisher."""
    return Ministry(tmp_path)


def registry(ministry: Ministry) -> Registry:
    """The registry as a box sees it."""
    found = read_shelf(ministry.shelf).trust.registry
    assert found
    return found


def renew(ministry: Ministry) -> Catalogue:
    """Sign the catalogue of mash again."""
    return renew_catalogue(
        ministry.folder, "mash", [ministry.signers["mash"]], disk=Disk(), clock=ministry.clock
    )


def two_registrars(ministry: Ministry) -> RegistryDesk:
    """Let the root ask for two signatures on the registry; give the desk of the one who has the shelf."""
    change = RootChange(registry=KeyChange(add=[SECOND.public_key], threshold=2))
    draft = draft_root(read_standing(ministry.shelf).root, change, signed_at=ministry.clock.now())
    for signer in ministry.root_signers:
        draft = draft.signed_by(signer)
    publish_root(ministry.folder, draft, disk=Disk())
    return RegistryDesk(
        ministry.folder, [ministry.registry_signer, SECOND], disk=Disk(), clock=ministry.clock
    )


def test_beginning_a_registry_again_changes_nothing(ministry: Ministry) -> None:
    before = files(ministry.folder)
    assert ministry.desk().begin() == "same"
    assert files(ministry.folder) == before


def test_without_a_root_there_is_no_registry(tmp_path: Path, ministry: Ministry) -> None:
    (tmp_path / "empty").mkdir()
    desk = RegistryDesk(tmp_path / "empty", [ministry.registry_signer], disk=Disk(), clock=ministry.clock)
    with pytest.raises(NotAShelfError):
        desk.begin()


def test_adding_the_same_publisher_again_changes_nothing_and_otherwise_is_refused(ministry: Ministry) -> None:
    before = files(ministry.folder)
    names = {"sq": "Botuesi mash", "en": "Publisher mash"}
    keys = KeyChange(add=[ministry.signers["mash"].public_key])
    assert ministry.desk().add("mash", names=names, keys=keys) == "same"
    with pytest.raises(SourceError, match="listed already"):
        ministry.desk().add("mash", names={"sq": "Ministria"}, keys=keys)
    assert files(ministry.folder) == before


@pytest.mark.parametrize("publisher", ["Mash", "root", "con", "a/b", "", "box-agimi"])
def test_a_publisher_needs_a_proper_id(ministry: Ministry, publisher: str) -> None:
    with pytest.raises(SourceError):
        ministry.desk().add(publisher, names={"sq": "x"}, keys=KeyChange(add=[OTHER.public_key]))


def test_a_publisher_needs_a_name_and_a_key(ministry: Ministry) -> None:
    for names, keys in (({}, [OTHER.public_key]), ({"sq": ""}, [OTHER.public_key]), ({"sq": "x"}, [])):
        with pytest.raises(SourceError):
            ministry.desk().add("qendra", names=names, keys=KeyChange(add=keys))


def test_what_is_not_named_in_a_change_stays(ministry: Ministry) -> None:
    desk, before = ministry.desk(), registry(ministry).publishers["mash"]
    assert desk.change("mash", names={"sr-Latn": "Ministarstvo"}, keys=KeyChange()) == "published"
    assert registry(ministry).publishers["mash"].names == {**before.names, "sr-Latn": "Ministarstvo"}
    assert desk.change("mash", names={}, keys=KeyChange(add=[SECOND.public_key], threshold=2)) == "published"
    role = registry(ministry).signed.get_delegated_role("mash")
    assert (len(role.keyids), role.threshold) == (2, 2)
    assert desk.change("mash", names={"sr-Latn": "", "en": ""}, keys=KeyChange(), min_version=4) == "published"
    publisher = registry(ministry).publishers["mash"]
    assert (publisher.names, publisher.min_version) == ({"sq": "Botuesi mash"}, 4)
    assert desk.change("mash", names={}, keys=KeyChange()) == "same"
    with pytest.raises(SourceError):
        desk.change("mash", names={"sq": ""}, keys=KeyChange())
    with pytest.raises(UnknownPublisherError):
        desk.change("qendra", names={}, keys=KeyChange())


def test_only_the_registry_s_key_changes_the_registry(ministry: Ministry) -> None:
    before = files(ministry.folder)
    ministry.registry_signer = OTHER
    with pytest.raises(NotYourKeyError):
        ministry.admit("qendra")
    assert files(ministry.folder) == before


def test_revoking_somebody_who_is_not_listed_is_refused(ministry: Ministry) -> None:
    with pytest.raises(UnknownPublisherError):
        ministry.revoke("qendra")


# Two who must sign the registry


def test_a_registry_that_two_must_sign_is_written_by_both_at_once(ministry: Ministry) -> None:
    desk = two_registrars(ministry)
    assert desk.renew() == "published"
    assert registry(ministry).version == 3


def test_one_of_two_writes_a_draft_and_the_other_signs_it_elsewhere(tmp_path: Path, ministry: Ministry) -> None:
    two_registrars(ministry).renew()
    before, path = files(ministry.folder), tmp_path / "list.draft"
    alone = RegistryDesk(ministry.folder, [ministry.registry_signer], disk=Disk(), clock=ministry.clock)
    with pytest.raises(StillUnsignedError) as caught:
        alone.remove("mash")
    assert (caught.value.role, caught.value.missing) == ("registry", 1)
    drafting = RegistryDesk(
        ministry.folder, [ministry.registry_signer], disk=Disk(), clock=ministry.clock, draft=path
    )
    assert drafting.remove("mash") == "drafted"
    assert files(ministry.folder) == before
    with pytest.raises(StillUnsignedError):
        publish_registry(ministry.folder, read_draft(path), disk=Disk())
    signed = read_draft(path).signed_by(SECOND)
    assert publish_registry(ministry.folder, signed, disk=Disk())
    assert not publish_registry(ministry.folder, signed, disk=Disk())
    assert registry(ministry).publishers == {}


def test_a_draft_of_a_registry_that_was_overtaken_is_refused(tmp_path: Path, ministry: Ministry) -> None:
    path = tmp_path / "list.draft"
    desk = RegistryDesk(ministry.folder, [ministry.registry_signer], disk=Disk(), clock=ministry.clock, draft=path)
    desk.remove("mash")
    ministry.admit("qendra")
    with pytest.raises(ForkedMetadataError):
        publish_registry(ministry.folder, read_drafts([path], "registry"), disk=Disk())
    assert set(registry(ministry).publishers) == {"mash", "qendra"}


# Catalogues


def test_after_a_change_of_keys_the_catalogue_is_signed_again_with_the_new_ones(ministry: Ministry) -> None:
    ministry.publish("mash:thyesat", 1)
    ministry.publish("mash:thyesat", 2)
    ministry.admit("mash", min_version=9)
    with pytest.raises(NotSignedError):
        ministry.publish("mash:thyesat", 3)
    catalogue = renew(ministry)
    assert (catalogue.version, [listing.version for listing in catalogue.listings]) == (9, [1, 2])
    assert read_shelf(ministry.shelf).refused == ()
    ministry.publish("mash:thyesat", 3)
    assert renew(ministry).version == 11


def test_only_the_publisher_s_own_keys_renew(ministry: Ministry) -> None:
    ministry.publish("mash:thyesat")
    before = files(ministry.folder)
    for publisher, error in (("mash", NotYourKeyError), ("qendra", UnknownPublisherError)):
        with pytest.raises(error):
            renew_catalogue(ministry.folder, publisher, [OTHER], disk=Disk(), clock=ministry.clock)
    assert files(ministry.folder) == before


def test_a_pack_whose_manifest_is_gone_or_changed_is_not_signed_again(ministry: Ministry) -> None:
    ministry.publish("mash:thyesat")
    path = ministry.tamper("manifests/*.json")
    with pytest.raises(TamperedError):
        renew(ministry)
    path.unlink()
    with pytest.raises(MissingOnShelfError):
        renew(ministry)


def test_a_publisher_that_never_signed_has_nothing_to_renew(ministry: Ministry) -> None:
    with pytest.raises(MissingOnShelfError):
        renew(ministry)
