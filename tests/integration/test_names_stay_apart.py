"""After a whole school day the records side holds no name, login, address, parent or phone, over every byte it stores;
and the identity office holds nothing of what was learnt."""

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from content_packs.clock import SystemClock
from schoolbox.services.lesson_rows import LessonWish
from schoolbox.services.people_rows import NewPerson
from schoolbox.services.policy import Allowed
from sync.codings import CodingError, unpack_kept
from sync.enrolment import BoxIdentity, enrol
from sync.transport import HubTransport
from tests.simulators.device import Device, shown
from tests.simulators.lesson_source import AUDIO, LAST, PACK, QUIZ, RIGHT, SHEET, VIDEO
from tests.simulators.office import DOMAIN, beside_a_hub, talk
from tests.simulators.programs import HubProcess, command, running_hub
from tests.simulators.seeded import PASSWORD, Pupil
from tests.simulators.two_schools import SchoolDesk, desk_of

NAMES = ("Xhevahire", "Mustafa-Kelmendi", "Valdete", "Rexhepagiqi", "Qëndresa", "Bytyçi-Zogaj")
"""Names that no word of a pack, of a page or of a program holds."""
FAMILY = ("Hamdije Mustafa-Kelmendi", "+383 49 987 654")
FOLDED = ("xhevahire", "mustafa", "kelmendi", "valdete", "rexhepagiqi", "qendresa", "bytyci", "hamdije", "987654")
LEARNT = (PACK, VIDEO, QUIZ, "mash:", "6/2", "pjeset", "Thyesat", "Gjysma e parë")
"""What the office must not know: packs, items, classes, titles."""
SITTING = "01890000-0000-7000-8000-000000000042"


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[HubProcess]:
    """A hub with an office beside it, as programs."""
    with running_hub(tmp_path) as program:
        program.stop()
        beside_a_hub(program.data, tmp_path / "office")
        program.start()
        yield program


@pytest.fixture
def school(tmp_path: Path) -> Iterator[SchoolDesk]:
    with desk_of(tmp_path / "school", "Agimi", SystemClock()) as desk:
        yield desk


def stored(folder: Path) -> dict[str, bytes]:
    """Everything under a folder, by file; batches and whatever else is packed in a database also unpacked."""
    found = {str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}
    for file in folder.rglob("*.db"):
        with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as db:
            tables = [str(row[0]) for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            for table in tables:
                cells = [cell for row in db.execute(f'SELECT * FROM "{table}"') for cell in row]
                found[f"{file.name}:{table}"] = b"\n".join(map(_plain, cells))
        db.close()
    return found


def _plain(cell: object) -> bytes:
    raw = cell if isinstance(cell, bytes) else str(cell).encode()
    try:
        return unpack_kept(raw)
    except CodingError:
        return raw


def whoever(held: bytes) -> list[str]:
    """Which of the people stand in these bytes, in any spelling."""
    text = held.decode("utf-8", "ignore").casefold()
    digits = re.sub(r"[ +()-]", "", text)
    return [word for word in (*map(str.casefold, (*NAMES, *FAMILY)), *FOLDED) if word in text or word in digits]


def tie(school: SchoolDesk, hub: HubProcess) -> None:
    """Enrol the box with a code of the hub."""
    words = ("--school", "Agimi", "--municipality", "Gjilan")
    made = command("schoolbox-hub", "code", "create", "--data", hub.data, *words)
    code = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}", made.stdout)
    assert code, made.stderr
    with HubTransport() as carrier:
        box = BoxIdentity(school.box.school.facts().box_id, "0.1.0")
        school.box.uplink.remember(enrol(hub.url, code[0], box, carrier, token_urlsafe=lambda _size: "s" * 43))


