"""Hostile and broken shelves: each is refused for its reason, and nothing on the box changes (FORMAT 2.4, 6.5, 8.5).

Every other harm to every other kind of file is in the tables of test_stick_files.
"""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from securesystemslib.signer import CryptoSigner

from content_packs.copying import Progress
from content_packs.errors import (
    ForkedMetadataError,
    ForkedPackError,
    MetadataError,
    NotOfferedError,
    NotSignedError,
    OlderMetadataError,
    OlderPackError,
    OutsidePrefixError,
    PackError,
    ShelfGoneError,
    TamperedError,
    UnknownPublisherError,
)
from content_packs.offers import CLAIMED_BYTES_MAX, CLAIMED_MAX
from content_packs.shelf import DirectoryShelf, Readable
from content_packs.trust import Listing
from content_packs.trust.metadata import CATALOGUE_BYTES_MAX
from tests.simulators.harms import changed_byte
from tests.simulators.media import mp4
from tests.simulators.publisher import Ministry
from tests.simulators.school_box import SchoolBox
from tests.simulators.told import told

PACK = "mash:thyesat"


@pytest.fixture
def ministry(tmp_path: Path) -> Ministry:
    """A ministry with two publishers that signed a first version."""
    ministry = Ministry(tmp_path, publishers=("mash", "qendra"))
    ministry.publish(PACK, 1)
    ministry.publish("qendra:python", 1)
    return ministry


@pytest.fixture
def box(tmp_path: Path, ministry: Ministry) -> SchoolBox:
    """A box that has the first version, while the shelf brings the second."""
    box = SchoolBox(tmp_path / "box", root=ministry.root)
    box.install(ministry.shelf, PACK)
    ministry.publish(PACK, 2)
    return box


def refuse(box: SchoolBox, shelf: DirectoryShelf, pack_id: str = PACK) -> PackError:
    """Try to install; the library must be as it was, and every blob be its name. Gives the reason."""
    before = box.library.shown()
    with pytest.raises(PackError) as caught:
        box.install(shelf, pack_id)
    assert box.library.shown() == before
    assert box.misnamed_blobs() == []
    assert box.installer.verify(PACK).sound
    return caught.value


def new_blob(box: SchoolBox, ministry: Ministry) -> Path:
    """The one blob of the new version that the box does not have."""
    offer = box.installer.offers(ministry.shelf).find(PACK)
    assert offer.manifest
    (missing,) = (file for file in offer.manifest.files().values() if not box.store.has(file))
    return ministry.folder / "blobs" / missing.sha256[:2] / f"{missing.sha256}.mp4"


def new_manifest(ministry: Ministry) -> Path:
    """The manifest of the second version."""
    (listing,) = (entry for entry in ministry.listings("mash") if (entry.pack_id, entry.version) == (PACK, 2))
    return ministry.folder / "manifests" / f"{listing.manifest_sha256}.json"


def test_a_damaged_blob_is_refused_by_its_name(box: SchoolBox, ministry: Ministry) -> None:
    path = new_blob(box, ministry)
    changed_byte(path)
    error = refuse(box, ministry.shelf)
    assert isinstance(error, TamperedError)
    assert error.name == f"blobs/{path.parent.name}/{path.name}"


def test_a_damaged_manifest_is_refused_before_anything_is_copied(box: SchoolBox, ministry: Ministry) -> None:
    changed_byte(new_manifest(ministry))
    before = box.snapshot()
    (offer,) = (offer for offer in box.installer.offers(ministry.shelf).offers if offer.pack_id == PACK)
    assert (offer.state, offer.manifest, type(offer.reason)) == ("untrusted", None, TamperedError)
    assert isinstance(refuse(box, ministry.shelf), TamperedError)
    assert {name for name in box.snapshot() if name not in before} == set()


@pytest.mark.parametrize("name", ["meta/cat/mash.json", "meta/registry.json", "meta/1.root.json"])
def test_damaged_metadata_never_brings_anything_new(box: SchoolBox, ministry: Ministry, name: str) -> None:
    changed_byte(ministry.folder / name)
    before = box.trust.trust()
    offers = box.installer.offers(ministry.shelf)
    reasons = {refusal.name: refusal.error for refusal in offers.refused}
    assert isinstance(reasons[name.removeprefix("meta/")], MetadataError | NotSignedError | ForkedMetadataError)
    after = box.trust.trust()
    if name == "meta/cat/mash.json":
        assert after.catalogues == before.catalogues
        assert offers.find(PACK).state == "same"
    if name == "meta/registry.json":
        assert after.registry == before.registry


