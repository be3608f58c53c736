"""Metadata is verified once, and again as soon as a byte of it or whoever delegates it is another."""

from pathlib import Path

import pytest
from securesystemslib.signer import CryptoSigner

from content_packs.durable import Disk
from content_packs.errors import NotSignedError, TrustError, UnknownPublisherError
from content_packs.sign import AcademyDesk
from content_packs.trust.academies import delegator_of
from content_packs.trust.verified import Verified
from tests.simulators.clock import HandClock
from tests.simulators.publisher import Ministry


@pytest.fixture
def ministry(tmp_path: Path) -> Ministry:
    """A ministry with one publisher and one pack."""
    ministry = Ministry(tmp_path)
    ministry.publish("mash:thyesat")
    return ministry


def meta(ministry: Ministry, name: str) -> bytes:
    """A metadata file of the shelf."""
    return (ministry.folder / "meta" / name).read_bytes()


def test_the_same_bytes_under_the_same_delegator_give_the_same_object(ministry: Ministry) -> None:
    verified = Verified()
    root = verified.first_root(ministry.root)
    registry = verified.registry(root, meta(ministry, "registry.json"))
    catalogue = verified.catalogue(registry, "mash", meta(ministry, "cat/mash.json"))
    assert verified.first_root(ministry.root) is root
    assert verified.registry(root, meta(ministry, "registry.json")) is registry
    assert verified.catalogue(registry, "mash", meta(ministry, "cat/mash.json")) is catalogue


def test_a_changed_byte_is_noticed_and_the_right_one_is_still_known(ministry: Ministry) -> None:
    verified = Verified()
    root = verified.first_root(ministry.root)
    registry = verified.registry(root, meta(ministry, "registry.json"))
    right = meta(ministry, "cat/mash.json")
    catalogue = verified.catalogue(registry, "mash", right)
    with pytest.raises(TrustError):
        verified.catalogue(registry, "mash", right.replace(b'"version":1', b'"version":9'))
    assert verified.catalogue(registry, "mash", right) is catalogue


def test_a_catalogue_is_verified_again_under_another_registry(ministry: Ministry) -> None:
    verified = Verified()
    root = verified.first_root(ministry.root)
    raw = meta(ministry, "cat/mash.json")
    verified.catalogue(verified.registry(root, meta(ministry, "registry.json")), "mash", raw)
    ministry.revoke("mash")
    later = verified.registry(root, meta(ministry, "registry.json"))
    with pytest.raises(UnknownPublisherError):
        verified.catalogue(later, "mash", raw)


def test_a_registry_is_verified_again_under_another_root(ministry: Ministry) -> None:
    verified = Verified()
    root = verified.first_root(ministry.root)
    raw = meta(ministry, "registry.json")
    verified.registry(root, raw)
    ministry.renew_root(version=2, new_registry_key=True)
    renewed = verified.next_root(root, meta(ministry, "2.root.json"))
    assert verified.next_root(root, meta(ministry, "2.root.json")) is renewed
    with pytest.raises(NotSignedError):
        verified.registry(renewed, raw)


def test_an_academy_is_known_by_its_bytes_and_lets_sign_alike_however_often_it_is_read(tmp_path: Path) -> None:
    desk = AcademyDesk(tmp_path / "own", CryptoSigner.generate_ed25519(), disk=Disk(), clock=HandClock())
    verified, raw = Verified(), desk.introduce({"sq": "Shkolla „Agimi”"}, held=None)
    academy = verified.academy("one.json", raw)
    assert verified.academy("one.json", raw) is academy
    catalogue = verified.catalogue(delegator_of([academy]), academy.id, raw)
    assert verified.catalogue(delegator_of([academy]), academy.id, raw) is catalogue
    with pytest.raises(TrustError):
        verified.academy("one.json", raw.replace(b"Agimi", b"Agimj"))
