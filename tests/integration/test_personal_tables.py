"""What is listed of people is all that is kept: columns are given out or withheld for a reason, in words."""

import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from schoolbox.services.erasure import OWED_KEY
from schoolbox.services.lesson_rows import LessonWish
from schoolbox.services.personal_tables import PERSONAL, WITHHELD
from tests.simulators.device import Device
from tests.simulators.rooms import TECHNICIAN, Pages, open_pages
from tests.simulators.seeded import QUIZ, VIDEO

PHONE = "+383 49 718 281"


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Pages]:
    with open_pages(tmp_path) as opened:
        yield opened


@pytest.fixture
def desk(pages: Pages) -> Device:
    return pages.staff(TECHNICIAN)


def test_each_column_is_given_out_or_withheld_for_a_reason(pages: Pages) -> None:
    """One row is put into every table, so that the export says which columns it has."""
    db = pages.box.database
    missing: dict[str, frozenset[str]] = {}
    for name, table in PERSONAL.items():
        there = set(db.fetch_sql(str, "SELECT name FROM pragma_table_info(?)", (name,)))
        db.write(lambda sql=table.sql: db.run_sql(f"CREATE TABLE probe AS {sql}", (1,)))  # type: ignore[misc]  # bound
        given = set(db.fetch_sql(str, "SELECT name FROM pragma_table_info('probe')"))
        db.write(lambda: db.run_sql("DROP TABLE probe"))
        if there - given:
            missing[name] = frozenset(there - given)
    assert missing == WITHHELD


def test_the_page_for_people_says_titles_days_and_answers_and_hides_what_is_for_programs(
    pages: Pages, desk: Device
) -> None:
    pupil = pages.seeded.pupils[0]
    phone = pages.device("10.0.1.1")
    phone.sign_in(pupil)
    phone.watch(VIDEO, position_s="30", segments="0-30", sitting="01890000-0000-7000-8000-000000000001")
    phone.answer(QUIZ, "q0", ["b"])
    wish = LessonWish("Për Arbenin", items=(VIDEO,), pupils=(pupil.person_id,))
    pages.box.lessons.make(pupil.person_id - 1, pages.class_id, wish)
    path = f"/privacy/people/{pupil.person_id}"
    desk.get(path)
    sent = desk.post(f"{path}/export", {}, on=path)
    with zipfile.ZipFile(io.BytesIO(sent.data)) as archive:
        page = archive.read("read-me.html").decode()
        tables = json.loads(archive.read("data.json"))["tables"]
    cells = re.findall(r"<t[dh]>([^<]*)</t[dh]>", page)
    assert {"Parts of a whole", "Për Arbenin", "6/2", "pupil", "Started", "Yes", "b"} <= set(cells)
    assert not {VIDEO, QUIZ, tables["person"][0]["actor_id"], "item_id", "person_id", "seed"} & set(cells)
    assert "looked at what is kept of the person" in cells
    assert not [cell for cell in cells if re.search(r"\dT\d\d:", cell)], "moments are written for people"
    assert "data.json" in page


def test_a_phone_number_that_is_no_longer_kept_stands_in_no_file_of_the_box(pages: Pages) -> None:
    box, pupil = pages.box, pages.seeded.pupils[0].person_id
    box.kept_fields.choose({"phone"})
    box.database.write(lambda: box.database.run_sql("UPDATE person SET phone = ? WHERE id = ?", (PHONE, pupil)))
    box.database_care.take_snapshot()
    box.kept_fields.choose(())
    assert box.database.fetch_sql(int, "SELECT count(*) FROM setting WHERE key = ?", (OWED_KEY,)) == [0]
    box.close()
    left = [file for file in pages.seeded.data.rglob("*") if file.is_file() and PHONE.encode() in file.read_bytes()]
    assert left == []
