"""An order that is given up: what was copied for it is freed, unless another order still needs it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.simulators.stick_rig import order, work
from tests.simulators.stick_scene import FILES, MUSIC, PHYSICS, Scene, open_scene


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with open_scene(tmp_path) as scene:
        yield scene


def test_giving_up_in_the_middle_stops_at_the_next_piece_and_frees_what_was_copied(scene: Scene) -> None:
    job_id = order(scene.box, scene.put_in(), PHYSICS, MUSIC)
    scene.disk.at_write(FILES + 2, lambda: scene.box.jobs.give_up(job_id))
    job = work(scene.box, job_id)
    assert scene.states(job) == ["cancelled", "done", "cancelled"]
    assert scene.parts() == []
    assert [pack.pack_id for pack in scene.box.packs.list()] == [PHYSICS]


def test_giving_up_keeps_what_another_order_still_needs(scene: Scene) -> None:
    stick = scene.put_in()
    first, second = order(scene.box, stick, PHYSICS), order(scene.box, stick, MUSIC)
    kept: list[Path] = []
    scene.disk.at_write(4, lambda: kept.append(scene.pull()))
    work(scene.box, first)
    scene.box.jobs.give_up(second)
    work(scene.box, first)
    assert len(scene.parts()) >= 4
    scene.box.jobs.give_up(first)
    work(scene.box, first)
    assert scene.parts() == []


def test_giving_up_frees_what_was_copied_though_another_order_waits_for_its_stick(scene: Scene) -> None:
    first = order(scene.box, scene.put_in(), PHYSICS)
    light = scene.without_physics()
    kept: list[Path] = []
    scene.disk.at_write(4, lambda: kept.append(scene.pull()))
    assert work(scene.box, first).state == "paused"
    before = set(scene.parts())
    second = order(scene.box, scene.put_in(light), MUSIC)
    scene.disk.at_write(4, lambda: scene.box.jobs.give_up(second))
    assert work(scene.box, second).state == "cancelled"
    assert set(scene.parts()) == before
    written = scene.disk.writes
    scene.put_in(kept[0])
    assert work(scene.box, first).state == "done"
    assert scene.disk.writes - written == FILES - 4
    assert scene.parts() == []