def test_a_changed_catalogue_on_a_fresh_box_is_refused_with_its_reason(tmp_path: Path, ministry: Ministry) -> None:
    path = ministry.folder / "meta" / "cat" / "mash.json"
    path.write_bytes(path.read_bytes().replace(b'"version":1', b'"version":5'))
    fresh = SchoolBox(tmp_path / "fresh", root=ministry.root)
    offers = fresh.installer.offers(ministry.shelf)
    states = {offer.pack_id: (offer.state, type(offer.reason)) for offer in offers.offers}
    assert states == {PACK: ("untrusted", NotSignedError), "qendra:python": ("new", type(None))}
    with pytest.raises(NotSignedError):
        fresh.install(ministry.shelf, PACK)
    assert fresh.library.shown() == {}
    assert not (tmp_path / "fresh" / "store" / "blobs").exists()


def test_a_pack_of_an_unknown_publisher_is_named_and_refused(
    tmp_path: Path, box: SchoolBox, ministry: Ministry
) -> None:
    stranger = Ministry(tmp_path / "stranger", publishers=("huaj",))
    stranger.publish("huaj:biologjia", 1)
    for path in stranger.folder.rglob("*"):
        target = ministry.folder / path.relative_to(stranger.folder)
        if path.is_file() and not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    before = box.library.shown()
    offers = box.installer.offers(ministry.shelf)
    (offer,) = (offer for offer in offers.offers if offer.pack_id == "huaj:biologjia")
    assert (offer.state, offer.title, offer.publisher_names) == ("untrusted", {"sq": "Paketa biologjia"}, {})
    assert isinstance(offer.reason, UnknownPublisherError)
    error = refuse(box, ministry.shelf, "huaj:biologjia")
    assert isinstance(error, UnknownPublisherError)
    assert error.publisher == "huaj"
    assert box.library.shown() == before


def test_a_shelf_that_claims_thousands_of_packs_does_not_keep_the_box_busy(box: SchoolBox, ministry: Ministry) -> None:
    claims = [Listing(f"huaj:p{number}", 1, "ab" * 32, 100) for number in range(3000)]
    ministry.write_catalogue("huaj", 1, claims, signer=CryptoSigner.generate_ed25519())
    offers = box.installer.offers(ministry.shelf).offers
    assert sum(offer.state == "untrusted" for offer in offers) == CLAIMED_MAX


def test_an_older_shelf_changes_nothing_and_says_so(tmp_path: Path, ministry: Ministry) -> None:
    box = SchoolBox(tmp_path / "box", root=ministry.root)
    old = DirectoryShelf(ministry.copy("old"))
    ministry.publish(PACK, 2)
    box.install(ministry.shelf, PACK)
    before = box.snapshot()
    offers = box.installer.offers(old)
    assert {refusal.name: type(refusal.error) for refusal in offers.refused} == {"cat/mash.json": OlderMetadataError}
    offer = offers.find(PACK)
    assert (offer.state, offer.version, offer.installed_version) == ("older", 1, 2)
    error = refuse(box, old)
    assert isinstance(error, OlderPackError)
    assert (error.version, error.installed_version) == (1, 2)
    assert box.snapshot() == before


def test_an_old_shelf_may_still_supply_what_is_trusted(box: SchoolBox, ministry: Ministry) -> None:
    """FORMAT 6.12: the box knows the newest catalogue already, the stick brings only the blobs."""
    old = ministry.copy("old")
    ministry.publish("qendra:python", 2)
    box.installer.offers(ministry.shelf)
    offer = box.installer.offers(DirectoryShelf(old)).find("qendra:python")
    assert (offer.state, offer.version) == ("new", 1)
    assert box.install(DirectoryShelf(old), "qendra:python").version == 1


