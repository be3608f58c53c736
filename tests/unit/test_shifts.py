"""Shifts: understood in the words of offices, and used to list the classes of the present one first."""

from datetime import datetime

import pytest

from schoolbox.services.people_rows import ClassRow
from schoolbox.services.shifts import Shifts, as_kept, shift_of, sort
from tests.simulators.clock import HandClock

MORNING, AFTERNOON = datetime(2026, 9, 25, 8, 0), datetime(2026, 9, 25, 12, 30)  # noqa: DTZ001 - local, as the box shows


def school(*shifts: str) -> list[ClassRow]:
    return [ClassRow(number, f"6/{number}", 6, shift, 20) for number, shift in enumerate(shifts)]


@pytest.mark.parametrize(
    ("words", "shift"),
    [
        ("morning|PARADITES|Ndërrimi i parë|turni i parë|I|1|prepodne|Прва смена|prva smjena|Sabah", "morning"),
        ("afternoon|pasdite|ndërrimi i dytë|II|2.|poslije podne|друга смена|Öğlenci|Öğleden sonra", "afternoon"),
        ("|mesi|3|Ndërrimi i tretë|vetëm të hënën", ""),
    ],
)
def test_a_shift_is_understood_in_the_words_of_any_office(words: str, shift: str) -> None:
    for word in words.split("|"):
        assert shift_of(word) == shift, word


def test_a_word_that_is_no_known_shift_stays_as_the_school_wrote_it() -> None:
    assert (as_kept(" mesi  i ditës "), as_kept("Paradite"), as_kept("")) == ("mesi i ditës", "morning", "")


def test_classes_of_the_present_shift_and_of_none_come_first_and_no_class_is_lost() -> None:
    classes = school("paradite", "afternoon", "", "mesi", "II")
    early, late = sort(classes, MORNING), sort(classes, AFTERNOON)
    assert ([row.id for row in early.now], [row.id for row in early.later]) == ([0, 2, 3], [1, 4])
    assert ([row.id for row in late.now], [row.id for row in late.later]) == ([1, 2, 3, 4], [0])


def test_a_school_with_one_shift_and_a_box_that_does_not_know_the_time_list_all_classes_together() -> None:
    assert sort(school("afternoon", "pasdite"), MORNING).later == ()
    assert len(sort(school("afternoon", "pasdite"), MORNING).now) == 2
    classes = school("morning", "afternoon")
    assert sort(classes, None).now == tuple(classes)
    clock = HandClock()
    assert Shifts(clock=clock, clock_trusted=lambda: False).sorted(classes).now == tuple(classes)
    assert len(Shifts(clock=clock, clock_trusted=lambda: True).sorted(classes).now) == 1
