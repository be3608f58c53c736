"""Who sees a transfer on its way: both boxes of a school until one has it, and the people of a place at the hub."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.hub.reports.places import EVERYTHING
from sync.hub.sendings import GOOD_DAYS
from tests.integration.test_sendings import SURNAME, Two, learner
from tests.simulators.clock import HandClock
from tests.simulators.device import shown
from tests.simulators.hub import RunningHub, running_hub
from tests.simulators.over_the_hub import on_hub, school_on_hub


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[RunningHub]:
    with running_hub(tmp_path / "hub", HandClock()) as running:
        yield running


@pytest.fixture
def two(tmp_path: Path, hub: RunningHub) -> Iterator[Two]:
    with on_hub(tmp_path, hub, HandClock()) as opened:
        yield opened


def test_a_school_with_two_boxes_finds_it_on_both_until_one_has_taken_the_pupil_in(
    two: Two, hub: RunningHub, tmp_path: Path
) -> None:
    old, new = two
    pupil = learner(old)
    code = old.send(pupil, to="Dituria")
    old.talk()
    with school_on_hub(tmp_path / "second", hub, "Dituria") as second:
        new.talk()
        assert len(second.box.deliveries.waiting()) == len(new.box.deliveries.waiting()) == 1
        second.take_in_sent(code)
        second.talk()
        new.talk()
        assert new.box.deliveries.waiting() == []
    old.talk()
    assert not old.has(SURNAME)


def test_people_of_a_place_see_what_is_on_its_way_from_or_to_it(two: Two, hub: RunningHub) -> None:
    old, new = two
    pupil = learner(old)
    old.send(pupil, to="Dituria")
    carrier, places = hub.hub.carrier, hub.hub.places
    assert carrier.seen(EVERYTHING) == []
    old.talk()
    [seen] = carrier.seen(EVERYTHING)
    assert (seen.from_school, seen.to_school, seen.state) == ("Agimi", "Dituria", "waiting")
    assert (seen.last_day - seen.begun_on).days == GOOD_DAYS
    ids = (seen.from_id, seen.to_id)
    assert [len(carrier.seen(places.school(school_id))) for school_id in ids] == [1, 1]
    hub.enrol("Ura", "f" * 32, municipality="Prizren")
    assert carrier.seen(places.municipality("Prizren")) == []
    assert len(carrier.seen(places.municipality(seen.from_municipality))) == 1
    new.talk()


def test_two_boxes_that_took_the_same_pupil_in_are_told_so(two: Two, hub: RunningHub, tmp_path: Path) -> None:
    old, new = two
    pupil = learner(old)
    code = old.send(pupil, to="Dituria")
    old.talk()
    with school_on_hub(tmp_path / "second", hub, "Dituria") as second:
        new.talk()
        one, other = second.take_in_sent(code), new.take_in_sent(code)
        assert "1 pupil of another school waits" not in shown(second.desk.desk, "/status")
        second.talk()
        for _ in range(2):
            assert new.talk().ok
            page = shown(new.desk.desk, f"/transfers/{other.id}")
            assert "Another box of your school has taken this pupil in from the same file before." in page
            assert "1 pupil is on two boxes of your school." in shown(new.desk.desk, "/status")
        assert "The receipt is at the hub." in shown(second.desk.desk, f"/transfers/{one.id}")
        assert second.talk().ok
        assert old.talk().ok
        assert not old.has(SURNAME)
        assert "If it comes from another box this time" in old.desk.end(other.code)
        [found] = new.box.people_search.find(SURNAME).rows
        new.desk.desk.post(f"/people/{found.id}/archive", on=f"/people/{found.id}")
        assert "on two boxes" not in shown(new.desk.desk, "/status")
