"""The power goes while a registry or a catalogue is signed: old or new, and the work can be finished (FORMAT 2.5)."""

from collections.abc import Callable
from pathlib import Path

import pytest

from content_packs.durable import Disk
from content_packs.sign import KeyChange, RegistryDesk, load_signer, lock_key, new_key, renew_catalogue
from content_packs.sign.reading import read_shelf
from tests.simulators.cut_disk import CutDisk, Left, PowerCut
from tests.simulators.publisher import Ministry

LEFT: tuple[Left, ...] = ("lost", "kept", "torn")


def swept(folder: Path, left: Left, story: Callable[[Path, Disk], None], check: Callable[[Path], None]) -> int:
    """Cut a story at each of its steps, look, finish it, look again; give how many cuts there were."""
    cut_at = 0
    while True:
        place = folder / f"{cut_at}"
        disk = CutDisk(cut_at, left, folder / f"attic-{cut_at}")
        try:
            story(place, disk)
        except PowerCut:
            check(place)
            story(place, Disk())
            check(place)
            cut_at += 1
            continue
        return cut_at


@pytest.mark.parametrize("left", LEFT)
def test_a_registry_is_the_old_or_the_new_one(tmp_path: Path, left: Left) -> None:
    ministries: dict[Path, Ministry] = {}

    def change(place: Path, disk: Disk) -> None:
        ministry = ministries.get(place) or ministries.setdefault(place, Ministry(place))
        desk = RegistryDesk(ministry.folder, [ministry.registry_signer], disk=disk, clock=ministry.clock)
        desk.change("mash", names={"sq": "Ministria"}, keys=KeyChange())

    def check(place: Path) -> None:
        trust = read_shelf(ministries[place].shelf).trust
        assert trust.publisher("mash").names["sq"] in ("Botuesi mash", "Ministria")

    assert swept(tmp_path, left, change, check) > 3


@pytest.mark.parametrize("left", LEFT)
def test_a_catalogue_is_the_old_or_the_new_one(tmp_path: Path, left: Left) -> None:
    ministries: dict[Path, Ministry] = {}

    def renew(place: Path, disk: Disk) -> None:
        if place not in ministries:
            ministries[place] = Ministry(place)
            ministries[place].publish("mash:thyesat")
        ministry = ministries[place]
        signers = [ministry.signers["mash"]]
        renew_catalogue(ministry.folder, "mash", signers, disk=disk, clock=ministry.clock)

    def check(place: Path) -> None:
        applied = read_shelf(ministries[place].shelf)
        assert applied.refused == ()
        assert len(applied.trust.catalogues["mash"].listings) == 1

    assert swept(tmp_path, left, renew, check) > 3


@pytest.mark.parametrize("left", LEFT)
def test_a_key_is_locked_by_the_old_or_by_the_new_passphrase(tmp_path: Path, left: Left) -> None:
    new = b"gur i kuq ne lume"
    keyids: dict[Path, str] = {}

    def lock(place: Path, disk: Disk) -> None:
        if place not in keyids:
            place.mkdir()
            new_key(place / "k", Disk(), passphrase=None)
            keyids[place] = load_signer(place / "k").public_key.keyid
        old = new if b"ENCRYPTED" in (place / "k").read_bytes() else None
        lock_key(place / "k", disk, old=old, new=new)

    def check(place: Path) -> None:
        locked = b"ENCRYPTED" in (place / "k").read_bytes()
        assert load_signer(place / "k", passphrase=new if locked else None).public_key.keyid == keyids[place]

    assert swept(tmp_path, left, lock, check) > 3
