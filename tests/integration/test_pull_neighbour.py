"""Pulling from a real second box: open files from anybody, right answers for its code, found by its name."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from content_packs.errors import CodeNeededError
from schoolbox.config import Config
from schoolbox.wiring import Box, open_box
from tests.simulators.neighbours import PACK, publish_physics, serving
from tests.simulators.pull_rig import Rig


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    with Rig(tmp_path) as made:
        publish_physics(made.ministry, tmp_path / "sources")
        made.box.subscriptions.add("*")
        yield made


@pytest.fixture
def neighbour(rig: Rig) -> Iterator[tuple[Box, str]]:
    """A box that has the pack and shares it; and the address of its shelf."""
    box = open_box(Config(data=rig.folder / "neighbour", reserve_mb=0, share=True, announce=False, sync=False))
    with ExitStack() as opened:
        opened.callback(box.close)
        box.trust.pin(rig.ministry.root)
        box.packs.install(rig.ministry.shelf, PACK, progress=lambda _: None)
        yield box, opened.enter_context(serving(box))


def items(rig: Rig) -> int:
    [row] = rig.box.packs.list()
    return row.items


def test_without_the_code_open_lessons_come_and_the_rest_is_listed_as_missing(
    rig: Rig, neighbour: tuple[Box, str]
) -> None:
    _, address = neighbour

    report = rig.pull(address)

    [pack] = report.packs
    assert (pack.state, {type(gap.error) for gap in pack.missing}) == ("incomplete", {CodeNeededError})
    assert [type(place.error) for place in report.places] == [CodeNeededError]
    assert (report.whole, items(rig)) == (False, 1)


def test_with_the_code_all_comes_and_the_code_is_known_next_time(rig: Rig, neighbour: tuple[Box, str]) -> None:
    box, address = neighbour
    code = box.sharing_code.renew()

    assert rig.pull(address, code=code).whole

    publish_physics(rig.ministry, rig.folder / "sources", version=2)
    box.packs.install(rig.ministry.shelf, PACK, progress=lambda _: None)
    assert (rig.pull(address).whole, rig.versions()) == (True, {PACK: 2})


def test_a_code_that_opens_nothing_is_told_and_not_kept(rig: Rig, neighbour: tuple[Box, str]) -> None:
    box, address = neighbour
    box.sharing_code.renew()

    report = rig.pull(address, code="AAAA-AAAA")

    assert not report.whole
    assert [type(place.error) for place in report.places] == [CodeNeededError]
    kept = rig.box.config.data / "keys" / "neighbours.json"
    assert not kept.exists()


def test_what_the_neighbour_keeps_back_the_hub_gives_and_all_is_well(rig: Rig, neighbour: tuple[Box, str]) -> None:
    _, address = neighbour
    far = rig.serve()

    report = rig.pull(address, far.address)

    assert (report.whole, rig.versions()) == (True, {PACK: 1})
    assert len([name for name in far.names() if name.startswith("blobs/")]) == 2


def test_a_neighbour_on_which_nothing_changed_costs_one_request(rig: Rig, neighbour: tuple[Box, str]) -> None:
    box, address = neighbour
    rig.pull(address, code=box.sharing_code.renew())

    [place] = rig.pull(address).places

    assert place.bytes_in is not None
    assert place.bytes_in + (place.bytes_out or 0) < 1_000