def test_the_same_pack_version_with_other_content_is_refused(box: SchoolBox, ministry: Ministry) -> None:
    """A publisher that signs version 1 twice: the catalogue is newer and right, the pack is not."""
    other = ministry.publish("mash:tjeter", 1)
    path = next(path for path in ministry.folder.glob("manifests/*") if b'"pack":"mash:tjeter"' in path.read_bytes())
    forged = path.read_bytes().replace(b'"pack":"mash:tjeter"', f'"pack":"{PACK}"'.encode())
    sha256 = box.store.put_manifest(forged)
    (ministry.folder / "manifests" / f"{sha256}.json").write_bytes(forged)
    ministry.write_catalogue("mash", 99, [Listing(PACK, 1, sha256, len(forged))])
    assert isinstance(refuse(box, ministry.shelf), ForkedPackError)
    assert other.version == 1


def test_a_manifest_of_another_pack_under_a_signed_name_is_refused(box: SchoolBox, ministry: Ministry) -> None:
    first = next(entry for entry in ministry.listings("mash") if entry.version == 1)
    ministry.write_catalogue("mash", 99, [Listing(PACK, 7, first.manifest_sha256, first.manifest_bytes)])
    assert isinstance(refuse(box, ministry.shelf), TamperedError)


def test_a_publisher_signing_outside_its_ids_is_refused(box: SchoolBox, ministry: Ministry) -> None:
    ministry.write_catalogue("qendra", 9, [*ministry.listings("qendra"), Listing(PACK, 3, "ab" * 32, 100)])
    offers = box.installer.offers(ministry.shelf)
    assert {refusal.name: type(refusal.error) for refusal in offers.refused} == {"cat/qendra.json": OutsidePrefixError}
    assert offers.find(PACK).version == 2


def test_a_fork_of_the_catalogue_is_refused(box: SchoolBox, ministry: Ministry) -> None:
    box.installer.offers(ministry.shelf)
    ministry.write_catalogue("mash", 2, [Listing("mash:tjeter", 1, "ab" * 32, 100)])
    before = box.snapshot()
    offers = box.installer.offers(ministry.shelf)
    assert [type(refusal.error) for refusal in offers.refused] == [ForkedMetadataError]
    assert box.snapshot() == before
    assert isinstance(refuse(box, ministry.shelf, "mash:tjeter"), NotOfferedError | ForkedMetadataError)


def test_a_thief_of_another_key_signs_in_vain(box: SchoolBox, ministry: Ministry) -> None:
    ministry.write_catalogue("mash", 9, ministry.listings("mash"), signer=CryptoSigner.generate_ed25519())
    before = box.snapshot()
    assert [type(refusal.error) for refusal in box.installer.offers(ministry.shelf).refused] == [NotSignedError]
    assert box.snapshot() == before


def test_a_pack_that_nobody_offers_is_told_apart(box: SchoolBox, ministry: Ministry) -> None:
    assert isinstance(refuse(box, ministry.shelf, "mash:nuk-ka"), NotOfferedError)


def test_a_stick_pulled_out_while_copying_leaves_no_pack_and_goes_on_later(
    ministry: Ministry, box: SchoolBox
) -> None:
    ministry.publish("mash:gjate", 1, files={"a": mp4() + bytes(1000), "b": mp4() + bytes(2_500_000)})
    pulled = ministry.folder.with_name("pulled out")

    def pull(progress: Progress) -> None:
        if progress.files_done == 1 and ministry.folder.exists():
            ministry.folder.rename(pulled)

    before = box.library.shown()
    with pytest.raises(ShelfGoneError) as caught:
        box.installer.install(ministry.shelf, "mash:gjate", progress=pull)
    assert caught.value.transient
    happened, safe, todo = told(caught.value).splitlines()
    assert happened == "USB-ja u hoq para kohe, ose nuk lexohet më."
    assert safe == "Asgjë nuk ka humbur: nxënësit vazhdojnë me versionin që kishin."
    assert "Futeni përsëri të njëjtën USB" in todo
    assert box.library.shown() == before
    pulled.rename(ministry.folder)
    box.progress.clear()
    assert box.install(ministry.shelf, "mash:gjate").changed
    assert box.progress[0].bytes_done > 0
    assert box.installer.verify("mash:gjate").sound


