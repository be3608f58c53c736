"""Pulling from places of different kinds, what was chosen, and what is left behind of versions that were overtaken."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.test_pull_faults import breaks_after, is_blob
from tests.integration.test_content_packs_parts import PACK as UNITS_PACK
from tests.integration.test_content_packs_parts import THREE
from tests.integration.test_content_packs_parts import publish as publish_units
from tests.simulators.media import mp4
from tests.simulators.pull_rig import Rig, long_video
from tests.simulators.rsync_servers import rsync_daemon
from tests.simulators.shelf_server import Asked

A, B = "mash:algjebra", "mash:biologji"


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    with Rig(tmp_path) as made:
        made.ministry.publish(A, files={f"pjesa-{number}": long_video(90_000, mark=number) for number in range(4)})
        made.ministry.publish(B)
        yield made


def test_over_rsync_only_manifests_that_are_wanted_come(rig: Rig, tmp_path: Path) -> None:
    rig.box.subscriptions.add(B)
    with rsync_daemon(rig.ministry.folder, tmp_path / "daemon") as (address, _):
        report = rig.pull(address)

        assert (report.whole, rig.versions()) == (True, {B: 1})
        assert len(list((rig.box.config.data / "cache" / "shelves").glob("*/manifests/*"))) == 1
        [place] = rig.pull(address).places
    assert place.bytes_in is not None
    assert place.bytes_in < 1_000


def test_a_folder_an_rsync_daemon_and_a_web_server_supply_one_pack_together(rig: Rig, tmp_path: Path) -> None:
    stick = rig.neighbour("stick", blobs=2)
    mirror = rig.neighbour("mirror", blobs=4)
    far = rig.serve()
    rig.box.subscriptions.add("*")
    with rsync_daemon(mirror, tmp_path / "daemon") as (address, _):
        report = rig.pull(stick, address, far.address)

    assert (report.whole, rig.versions()) == (True, {A: 1, B: 1})
    assert all(place.file_bytes > 0 for place in report.places)
    needed = sum(path.stat().st_size for path in rig.ministry.folder.glob("blobs/*/*"))
    assert sum(place.file_bytes for place in report.places) == needed
    assert rig.box.packs.verify(A).sound


def test_a_part_that_one_place_began_is_finished_by_another_kind_of_place(rig: Rig, tmp_path: Path) -> None:
    broken = rig.serve()

    def breaks_once(asked: Asked) -> bool:
        if not is_blob(asked):
            return False
        broken.trick = lambda later: later.hang_up()
        return breaks_after(50_000)(asked)

    broken.trick = breaks_once
    rig.box.subscriptions.add(A)
    with rsync_daemon(rig.ministry.folder, tmp_path / "daemon") as (address, _):
        report = rig.pull(broken.address, address)

    needed = sum(row.size_bytes for row in rig.box.packs.list())
    assert rig.versions() == {A: 1}
    assert [place.file_bytes for place in report.places] == [50_000, needed - 50_000]


def test_chosen_units_stay_chosen_and_grow_by_nothing(rig: Rig) -> None:
    publish_units(rig.ministry, 1, THREE)
    rig.box.packs.install(rig.ministry.shelf, UNITS_PACK, units=["forca"], progress=lambda _: None)
    publish_units(rig.ministry, 2, {**THREE, "forca": {"f1": 1, "f2": 5}})

    report = rig.pull(rig.serve().address)

    [row] = rig.box.packs.list()
    assert (report.whole, row.version, row.units, row.items) == (True, 2, ("forca",), 2)
    assert [pack.copied_bytes for pack in report.packs] == [len(mp4(seconds=5))]


def test_what_was_begun_is_kept_while_it_is_wanted_and_goes_when_it_is_overtaken(rig: Rig) -> None:
    server = rig.serve()
    rig.box.subscriptions.add(A)
    given: list[str] = []

    def gives_two(asked: Asked) -> bool:
        given.extend([asked.name] if is_blob(asked) else [])
        return len(given) > 2 and asked.hang_up()

    server.trick = gives_two
    assert rig.pull(server.address).packs[0].error
    assert held(rig) >= {name[9:73] for name in given[:2]}

    rig.box.packs.give_up_parts()
    assert held(rig) >= {name[9:73] for name in given[:2]}

    server.trick = None
    rig.ministry.publish(A, 2, files={"e-re": long_video(90_000, mark=9)})
    assert rig.pull(server.address).whole
    assert len(held(rig)) == 1


def held(rig: Rig) -> set[str]:
    """The hashes of what is in the store, whole files under their names or waiting to get them."""
    store = rig.box.config.data / "packs"
    return {path.name.partition(".")[0] for path in (*store.glob("blobs/*/*"), *store.glob("staging/*"))}
