"""A tenth of a national library on a real box: what a pack costs does not grow with the library (FORMAT 8.1-8.6)."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from content_packs.durable import Disk
from content_packs.install import Installed, Installer
from content_packs.store import Store
from content_packs.trust import TrustStore
from schoolbox.config import Config
from schoolbox.services.pack_library import PackLibrary
from schoolbox.wiring import Box, open_box
from tests.simulators.clock import HandClock
from tests.simulators.counting_database import CountingDatabase
from tests.simulators.counting_disk import CountingDisk
from tests.simulators.national import National

PACKS = 20
FLUSHES_A_PACK = 8
"""Two for its files, two for its manifest, and a few for folders that are made once."""
STATEMENTS_A_PACK = 40


@contextmanager
def opened(data: Path, disk: Disk) -> Iterator[Box]:
    """A box on a disk."""
    box = open_box(Config(data=data, reserve_mb=0), disk=disk)
    try:
        yield box
    finally:
        box.close()


def take_all(box: Box, national: National) -> list[Installed]:
    """Install or update whatever the shelf has for this box."""
    wanted = [offer.pack_id for offer in box.packs.offers(national.shelf).offers if offer.installable]
    return [box.packs.install(national.shelf, pack_id, progress=lambda _: None) for pack_id in wanted]


def files_in(folder: Path) -> list[Path]:
    """Every file of the store but its lock."""
    return [path for path in folder.rglob("*") if path.is_file() and path.name != "lock"]


def test_a_national_library_installs_lists_updates_one_percent_and_goes_away(tmp_path: Path) -> None:
    national, disk = National(tmp_path, packs=PACKS), CountingDisk()
    everything = sum(manifest.size_bytes for manifest in national.manifests.values())
    with opened(tmp_path / "data", disk) as box:
        box.trust.pin(national.ministry.root)
        before = disk.flushes
        installed = take_all(box, national)
        assert len(installed) == PACKS
        assert sum(each.copied_bytes for each in installed) == everything
        assert disk.flushes - before <= FLUSHES_A_PACK * PACKS

        listed = box.packs.list()
        assert (len(listed), sum(row.size_bytes for row in listed)) == (PACKS, everything)
        assert sum(card.items for card in box.library.packs()) == national.items
        assert box.library.search("kuiz", staff=False).counts["quiz"] == national.items // 10
        assert take_all(box, national) == []

        fresh = national.renew()
        assert len(fresh) == national.items // 99 + 1
        updated = take_all(box, national)
        assert {each.pack_id for each in updated} == {
            manifest.pack for manifest in national.manifests.values() if manifest.version == 2
        }
        assert sum(each.copied_bytes for each in updated) == sum(file.size_bytes for file in fresh.values())
        assert all(each.missing == () for each in (*installed, *updated))
        assert box.library.search("kuiz", staff=False).counts["quiz"] == national.items // 10

        for row in box.packs.list():
            box.packs.remove(row.pack_id)
        assert box.packs.list() == []
        assert box.library.packs() == []
        assert box.library.search("kuiz", staff=False).counts == {}
    assert files_in(tmp_path / "data" / "packs") == []


@pytest.fixture
def counted(tmp_path: Path) -> Iterator[CountingDatabase]:
    """A database that counts."""
    db = CountingDatabase(tmp_path / "box.db", clock=HandClock())
    db.open()
    try:
        yield db
    finally:
        db.close()


def test_what_a_pack_asks_of_the_database_does_not_grow_with_the_library(
    tmp_path: Path, counted: CountingDatabase
) -> None:
    national, disk = National(tmp_path, packs=10, units=2), Disk()
    trust = TrustStore(tmp_path / "trust", disk)
    trust.pin(national.ministry.root)
    installer = Installer(
        store=Store(tmp_path / "store", disk), trust=trust, disk=disk,
        library=PackLibrary(counted, clock=HandClock()), clock=HandClock(), reserve_bytes=0,
    )  # fmt: skip
    statements, transactions = [], []

    def note() -> None:
        statements.append(counted.statements)
        transactions.append(counted.transactions)
        counted.statements = counted.transactions = 0

    for pack_id in national.manifests:
        installer.install(national.shelf, pack_id, progress=lambda _: None)
        note()
    national.renew()
    for pack_id, manifest in national.manifests.items():
        if manifest.version == 2:
            installer.install(national.shelf, pack_id, progress=lambda _: None)
            note()
    for pack_id in national.manifests:
        installer.remove(pack_id)
        note()
    assert set(transactions) == {1}
    assert max(statements) <= STATEMENTS_A_PACK, statements
