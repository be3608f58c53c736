"""Root's helper: what the box may ask for, and what happens to everything else that lies in its folder."""

import json
import os
from pathlib import Path

import pytest

from deploy.raspberrypi.helper.answering import KEPT_MAX, answer_all
from deploy.raspberrypi.helper.places import Places
from deploy.raspberrypi.helper.requests import BYTES_MAX
from deploy.raspberrypi.helper.sticks import add
from deploy.raspberrypi.helper.trouble import BAD_REQUEST, NO_STICK
from deploy.raspberrypi.helper.verbs import VERBS, Tools
from tests.simulators.root_machine import RootMachine

NUMBER = "0f" * 16


class Rig:
    """A helper with a machine of its own."""

    def __init__(self, root: Path) -> None:
        self.places = Places(root)
        for folder in (self.places.asked, self.places.answered, self.places.media):
            folder.mkdir(parents=True)
        self.machine = RootMachine(root)

    def put(self, content: bytes, name: str = f"{NUMBER}.json") -> Path:
        path = self.places.asked / name
        path.write_bytes(content)
        return path

    def ask(self, **said: object) -> str:
        """Ask for something; gives the problem of the answer."""
        self.put(json.dumps({"id": NUMBER, **said}).encode())
        answer_all(Tools(self.machine, self.places))
        return self.answer()

    def answer(self, number: str = NUMBER) -> str:
        said = json.loads((self.places.answered / f"{number}.json").read_text())
        assert said["id"] == number
        return str(said["problem"])

    def waiting(self) -> list[str]:
        return [path.name for path in self.places.asked.iterdir()]


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return Rig(tmp_path)


@pytest.mark.parametrize(("verb", "word"), [("restart", "reboot"), ("switch_off", "poweroff")])
def test_the_machine_is_restarted_once_the_answer_is_there(rig: Rig, verb: str, word: str) -> None:
    assert rig.ask(verb=verb) == ""
    assert rig.machine.ran == [("systemctl", "--no-block", word)]
    assert rig.waiting() == []


def test_a_stick_is_opened_for_writing_and_closed_again(rig: Rig) -> None:
    rig.machine.plug("sda1", "vfat", "A")
    folder = add(rig.machine, rig.places, "sda1")
    for verb, option in (("stick_write", "rw"), ("stick_read", "ro")):
        assert rig.ask(verb=verb, folder="A") == ""
        assert option in rig.machine.mounted[str(folder)].options
    assert rig.ask(verb="stick_write", folder="B") == NO_STICK


@pytest.mark.parametrize(
    "said",
    [
        {}, {"verb": "reboot"}, {"verb": "restart", "now": True}, {"verb": ["restart"]}, {"verb": "stick_write"},
        {"verb": "stick_write", "folder": "../etc"}, {"verb": "stick_write", "folder": 7},
        {"verb": "stick_write", "folder": ""}, {"verb": "stick_write", "folder": "a\nb"},
        {"verb": "stick_write", "folder": {"a": 1}}, {"verb": "restart", "id": "another"},
    ],
)  # fmt: skip
def test_what_is_not_in_the_table_is_refused(rig: Rig, said: dict[str, object]) -> None:
    assert rig.ask(**said) == BAD_REQUEST
    assert (rig.machine.ran, rig.waiting()) == ([], [])


@pytest.mark.parametrize(
    "content", [b"", b"restart", b"[]", b"{", b"\xff\xfe", b"[" * 2000, b" " * (BYTES_MAX + 1), b'{"id": null}']
)
def test_what_cannot_be_read_is_refused_and_taken_away(rig: Rig, content: bytes) -> None:
    rig.put(content)
    answer_all(Tools(rig.machine, rig.places))
    assert (rig.answer(), rig.machine.ran, rig.waiting()) == (BAD_REQUEST, [], [])


def test_links_pipes_and_folders_are_not_followed_and_taken_away(rig: Rig, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text(json.dumps({"id": "1" * 32, "verb": "restart"}))
    (rig.places.asked / f"{'1' * 32}.json").symlink_to(secret)
    os.mkfifo(rig.places.asked / f"{'2' * 32}.json")
    (rig.places.asked / f"{'3' * 32}.json" / "deep").mkdir(parents=True)
    (rig.places.asked / f"{'4' * 32}.json").hardlink_to(secret)
    (rig.places.asked / "x.json").write_text("{}")
    (rig.places.asked / ".draft").write_text("{}")
    os.chown(secret, 12345, 12345)
    answer_all(Tools(rig.machine, rig.places))
    assert (rig.machine.ran, rig.waiting()) == ([], [".draft"])
    assert [rig.answer(each * 32) for each in "1234"] == [BAD_REQUEST] * 4
    assert secret.exists()


def test_a_folder_that_is_a_link_is_not_looked_into(rig: Rig, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / f"{NUMBER}.json").write_text(json.dumps({"id": NUMBER, "verb": "restart"}))
    rig.places.asked.rmdir()
    rig.places.asked.symlink_to(other)
    answer_all(Tools(rig.machine, rig.places))
    assert (rig.machine.ran, len(list(other.iterdir()))) == ([], 1)


def test_old_answers_go_and_everybody_may_read_new_ones(rig: Rig) -> None:
    for number in range(2 * KEPT_MAX):
        rig.put(b"{}", f"{number:032x}.json")
        answer_all(Tools(rig.machine, rig.places))
    left = sorted(path.name for path in rig.places.answered.iterdir())
    assert left == [f"{number:032x}.json" for number in range(KEPT_MAX, 2 * KEPT_MAX)]
    assert {path.stat().st_mode & 0o777 for path in rig.places.answered.iterdir()} == {0o644}


def test_every_verb_has_a_sentence_in_the_list_of_places() -> None:
    text = (Path(__file__).parents[2] / "deploy" / "raspberrypi" / "README.md").read_text()
    assert [verb for verb in VERBS if f"`{verb}`" not in text] == []