def test_after_a_school_day_the_records_know_nobody_and_the_office_knows_nothing_that_was_learnt(
    school: SchoolDesk, hub: HubProcess, tmp_path: Path
) -> None:
    box, class_id = school.box, school.school.arta.class_id
    box.kept_fields.choose({"parent_name", "phone", "language"})
    people = [
        box.people.add(NewPerson("pupil", NAMES[0], NAMES[1], (class_id,), parent_name=FAMILY[0], phone=FAMILY[1])),
        box.people.add(NewPerson("pupil", NAMES[4], NAMES[5], (class_id,))),
    ]
    teacher = box.people.add(NewPerson("teacher", NAMES[2], NAMES[3], (class_id,), password=PASSWORD))
    box.policy.set(Allowed(national_addresses=True), by=1)
    box.consents.record([people[0].person_id], "upstream", given=True, by=0, note=f"Letter of {FAMILY[0]}")
    tie(school, hub)
    _morning(school, teacher.login, [Pupil(one.person_id, class_id, one.pin or "") for one in people])
    with HubTransport(timeout=httpx.Timeout(20.0)) as carrier:
        assert talk(box, carrier).ok
        assert box.national_addresses.of(people[0].person_id) == f"xhevahire.mustafa@{DOMAIN}"
        assert box.outbox.counts().sent_total > 10
        assert box.outbox.counts().waiting == 0
        office = stored(tmp_path / "office")
        assert whoever(b"".join(office.values())), "the office knows them: the search finds what is there"
        _afternoon(school, hub, Pupil(people[0].person_id, class_id, people[0].pin or ""), tmp_path)
        box.erasures.erase(people[1].person_id, by=0)
        assert talk(box, carrier).ok
    _assert_apart(hub, tmp_path / "office")


def _morning(school: SchoolDesk, teacher: str, pupils: list[Pupil]) -> None:
    """A lesson with everything that is told to the hub: given, watched, answered, typed, done."""
    laptop = school.school.device()
    assert laptop.sign_in_staff(teacher).status_code == 303
    found = school.box.people_search.by_login(teacher)
    wish = LessonWish(title="Gjysma e parë", note=f"Për {NAMES[0]}", items=(VIDEO, SHEET, LAST))
    school.box.lessons.make(found.id, pupils[0].class_id, wish)
    for pupil in pupils:
        phone = school.school.device()
        phone.sign_in(pupil)
        for item in (VIDEO, LAST):
            phone.watch(item, position_s="89", segments="0-89", sitting=SITTING)
        _answer(phone)
        phone.post(f"/items/{SHEET}/done", on=f"/items/{SHEET}")
        assert NAMES[0] in shown(phone, "/") or pupil is not pupils[0]


def _afternoon(school: SchoolDesk, hub: HubProcess, pupil: Pupil, tmp_path: Path) -> None:
    """The line is gone; what is learnt goes to the hub as a courier."""
    phone = school.school.device()
    phone.sign_in(pupil)
    phone.watch(AUDIO, position_s="30", segments="0-30", sitting=SITTING)
    phone.get(f"/items/{SHEET}")
    phone.answer(QUIZ, "pica", ["b"], go=2)
    courier = school.box.couriers.make()
    assert courier is not None
    (tmp_path / courier.name).write_bytes(courier.raw)
    read = command("schoolbox-hub", "courier", "read", "--data", hub.data, tmp_path / courier.name)
    assert read.returncode == 0, read.stderr
    assert whoever(f"{read.stdout}{read.stderr}".encode()) == []


def _answer(phone: Device) -> None:
    """Answer everything; to the question that takes words, a child types its own name first."""
    assert phone.answer(QUIZ, "fjala", [NAMES[0]]).status_code < 400
    for question, values in RIGHT.items():
        phone.answer(QUIZ, question, values)


def _assert_apart(hub: HubProcess, office: Path) -> None:
    """Look at every byte of both, and at what the program said."""
    assert hub.program is not None
    hub.stop()
    records = stored(hub.data)
    assert any(VIDEO.encode() in held for name, held in records.items() if name.endswith(":batch")), "it was unpacked"
    for name, held in records.items():
        assert whoever(held) == [], name
        assert DOMAIN.encode() not in held, name
    assert whoever(hub.program.said().encode()) == []
    known = b"".join(stored(office).values())
    assert b"xhevahire.mustafa" in known
    assert b"qendresa" not in known, "whoever was erased is in neither"
    for word in LEARNT:
        assert word.encode() not in known, word
    for word in (*FAMILY, "hamdije", "987 654"):
        assert word.encode() not in known, word
    assert not set((hub.data / "hub.key").read_bytes().split()) & set((office / "identity.key").read_bytes().split())
