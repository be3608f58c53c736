"""What a person decides about trust, what is hidden, what travels on (FORMAT 6.1, 6.9, 6.14, 6.15)."""

import threading
from pathlib import Path

import pytest
from securesystemslib.signer import CryptoSigner

from content_packs.durable import Disk
from content_packs.errors import (
    AcademyNotAcceptedError,
    NoRootError,
    NotSignedError,
    RootPinnedError,
    UnknownPublisherError,
)
from content_packs.shelf import DirectoryShelf
from content_packs.sign import AcademyDesk, KeyChange
from content_packs.trust import TrustStore
from tests.simulators.clock import HandClock
from tests.simulators.publisher import Ministry


@pytest.fixture
def ministry(tmp_path: Path) -> Ministry:
    """A ministry with one publisher and a pack of it."""
    ministry = Ministry(tmp_path)
    ministry.publish("mash:thyesat")
    return ministry


@pytest.fixture
def trust(tmp_path: Path) -> TrustStore:
    """A box that was told nothing."""
    return TrustStore(tmp_path / "trust", Disk())


@pytest.fixture
def school(tmp_path: Path) -> AcademyDesk:
    """The academy of another school, introduced on its own shelf."""
    desk = AcademyDesk(tmp_path / "school", CryptoSigner.generate_ed25519(), disk=Disk(), clock=HandClock())
    desk.introduce({"sq": "Shkolla"}, held=None)
    return desk


def listing(ministry: Ministry, publisher: str = "mash") -> tuple[str, int, str]:
    """The newest pack version a publisher lists, as an installed one."""
    newest = max(ministry.listings(publisher), key=lambda each: each.version)
    return newest.pack_id, newest.version, newest.manifest_sha256


def listed(trust: TrustStore) -> set[str]:
    """Whom the registry lists that a box trusts."""
    registry = trust.trust().registry
    return set(registry.publishers) if registry else set()


def test_an_academy_is_unknown_until_a_person_accepts_it_and_after_that_person_forgets_it(
    trust: TrustStore, ministry: Ministry, school: AcademyDesk, tmp_path: Path
) -> None:
    trust.pin(ministry.root)
    shelf = DirectoryShelf(tmp_path / "school")
    (refusal,) = trust.apply(shelf).refused
    assert isinstance(refusal.error, AcademyNotAcceptedError)
    accepted = trust.accept(school.path.read_bytes())
    assert trust.accept(school.path.read_bytes()) == accepted
    applied = trust.apply(shelf)
    assert (applied.refused, list(applied.trust.catalogues)) == ((), [school.id])
    assert applied.trust.publisher(school.id).names == {"sq": "Shkolla"}
    trust.forget(school.id)
    assert trust.trust().is_revoked(school.id)
    assert trust.held(school.id) is not None
    for stranger in (school.id, "mash", "../registry"):
        with pytest.raises(UnknownPublisherError):
            trust.forget(stranger)
    assert trust.held("../../etc") is None


def test_a_damaged_acceptance_is_none(trust: TrustStore, school: AcademyDesk, tmp_path: Path) -> None:
    trust.accept(school.path.read_bytes())
    path = tmp_path / "trust" / "academies" / f"{school.id}.json"
    path.with_name("box-00000000000000000000.json").write_bytes(path.read_bytes())
    assert set(trust.accepted()) == {school.id}
    path.write_bytes(path.read_bytes()[:-4])
    assert trust.accepted() == {}
    with pytest.raises(NoRootError):
        trust.trust()


def test_a_box_s_own_academy_is_trusted_and_cannot_be_forgotten(
    trust: TrustStore, school: AcademyDesk, tmp_path: Path
) -> None:
    trust.accept(school.path.read_bytes(), own=True)
    with pytest.raises(UnknownPublisherError):
        trust.forget(school.id)
    applied = trust.apply(DirectoryShelf(tmp_path / "school"))
    assert (applied.refused, applied.trust.academies[school.id].own) == ((), True)
    with pytest.raises(NoRootError):
        trust.trust()


def test_another_root_is_trusted_only_when_a_person_says_that_it_replaces_the_old_one(
    trust: TrustStore, ministry: Ministry, tmp_path: Path
) -> None:
    trust.pin(ministry.root)
    ministry.renew_root(version=2)
    trust.apply(ministry.shelf)
    other = Ministry(tmp_path / "anew", publishers=("mash", "qendra"))
    with pytest.raises(RootPinnedError):
        trust.pin(other.root)
    trust.pin(other.root, replace=True)
    assert (trust.trust().root.version, trust.trust().registry) == (1, None)
    assert trust.apply(other.shelf).refused == ()
    assert trust.apply(ministry.shelf).trust.root.raw == other.root
    trust.pin(other.root, replace=True)
    assert listed(trust) == {"mash", "qendra"}


def test_a_registry_that_begins_anew_with_its_old_key_is_no_second_truth(
    trust: TrustStore, ministry: Ministry, tmp_path: Path
) -> None:
    trust.pin(ministry.root)
    trust.apply(ministry.shelf)
    roots, others = [CryptoSigner.generate_ed25519() for _ in range(2)], ("mash", "qendra")
    keys = iter([*roots, ministry.registry_signer, *(CryptoSigner.generate_ed25519() for _ in others)])
    other = Ministry(tmp_path / "anew", publishers=others, new_key=lambda: next(keys))
    trust.pin(other.root, replace=True)
    assert trust.trust().registry is None
    assert trust.apply(other.shelf).refused == ()
    assert listed(trust) == {"mash", "qendra"}


