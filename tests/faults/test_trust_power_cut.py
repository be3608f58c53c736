"""The power goes while a box is told whom to trust: it trusts as before or as told, and can be told again."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from securesystemslib.signer import CryptoSigner

from content_packs.durable import Disk
from content_packs.errors import NoRootError
from content_packs.sign import AcademyDesk
from content_packs.trust import TrustStore
from tests.simulators.clock import HandClock
from tests.simulators.cut_disk import CutDisk, Left, PowerCut
from tests.simulators.publisher import Ministry

LEFT: tuple[Left, ...] = ("lost", "kept", "torn")
Deed = Callable[[TrustStore], object]


def swept(folder: Path, template: Path, left: Left, deed: Deed, check: Callable[[TrustStore], None]) -> int:
    """Cut a deed at each of its steps, look, do it again, look; give how many cuts there were."""
    for cut_at in range(200):
        place = folder / f"case-{cut_at}"
        shutil.copytree(template, place)
        try:
            deed(TrustStore(place, CutDisk(cut_at, left, folder / f"attic-{cut_at}")))
        except PowerCut:
            check(TrustStore(place, Disk()))
            deed(TrustStore(place, Disk()))
            check(TrustStore(place, Disk()))
            continue
        return cut_at
    raise AssertionError("the deed never ended")


@pytest.fixture
def ministry(tmp_path: Path) -> Ministry:
    """A ministry that is at its third root."""
    ministry = Ministry(tmp_path)
    ministry.publish("mash:thyesat")
    for version in (2, 3):
        ministry.renew_root(version=version)
    return ministry


@pytest.fixture
def template(tmp_path: Path, ministry: Ministry) -> Path:
    """What a box trusts that has seen all of it."""
    trust = TrustStore(tmp_path / "template", Disk())
    trust.pin(ministry.root)
    trust.apply(ministry.shelf)
    return tmp_path / "template"


@pytest.mark.parametrize("left", LEFT)
@pytest.mark.parametrize("version", [1, 2, 4])
def test_a_root_that_is_replaced_is_the_old_chain_or_the_new_one(
    tmp_path: Path, ministry: Ministry, template: Path, left: Left, version: int
) -> None:
    other = Ministry(tmp_path / "anew")
    for number in range(2, version + 1):
        other.renew_root(version=number)
    new = (other.folder / "meta" / f"{version}.root.json").read_bytes()
    old = [(ministry.folder / "meta" / f"{version}.root.json").read_bytes() for version in (1, 2, 3)]

    def check(store: TrustStore) -> None:
        root = store.trust().root
        assert root.raw == new or root.raw in old

    assert swept(tmp_path, template, left, lambda store: store.pin(new, replace=True), check) > 5


@pytest.mark.parametrize("left", LEFT)
def test_an_academy_is_accepted_or_not(tmp_path: Path, template: Path, left: Left) -> None:
    desk = AcademyDesk(tmp_path / "school", CryptoSigner.generate_ed25519(), disk=Disk(), clock=HandClock())
    raw = desk.introduce({"sq": "Shkolla"}, held=None)

    def check(store: TrustStore) -> None:
        assert set(store.accepted()) <= {desk.id}
        assert set(store.trust().catalogues) == {"mash"}

    assert swept(tmp_path / "accept", template, left, lambda store: store.accept(raw), check) > 3
    TrustStore(template, Disk()).accept(raw)

    def forget(store: TrustStore) -> None:
        if desk.id in store.accepted():
            store.forget(desk.id)

    assert swept(tmp_path / "forget", template, left, forget, check) > 1


@pytest.mark.parametrize("left", LEFT)
def test_earlier_roots_are_whole_or_not_there(tmp_path: Path, ministry: Ministry, left: Left) -> None:
    meta = ministry.folder / "meta"
    TrustStore(tmp_path / "late", Disk()).pin((meta / "3.root.json").read_bytes())

    def check(store: TrustStore) -> None:
        assert store.trust().root.version == 3
        assert all((meta / name).read_bytes() == raw for name, raw in store.travelling().items())

    assert swept(tmp_path / "sweep", tmp_path / "late", left, lambda store: store.apply(ministry.shelf), check) > 10


def test_a_first_root_is_there_or_not(tmp_path: Path, ministry: Ministry) -> None:
    (tmp_path / "empty").mkdir()

    def check(store: TrustStore) -> None:
        try:
            assert store.trust().root.raw == ministry.root
        except NoRootError:
            assert not store.pinned()

    for left in LEFT:
        assert swept(tmp_path / left, tmp_path / "empty", left, lambda store: store.pin(ministry.root), check) > 3
