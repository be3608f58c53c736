"""The power goes while a pupil is taken in, and while a receipt erases one: whole or not at all, and never nowhere.

Each round takes the power a little later after the form was sent, on a real ext4, until the box had kept what was
asked; every round before that must have kept nothing. What a box answered for, it has after the cut.
"""

import re
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.integration.test_certificates import finish
from tests.simulators.browser import Browser
from tests.simulators.lesson_source import VIDEO
from tests.simulators.loop_disk import LoopDisk
from tests.simulators.programs import Program, running_box, start_box
from tests.simulators.seeded import PASSWORD, Pupil
from tests.simulators.two_schools import TECHNICIAN, SchoolDesk, desk_of
from tests.simulators.waiting import eventually

NAME, SURNAME = "Xhevahire", "Mustafa-Kelmendi"
SITTING = "01890000-0000-7000-8000-000000000009"
BEFORE = -1
"""The power goes before anything is sent: however quick the disk is, this round leaves nothing."""
LATER_MS = (BEFORE, 0, 4, 12, 30, 80, 300, 2000)
_PERSON = "SELECT id FROM person WHERE surname = ?"
_RECEIPT = "SELECT receipt, proof FROM arrival"
_OPEN = "SELECT COUNT(*) FROM departure WHERE ended_at IS NULL AND length(content) > 0 AND secret <> ''"
_ENDED = "SELECT COUNT(*) FROM departure WHERE ended_at IS NOT NULL AND person_id IS NULL AND secret = ''"


@dataclass(frozen=True)
class Kept:
    """What a database says about the pupil."""

    persons: list[int]
    works: int
    classes: int
    courses: int
    receipts: list[tuple[str, str]]
    noted: int
    open: int
    ended: int

    @property
    def nothing(self) -> bool:
        """Whether the box knows nothing of the pupil."""
        return not (self.persons or self.works or self.classes or self.courses or self.receipts or self.noted)

    @property
    def whole(self) -> bool:
        """Whether everything is there that was brought."""
        return (len(self.persons), self.works > 0, self.classes, self.courses) == (1, True, 1, 1)


def kept(data: Path) -> Kept:
    """Look into the database as the start after a cut would find it; it must be sound."""
    connection = sqlite3.connect(data / "box.db")
    try:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        persons = [int(row[0]) for row in connection.execute(_PERSON, (SURNAME,))]
        of_them = f"IN ({','.join(map(str, persons))})"

        def count(query: str) -> int:
            return int(connection.execute(query).fetchone()[0])

        return Kept(
            persons, count(f"SELECT COUNT(*) FROM progress WHERE person_id {of_them}"),
            count(f"SELECT COUNT(*) FROM membership WHERE person_id {of_them}"),
            count(f"SELECT COUNT(*) FROM finished_course WHERE person_id {of_them}"),
            [(str(raw), str(proof)) for raw, proof in connection.execute(_RECEIPT)],
            count("SELECT COUNT(*) FROM audit WHERE code = 'person_arrived'"), count(_OPEN), count(_ENDED),
        )  # fmt: skip
    finally:
        connection.close()


@contextmanager
def signed_in(box: Program) -> Iterator[Browser]:
    """The technician at a computer."""
    with Browser(box.url) as browser:
        browser.sign_in_staff(TECHNICIAN, PASSWORD)
        yield browser


def cut_while(disk: LoopDisk, box: Program, send: Callable[[], httpx.Response], after_ms: int) -> bool:
    """Send a form and take the power so long after, or `BEFORE`; whether the box answered for it."""
    answered = threading.Event()
    begun = threading.Event()

    def work() -> None:
        begun.set()
        with suppress(httpx.TransportError):
            if send().status_code == 303:
                answered.set()

    if after_ms == BEFORE:
        disk.cut_power()
    sender = threading.Thread(target=work)
    sender.start()
    begun.wait()
    answered.wait(max(after_ms, 0) / 1000)
    promised = answered.is_set()
    disk.cut_power()
    box.kill()
    sender.join(30)
    box.end()
    disk.remount()
    return promised


def learner(old: SchoolDesk) -> Pupil:
    """Somebody with a course finished and a video begun."""
    pupil = old.school.pupil(NAME, SURNAME, old.school.arta.class_id)
    phone = old.school.device()
    phone.sign_in(pupil)
    phone.watch(VIDEO, position_s="30", segments="0-30", sitting=SITTING)
    old.school.arta = pupil
    finish(old.school)
    return pupil


def sent_file(browser: Browser, file: bytes, code: str) -> None:
    """Choose a file and type its code."""
    browser.load_form("/transfers")
    form = {"csrf_token": browser.mark, "code": code}
    answer = browser.send_files("/transfers", form, {"transfer": ("transfer.schoolbox", file)})
    assert answer.headers["Location"].endswith("/transfers/arriving"), answer.text
    browser.load_form("/transfers/arriving")


