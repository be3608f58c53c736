"""A pupil who goes, is back, and goes again; and a passport that says more than the certificates in it."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import cast

import msgspec
import pytest

from content_packs.passport import Passport
from content_packs.transfer import KIND, read_transfer, seal, unseal
from schoolbox.db.database import Database
from schoolbox.errors import BadInputError
from schoolbox.services.arrival_rows import ArrivalRows
from schoolbox.services.codes import as_meant
from schoolbox.services.departures import BACK, UNKNOWN, Departures
from tests.integration.test_certificates import finish
from tests.simulators.clock import HandClock
from tests.simulators.device import Device, shown
from tests.simulators.lesson_source import AUDIO, PACK, VIDEO
from tests.simulators.seeded import Pupil
from tests.simulators.two_schools import SchoolDesk, desk_of, two_schools

SITTING = "01890000-0000-7000-8000-000000000009"


class Meanwhile:
    """A database in which something happens just before the next write begins."""

    def __init__(self, db: Database, happens: Callable[[], None]) -> None:
        self._db = db
        self._happens = happens

    def write(self, change: Callable[[], object]) -> object:
        self._happens()
        return self._db.write(change)

    def __getattr__(self, name: str) -> object:
        return getattr(self._db, name)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def schools(tmp_path: Path, clock: HandClock) -> Iterator[tuple[SchoolDesk, SchoolDesk]]:
    with two_schools(tmp_path, clock) as opened:
        yield opened


def learner(old: SchoolDesk, item: str = VIDEO) -> tuple[Pupil, Device]:
    """Somebody whose name nobody has at the new school, in the middle of an item."""
    pupil = old.school.pupil("Xhevahire", "Mustafa", old.school.arta.class_id)
    phone = old.school.device()
    phone.sign_in(pupil)
    phone.watch(item, position_s="30", segments="0-30", sitting=SITTING)
    return pupil, phone


def said_otherwise(old: SchoolDesk, file: bytes, code: str, say: Callable[[Passport], Passport]) -> bytes:
    """The file with another passport in it, signed by whoever made the file."""
    opened = unseal(file, as_meant(code))
    assert isinstance(opened, bytes)
    letter = read_transfer(opened)
    assert letter is not None
    said = msgspec.structs.replace(letter.said, passport=say(letter.said.passport))
    return seal(old.box.academy.write_letter(KIND, said), as_meant(code), bytes)


def tries(desk: SchoolDesk, person_id: int) -> int:
    query = "SELECT attempts FROM progress WHERE person_id = ? AND item_id = ?"
    return desk.box.database.fetch_sql(int, query, (person_id, VIDEO))[0]


def test_a_pupil_who_was_back_and_goes_again_takes_along_what_was_learnt_since(
    schools: tuple[SchoolDesk, SchoolDesk], clock: HandClock
) -> None:
    old, new = schools
    pupil, phone = learner(old)
    db = old.box.database
    db.write(lambda: db.run_sql("UPDATE progress SET attempts = 3"))
    old.box.people_desk.archive_class(pupil.class_id, by=old.technician)
    clock.at += timedelta(minutes=5)
    first = new.take_in(*old.hand_over(pupil))
    old.box.people_desk.restore_class(pupil.class_id, by=old.technician)
    phone.sign_in(pupil)
    phone.watch(AUDIO, position_s="20", segments="0-20", sitting=SITTING)
    assert "a pupil who leaves after all gets a new file" in old.end(first.code)
    clock.at += timedelta(days=3)
    old.box.people_desk.archive(pupil.person_id, by=old.technician)
    assert "the pupil was brought back here meanwhile" in old.end(first.code), "put away again, it is the same"

    file, code = old.hand_over(pupil)
    assert "No transfer that is open here" in old.end(first.code)
    assert old.box.people_search.one(pupil.person_id).archived
    second = new.take_in(file, code, join=first.person_id)
    assert second.person_id == first.person_id
    assert set(new.box.learning.progress(second.person_id, [VIDEO, AUDIO])) == {VIDEO, AUDIO}
    assert tries(new, second.person_id) == 3, "the first tries count once"
    assert "Erased from this box." in old.end(second.code)
    assert old.desk.get(f"/people/{pupil.person_id}").status_code == 404


def test_nobody_is_erased_who_is_back_just_as_the_receipt_is_entered(schools: tuple[SchoolDesk, SchoolDesk]) -> None:
    old, new = schools
    pupil, _ = learner(old)
    arrival = new.take_in(*old.hand_over(pupil))
    box = old.box

    def entered(happens: Callable[[], None]) -> str:
        parts = box.departures._parts
        departures = Departures(cast("Database", Meanwhile(box.database, happens)), parts, clock=box.clock)
        with pytest.raises(BadInputError) as refused:
            departures.end(arrival.code, b"", by=old.technician)
        assert box.people_search.one(pupil.person_id).login == "xhevahire.mustafa"
        return refused.value.problem

    assert entered(lambda: box.people_desk.restore(pupil.person_id, by=old.technician)) == BACK
    assert entered(lambda: box.departures.take_back(pupil.person_id, by=old.technician)) == UNKNOWN


def test_tries_of_one_learner_count_once_and_those_of_two_are_added(schools: tuple[SchoolDesk, SchoolDesk]) -> None:
    old, _ = schools
    pupil, _ = learner(old)
    db, rows = old.box.database, ArrivalRows(old.box.database, old.box.people)
    db.write(lambda: db.run_sql("UPDATE progress SET attempts = 3"))
    [more] = [msgspec.structs.replace(one, attempts=5) for one in old.box.departures._work(pupil.person_id)]
    db.write(lambda: rows.keep_work(pupil.person_id, [more], same_learner=True))
    assert tries(old, pupil.person_id) == 5
    db.write(lambda: rows.keep_work(pupil.person_id, [more], same_learner=False))
    assert tries(old, pupil.person_id) == 10


def test_a_newcomer_signs_in_with_pictures_where_the_class_does(schools: tuple[SchoolDesk, SchoolDesk]) -> None:
    old, new = schools
    new.box.people.choose_sign_in(new.school.arta.class_id, "pictures")
    pupil, _ = learner(old)
    arrival = new.take_in(*old.hand_over(pupil))
    page = new.desk.text(f"/transfers/{arrival.id}")
    assert "To sign in:" in page
    assert '<p class="score">' not in page
    query = "SELECT pictures FROM person WHERE id = ?"
    assert new.box.database.fetch_sql(int, query, (arrival.person_id,)) == [1]


def test_what_a_certificate_says_is_shown_and_kept_and_not_what_the_passport_says_of_it(
    schools: tuple[SchoolDesk, SchoolDesk],
) -> None:
    old, new = schools
    finish(old.school)
    [(row, before)] = old.box.certificates.all_of(old.school.arta.person_id)
    file, code = old.hand_over(old.school.arta)

    def boast(passport: Passport) -> Passport:
        [course] = passport.courses
        more = msgspec.structs.replace(
            course, title={"sq": "Fizikë kuantike", "en": "Quantum physics"}, school="Harvard", mastery=1,
            finished_at=course.finished_at - timedelta(days=400),
        )  # fmt: skip
        return msgspec.structs.replace(passport, courses=(more,))

    forged = said_otherwise(old, file, code, boast)
    new.open(forged, code)
    page = shown(new.desk, "/transfers/arriving")
    assert "Quantum" not in page
    assert "Harvard" not in page
    arrival = new.take_in(forged, code)
    [kept] = new.box.certificates.record(arrival.person_id)
    assert (kept.pack_id, kept.mastery, kept.school, kept.code) == (PACK, 100, "Agimi", before)
    assert kept.finished_at.astimezone().date() == row.finished_at.astimezone().date()
    assert set(kept.title.values()) <= set(row.title.values())


def test_the_certificate_of_another_child_is_not_taken_over(schools: tuple[SchoolDesk, SchoolDesk]) -> None:
    old, new = schools
    finish(old.school)
    file, code = old.hand_over(old.school.arta)
    blend = said_otherwise(old, file, code, lambda one: msgspec.structs.replace(one, given_name="Blend"))
    new.open(blend, code)
    page = shown(new.desk, "/transfers/arriving")
    assert "It is for another name: Arta Krasniqi" in page
    assert "The name was changed: the certificates for “Arta Krasniqi” are this pupil's." in page
    arrival = new.take_in(blend, code)
    assert new.box.certificates.record(arrival.person_id) == []


def test_after_a_change_of_name_the_certificates_come_along_if_somebody_says_so(
    schools: tuple[SchoolDesk, SchoolDesk],
) -> None:
    old, new = schools
    finish(old.school)
    arrival = new.take_in(*old.hand_over(old.school.arta))
    new.box.people_desk.correct(arrival.person_id, "Arta", "Berisha", None, by=new.technician)
    back = Pupil(arrival.person_id, new.school.arta.class_id, "")
    file, code = new.hand_over(back)
    with desk_of(new.school.folder / "third", "Zenel Hajdini") as third:
        third.open(file, code)
        assert "It is for another name: Arta Krasniqi" in shown(third.desk, "/transfers/arriving")
        came = third.take_in(file, code, renamed=True)
        [row] = third.box.certificates.record(came.person_id)
        assert (row.pack_id, row.school) == (PACK, "Agimi")
