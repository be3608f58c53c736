"""Shifts on the pages: chosen for a class, listed for signing in, taken out and brought in again."""

from pathlib import Path

from schoolbox.services.people_rows import NewPerson
from tests.simulators.clock import HandClock
from tests.simulators.device import shown
from tests.simulators.rooms import TECHNICIAN, open_pages


def test_a_class_gets_its_shift_and_is_found_below_while_the_other_shift_is_at_school(tmp_path: Path) -> None:
    clock = HandClock()
    with open_pages(tmp_path, clock=clock) as pages:
        desk, page = pages.staff(TECHNICIAN), "/people/classes"
        early = pages.box.people.class_add("1/1", 1, "Paradite")
        pages.box.people.add(NewPerson("pupil", "Dea", "Limani", class_ids=(early,)))
        desk.post(f"{page}/{pages.class_id}", {"name": "6/2", "grade": "6", "shift": "afternoon"}, on=page)
        assert "6/2 4 pupils · Afternoon" in shown(desk, page)
        guest = pages.device()
        guest.get("/?lang=en")
        assert "1/1 Morning 6/2 Afternoon" in shown(guest, "/sign-in"), "nobody knows what time it is"
        clock.at = clock.at.astimezone().replace(hour=8)
        pages.box.wall_clock.heard(clock.now())
        assert "1/1 Morning Classes of the other shift 6/2 Afternoon" in shown(guest, "/sign-in")
        clock.at = clock.at.replace(hour=14)
        pages.box.wall_clock.heard(clock.now())
        assert "6/2 Afternoon Classes of the other shift 1/1 Morning" in shown(guest, "/sign-in")
        taken = pages.box.roster_export.write("csv", lambda text: text)
        assert "Morning" in taken.content.decode("utf-8-sig")
        pages.box.roster.load(taken.content, dry_run=False)
        assert {row.name: row.shift for row in pages.box.people.classes()} == {"1/1": "morning", "6/2": "afternoon"}


def test_a_word_of_the_school_is_kept_in_the_form_of_the_class(tmp_path: Path) -> None:
    with open_pages(tmp_path) as pages:
        pages.box.people.class_add("1/1", 1, "mesi")
        assert '<option selected>mesi</option>' in pages.staff(TECHNICIAN).text("/people/classes")