def test_a_power_cut_while_a_pupil_is_taken_in_keeps_all_or_nothing_and_the_receipt_with_it(tmp_path: Path) -> None:
    with desk_of(tmp_path / "old", "Agimi") as old, LoopDisk(tmp_path / "loop", size_mb=96) as disk:
        file, code = old.hand_over(learner(old))
        with desk_of(tmp_path / "new", "Dituria", data=disk.folder / "data") as new:
            class_id, data = new.school.arta.class_id, new.box.config.data
        rounds = 0
        for after_ms in LATER_MS:
            rounds += 1
            box = start_box(data, "--sync", "no")
            with signed_in(box) as browser:
                sent_file(browser, file, code)
                form = {"class": class_id, "join": 0}
                promised = cut_while(disk, box, lambda: browser.post("/transfers/arriving", form), after_ms)  # noqa: B023
            found = kept(data)
            assert found.nothing or (found.whole and len(found.receipts) == 1 and found.noted == 1), found
            assert found.whole or not promised, "what was answered for is there"
            assert kept(old.box.config.data).persons, "the old box has the pupil, whatever happened"
            if found.whole:
                break
        assert found.whole, "the last rounds leave time enough"
        assert rounds > 1, "the first round leaves none"

        with running_box(data, "--sync", "no") as box, signed_in(box) as browser:
            browser.load_form("/transfers")
            again = {"csrf_token": browser.mark, "code": code}
            answer = browser.send_files("/transfers", again, {"transfer": ("transfer.schoolbox", file)})
            path = answer.headers["Location"]
            receipt = re.search(r'class="q code">([0-9A-Z-]{14})<', browser.get(path).text)
            assert receipt is not None, "taken in before: its receipt once more"
            assert SURNAME in browser.get(f"/people/{found.persons[0]}").text
        assert len(kept(data).persons) == 1
        assert "Erased from this box." in old.end(receipt[1])
        assert kept(data).whole


def traces(data: Path) -> list[Path]:
    """The files in which the name still stands."""
    return [held for held in sorted(data.rglob("*")) if held.is_file() and SURNAME.encode() in held.read_bytes()]


def test_a_power_cut_while_a_receipt_erases_leaves_the_pupil_whole_or_gone_and_nothing_behind(tmp_path: Path) -> None:
    with desk_of(tmp_path / "new", "Dituria") as new, LoopDisk(tmp_path / "loop", size_mb=96) as disk:
        with desk_of(tmp_path / "old", "Agimi", data=disk.folder / "data") as old:
            file, code = old.hand_over(learner(old))
            data = old.box.config.data
        arrival = new.take_in(file, code)
        before, rounds = kept(data), 0
        assert before.whole
        assert before.open == 1
        for after_ms in LATER_MS:
            rounds += 1
            box = start_box(data, "--sync", "no")
            with signed_in(box) as browser:
                browser.load_form("/transfers")
                form = {"receipt": arrival.code}
                promised = cut_while(disk, box, lambda: browser.post("/transfers/end", form), after_ms)  # noqa: B023
            found = kept(data)
            gone = found.nothing and (found.open, found.ended) == (0, 1)
            assert gone or found == before, found
            assert gone or not promised, "what was answered for is done"
            assert kept(new.box.config.data).whole, "the new box has the pupil, whatever happened"
            if gone:
                break
        assert gone, "the last rounds leave time enough"
        assert rounds > 1, "the first round leaves none"

        with running_box(data, "--sync", "no") as box, signed_in(box) as browser:
            eventually(lambda: not traces(data), saying=lambda: f"the name is still in {traces(data)}")
            browser.load_form("/transfers?lang=en")
            browser.post("/transfers/end", {"receipt": arrival.code})
            page = browser.get("/transfers").text
            assert "A pupil was handed over on" in page
            assert "This receipt was entered before" in page


@pytest.mark.parametrize("after_ms", [15])
def test_a_power_cut_while_the_file_is_made_leaves_the_pupil_here_and_the_file_can_be_made_again(
    tmp_path: Path, after_ms: int
) -> None:
    with LoopDisk(tmp_path / "loop", size_mb=96) as disk:
        with desk_of(tmp_path / "old", "Agimi", data=disk.folder / "data") as old:
            person_id, data = learner(old).person_id, old.box.config.data
        path = f"/people/{person_id}/transfer"
        box = start_box(data, "--sync", "no")
        with signed_in(box) as browser:
            browser.load_form(path)
            promised = cut_while(disk, box, lambda: browser.post(path, {"school": "Dituria"}), after_ms)
        found = kept(data)
        assert found.whole
        assert found.open == 1 or not promised
        with running_box(data, "--sync", "no") as box, signed_in(box) as browser:
            browser.load_form(path)
            assert browser.post(path, {"school": "Dituria"}).status_code == 303
            assert len(browser.get(f"{path}/file").content) > 500
        assert kept(data).open == 1
