"""Lists of people stand in the order of the alphabet, whatever letters a name is written with."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from schoolbox.services.people_rows import NewPerson
from tests.simulators.rooms import Pages, open_pages

SURNAMES = ("Šarić", "Zogu", "Çela", "Ђорђевић", "Cana", "Ünal", "Uka", "Dibrani")
IN_ORDER = ["Cana", "Çela", "Dibrani", "Ђорђевић", "Šarić", "Uka", "Ünal", "Zogu"]


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Pages]:
    with open_pages(tmp_path, pupils=0) as opened:
        class_id = opened.box.people.class_add("5/1", 5)
        for surname in SURNAMES:
            opened.box.people.add(NewPerson("pupil", "Ana", surname, class_ids=(class_id,)))
        yield opened


def test_on_the_page_of_people(pages: Pages) -> None:
    found = pages.box.people_search.find("ana").rows
    assert [one.surname for one in found] == IN_ORDER


def test_in_the_list_that_is_taken_out(pages: Pages) -> None:
    rows = pages.box.roster_export.write("csv").content.decode("utf-8-sig").splitlines()
    surnames = [row.split(";")[2] for row in rows if ";Ana;" in row]
    assert surnames == IN_ORDER