@pytest.mark.parametrize("year", [1970, 2106])
def test_a_wrong_clock_changes_nothing(tmp_path: Path, ministry: Ministry, year: int) -> None:
    box = SchoolBox(tmp_path / "box", root=ministry.root)
    box.clock.at = datetime(year, 1, 1, tzinfo=UTC)
    offers = box.installer.offers(ministry.shelf)
    assert (offers.refused, offers.age is None) == ((), year == 1970)
    assert box.install(ministry.shelf, PACK).changed
    assert box.version(PACK) == 1


def test_a_revoked_publisher_brings_nothing_new_and_its_packs_stay_on_the_disk(
    box: SchoolBox, ministry: Ministry
) -> None:
    ministry.revoke("mash")
    assert isinstance(refuse(box, ministry.shelf), UnknownPublisherError)
    assert box.trust.trust().is_revoked("mash")
    assert box.version(PACK) == 1
    assert box.installer.remove(PACK) > 0


class CountingShelf(DirectoryShelf):
    """A folder that counts what is read of it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.read: list[str] = []
        self.meta_bytes = 0
        self.manifests = 0

    def read_meta(self, name: str, cap_bytes: int) -> bytes:
        """Read, and count what could be read at most."""
        size_bytes = (self.folder / "meta" / name).stat().st_size
        self.meta_bytes += min(size_bytes, cap_bytes + 1)
        self.read.append(name)
        return super().read_meta(name, cap_bytes)

    def open_manifest(self, sha256: str) -> Readable:
        """Open, and count."""
        self.manifests += 1
        return super().open_manifest(sha256)


def test_what_strangers_claim_is_not_even_looked_at_when_a_pack_is_installed(
    box: SchoolBox, ministry: Ministry
) -> None:
    path = new_manifest(ministry)
    claims = [Listing(f"huaj:p{number}", 1, path.stem, path.stat().st_size) for number in range(300)]
    ministry.write_catalogue("huaj", 1, claims, signer=CryptoSigner.generate_ed25519())
    shelf = CountingShelf(ministry.folder)
    own = CountingShelf(ministry.copy("own"))
    (own.folder / "meta" / "cat" / "huaj.json").unlink()

    box.installer.offers(shelf, only=PACK)
    box.installer.offers(own, only=PACK)

    assert (shelf.manifests, shelf.meta_bytes) == (own.manifests, own.meta_bytes)


def test_many_large_lists_of_strangers_are_read_only_in_part(box: SchoolBox, ministry: Ministry) -> None:
    """Each is below its cap, names nothing, and is of somebody whom nobody knows."""
    ministry.write_catalogue("huaj", 1, [], signer=CryptoSigner.generate_ed25519())
    path = ministry.folder / "meta" / "cat" / "huaj.json"
    for number in range(200):
        with path.with_name(f"huaj{number}.json").open("wb") as file:
            file.write(path.read_bytes())
            file.truncate(CATALOGUE_BYTES_MAX + number % 2)
    shelf = CountingShelf(ministry.folder)

    offers = box.installer.offers(shelf)

    assert len(offers.refused) == 201
    assert shelf.meta_bytes < CLAIMED_BYTES_MAX + 1_000_000


def test_of_small_lists_of_strangers_only_some_are_read(box: SchoolBox, ministry: Ministry) -> None:
    for number in range(200):
        ministry.write_catalogue(f"huaj{number}", 1, [], signer=ministry.signers["mash"])
    shelf = CountingShelf(ministry.folder)

    box.installer.offers(shelf)

    assert sum(name.startswith("cat/huaj") for name in shelf.read) == CLAIMED_MAX


def test_no_stranger_is_shown_as_somebody_else(tmp_path: Path, ministry: Ministry) -> None:
    """A list claims a pack of the ministry, which is not there: nothing is shown under the ministry's name."""
    claims = [Listing("mash:rreme", 9, "ab" * 32, 100), Listing("huaj:rreme", 9, "ab" * 32, 100)]
    ministry.write_catalogue("huaj", 1, claims, signer=CryptoSigner.generate_ed25519())
    fresh = SchoolBox(tmp_path / "fresh", root=ministry.root)

    offers = fresh.installer.offers(ministry.shelf).offers

    assert [offer.pack_id for offer in offers if offer.state == "untrusted"] == ["huaj:rreme"]