def test_what_travels_on_is_every_root_and_the_newest_registry(
    trust: TrustStore, ministry: Ministry, school: AcademyDesk
) -> None:
    trust.accept(school.path.read_bytes())
    assert trust.travelling() == {}
    trust.pin(ministry.root)
    ministry.renew_root(version=2)
    ministry.renew_root(version=3)
    trust.apply(ministry.shelf)
    meta = ministry.folder / "meta"
    names = ("1.root.json", "2.root.json", "3.root.json", "registry.json")
    assert trust.travelling() == {name: (meta / name).read_bytes() for name in names}


def test_a_box_that_began_with_a_later_root_passes_on_the_earlier_ones(
    trust: TrustStore, ministry: Ministry, tmp_path: Path
) -> None:
    for version in (2, 3):
        ministry.renew_root(version=version)
    meta = ministry.folder / "meta"
    trust.pin((meta / "3.root.json").read_bytes())
    stray = ministry.copy("stray")
    (stray / "meta" / "2.root.json").write_bytes(Ministry(tmp_path / "abroad").root)
    trust.apply(DirectoryShelf(stray))
    assert set(trust.travelling()) == {"3.root.json", "registry.json"}
    applied = trust.apply(ministry.shelf)
    assert (applied.refused, applied.trust.root.version) == ((), 3)
    assert set(trust.travelling()) == {"1.root.json", "2.root.json", "3.root.json", "registry.json"}
    (tmp_path / "trust" / "earlier" / "2.root.json").write_bytes(b"{}")
    assert set(trust.travelling()) == {"3.root.json", "registry.json"}


def test_a_pack_is_hidden_when_the_key_that_signed_it_is_dropped_until_it_is_signed_again(
    trust: TrustStore, ministry: Ministry
) -> None:
    trust.pin(ministry.root)
    trust.apply(ministry.shelf)
    pack = listing(ministry)
    assert not trust.trust().hides(*pack)
    old, honest = ministry.signers["mash"], ministry.listings("mash")
    ministry.admit("mash")
    assert trust.apply(ministry.shelf).trust.hides(*pack)
    ministry.write_catalogue("mash", 7, honest, signer=old)
    assert trust.apply(ministry.shelf).trust.hides(*pack)
    ministry.write_catalogue("mash", 2, honest)
    assert not trust.apply(ministry.shelf).trust.hides(*pack)


def test_a_pack_version_that_its_publisher_no_longer_lists_is_hidden(trust: TrustStore, ministry: Ministry) -> None:
    trust.pin(ministry.root)
    trust.apply(ministry.shelf)
    first = listing(ministry)
    ministry.write_catalogue("mash", 2, [])
    assert trust.apply(ministry.shelf).trust.hides(*first)


def test_damaged_files_of_our_own_hide_nothing(trust: TrustStore, ministry: Ministry, tmp_path: Path) -> None:
    trust.pin(ministry.root)
    trust.apply(ministry.shelf)
    pack = listing(ministry)
    for name in ("cat/mash.json", "registry.json"):
        (tmp_path / "trust" / name).write_bytes(b"\0" * 500)
        assert not trust.trust().hides(*pack)


def test_a_raised_minimum_ends_what_a_box_holds(trust: TrustStore, ministry: Ministry) -> None:
    trust.pin(ministry.root)
    trust.apply(ministry.shelf)
    ministry.desk().change("mash", names={}, keys=KeyChange(), min_version=5)
    assert trust.apply(ministry.shelf).trust.catalogues == {}
    ministry.write_catalogue("mash", 5, ministry.listings("mash"))
    assert set(trust.apply(ministry.shelf).trust.catalogues) == {"mash"}


class SlowShelf(DirectoryShelf):
    """A shelf behind a line on which somebody waits before the registry comes."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.asked, self.go_on = threading.Event(), threading.Event()

    def read_meta(self, name: str, cap_bytes: int) -> bytes:
        """Wait, if it is the registry."""
        if name == "registry.json":
            self.asked.set()
            assert self.go_on.wait(30)
        return super().read_meta(name, cap_bytes)


def test_nobody_waits_while_a_slow_shelf_is_read_and_nothing_goes_back_behind_the_faster_one(
    trust: TrustStore, ministry: Ministry, tmp_path: Path
) -> None:
    trust.pin(ministry.root)
    slow = SlowShelf(ministry.copy("slow"))
    ministry.admit("qendra")
    results = []
    thread = threading.Thread(target=lambda: results.append(TrustStore(tmp_path / "trust", Disk()).apply(slow)))
    thread.start()
    assert slow.asked.wait(30)
    assert trust.apply(ministry.shelf).refused == ()
    slow.go_on.set()
    thread.join(30)
    assert [type(refusal.error).__name__ for refusal in results[0].refused] == ["OlderMetadataError"]
    assert listed(trust) == {"mash", "qendra"}


def test_an_academy_that_signs_with_another_key_is_refused(
    trust: TrustStore, school: AcademyDesk, tmp_path: Path
) -> None:
    trust.accept(school.path.read_bytes())
    thief = AcademyDesk(tmp_path / "thief", CryptoSigner.generate_ed25519(), disk=Disk(), clock=HandClock())
    school.path.write_bytes(thief.introduce({"sq": "Shkolla"}, held=None))
    (refusal,) = trust.apply(DirectoryShelf(tmp_path / "school")).refused
    assert isinstance(refusal.error, NotSignedError)
