"""A start on which a step breaks in a way that nobody thought of: the others are taken, and a person is told."""

import json
import logging
from pathlib import Path

import pytest

from deploy.raspberrypi.firstboot import __main__ as program
from deploy.raspberrypi.firstboot import erasing, reset, stranded
from deploy.raspberrypi.firstboot.disk import RealDisk
from tests.simulators.first_box import OWN, WHOLE, FakeMachine, FirstBox, QuietDisk, ReadOnlyCard

LONG_NUMBER = "9" * 5000
"""Python refuses to read it with an error that is none of TOML."""


class SurprisingMachine(FakeMachine):
    """Breaks while it grows, with words that hold a secret."""

    def grow(self, known: str) -> str:
        """Break."""
        raise ZeroDivisionError(f"{known} {OWN}")


class SurprisingDisk(RealDisk):
    """Breaks over the database."""

    def unlink(self, path: Path) -> None:
        """Break."""
        if path.name == "box.db":
            raise RecursionError
        super().unlink(path)


@pytest.fixture
def box(tmp_path: Path) -> FirstBox:
    return FirstBox(tmp_path / "root")


def broken(box: FirstBox, disk: RealDisk | None = None) -> list[str]:
    """The steps that broke at a start."""
    found = box.start(disk)
    assert {each.code for each in found} <= {"broken"}
    return [dict(each.facts)["step"] for each in found]


def test_a_file_that_breaks_its_reader_keeps_no_claim_code_from_being_shown(box: FirstBox) -> None:
    box.put("schoolbox.toml", f"x = {LONG_NUMBER}\n")
    assert broken(box) == ["card"]
    assert box.handed()["claim"] in box.said("schoolbox-claim.txt")
    assert box.machine.hostname.startswith("schoolbox-")
    assert "A step of the start could not be done: “card” (ValueError)" in box.said("schoolbox-error.txt")
    box.put("schoolbox.toml", "")
    assert broken(box) == []
    assert box.said("schoolbox-error.txt") == ""


def test_a_step_that_breaks_is_logged_with_its_name_and_without_its_words(
    box: FirstBox, caplog: pytest.LogCaptureFixture
) -> None:
    box.machine = SurprisingMachine()
    box.put("schoolbox.toml", '[school]\nname = "Agimi"\n')
    assert broken(box) == ["grow"]
    assert box.handed()["school"] == "Agimi"
    [line] = caplog.records
    assert line.levelno == logging.ERROR
    assert line.getMessage().startswith("step_failed step=grow error=ZeroDivisionError\n")
    assert "in grow" in line.getMessage()
    assert OWN not in line.getMessage() + box.said("schoolbox-error.txt")


def test_a_reset_that_breaks_is_told_and_erases_nothing_later(box: FirstBox) -> None:
    database = box.places.box / "box.db"
    database.write_text("old")
    reset.order(RealDisk(), box.places, everything=False)
    assert broken(box, SurprisingDisk()) == ["reset"]
    database.write_text("a new school year")
    assert broken(box) == []
    assert database.read_text() == "a new school year"


def test_a_box_that_cannot_open_its_data_says_so_where_a_person_looks(
    box: FirstBox, capsys: pytest.CaptureFixture[str]
) -> None:
    assert program.main(["--root", str(box.root), "stranded"]) == 0
    told = box.said("schoolbox-error.txt")
    assert told.index("pjesa e kësaj karte me të dhënat (SCHOOLDATA)") < told.index("The box could not start")
    assert b"\r\n" in (box.places.card / "schoolbox-error.txt").read_bytes()
    assert capsys.readouterr().out == told.replace("\r\n", "\n")
    assert (box.root / "sys/class/leds/ACT/trigger").read_text() == "heartbeat"

    disk = QuietDisk()
    assert stranded.tell(disk, box.places)
    assert disk.writes == 0  # a card in trouble is not written every five minutes
    assert box.start() == ()
    assert box.said("schoolbox-error.txt") == ""


def test_a_box_that_cannot_open_its_data_says_so_on_a_screen_where_the_card_cannot_be_written(box: FirstBox) -> None:
    assert "SCHOOLDATA" in stranded.tell(ReadOnlyCard(box.places.card), box.places)
    assert (box.root / "sys/class/leds/ACT/trigger").read_text() == "heartbeat"


def test_a_card_that_is_not_mounted_is_told_and_nothing_counts_as_read_or_written(box: FirstBox) -> None:
    box.mount_card("overlay")  # FAT is still being checked, or cannot be
    box.put("schoolbox.toml", WHOLE)  # into the folder in memory, where nobody's file can be
    box.put("schoolbox-reset.txt", "RESET")
    assert [each.code for each in box.start()] == ["no-card"]
    assert "school" not in box.handed()
    assert {path.name for path in box.places.card.iterdir()} == {"schoolbox.toml", "schoolbox-reset.txt"}
    assert json.loads(box.kept("reset.json") or "{}") == {}
    screen = box.places.screen.read_text("utf-8")
    assert "could not be opened: what stands there was not read" in screen
    assert box.handed()["claim"] in screen

    box.mount_card()
    (box.places.card / "schoolbox-reset.txt").unlink()
    assert box.start() == ()
    assert box.handed()["school"] == "Shkolla „Agimi”"


def test_a_file_that_is_half_erased_waits_for_the_card(box: FirstBox) -> None:
    old, new, half = b'password = "abcd"', b'password = "****"', b'password = "**cd"'
    erasing.begin(RealDisk(), box.places, {"schoolbox.toml": (old, new)})
    box.put("schoolbox.toml", half)
    box.mount_card("overlay")
    assert not erasing.finish(RealDisk(), box.places)
    assert box.said("schoolbox.toml") == half.decode()
    box.mount_card()
    assert erasing.finish(RealDisk(), box.places)
    assert box.said("schoolbox.toml") == new.decode()


def test_without_our_image_a_plain_folder_is_the_card(tmp_path: Path) -> None:
    box = FirstBox(tmp_path, image=False)
    (box.root / "proc/self/mountinfo").unlink()
    box.put("schoolbox.toml", '[school]\nname = "Agimi"\n')
    assert box.start() == ()
    assert box.handed()["school"] == "Agimi"
    assert box.handed()["claim"] in box.said("schoolbox-claim.txt")
