"""The power goes at every single step of a first start and of a reset; the next start brings it to its end."""

import itertools
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.raspberrypi.firstboot import reset
from deploy.raspberrypi.firstboot.disk import RealDisk
from tests.simulators.cut_disk import Left, PowerCut
from tests.simulators.first_box import JOIN, OWN, SECRETS, WHOLE, FirstBox, QuietDisk, ReadOnlyCard

LEFT: tuple[Left, ...] = ("lost", "kept", "torn")
PUPILS = ("box.db", "keys/box.key", "snapshots/one.db", "academy/files/x")


def put(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)


def cuts(folder: Path, left: Left, template: FirstBox) -> Iterator[FirstBox]:
    """A box for each step at which the power went; the last one ran to its end."""
    for cut_at in itertools.count():
        shutil.copytree(template.root, folder / "box", symlinks=True)
        box = FirstBox(folder / "box")
        ended = False
        try:
            box.start(box.cut(cut_at, left, folder / "attic"))
            ended = True
        except PowerCut:
            pass
        yield box
        shutil.rmtree(folder / "box")
        shutil.rmtree(folder / "attic", ignore_errors=True)
        if ended:
            assert cut_at > 20
            return


def is_settled(box: FirstBox) -> bool:
    """Whether a further start finds nothing to do."""
    disk = QuietDisk()
    box.machine.ran.clear()
    return box.start(disk) == () and (disk.writes, box.machine.ran) == (0, [])


@pytest.mark.parametrize("left", LEFT)
def test_a_first_start_is_finished_by_the_next_one_and_no_secret_is_lost_or_left(tmp_path: Path, left: Left) -> None:
    template = FirstBox(tmp_path / "template")
    template.put("schoolbox.toml", WHOLE.replace('claim = "9WQ4-T3NB"', ""))
    for box in cuts(tmp_path, left, template):
        number = box.kept("machine-id") if len(box.kept("machine-id")) == 33 else ""
        for secret, kept in ((OWN, "own"), (JOIN, "join")):
            assert box.on_card(secret) or f"psk={secret}\n" in box.kept(f"connections/schoolbox-{kept}.nmconnection")
        assert box.start() == ()
        assert [secret for secret in SECRETS if box.on_card(secret)] == []
        assert box.handed()["code"] == "K7PM-2R9X"
        assert box.handed()["claim"] in box.said("schoolbox-claim.txt")
        for secret, kept in ((OWN, "own"), (JOIN, "join")):
            assert f"psk={secret}\n" in box.kept(f"connections/schoolbox-{kept}.nmconnection")
        assert box.kept("box.toml") == 'language = "en"\nname = "agimi"\n'
        assert box.kept("ssh/ssh_host_ed25519_key")
        assert len(box.kept("machine-id")) == 33
        assert not number.strip("\0\n") or box.kept("machine-id") == number
        assert not (box.places.own / "erase.json").exists()
        assert is_settled(box)


@pytest.mark.parametrize("left", LEFT)
def test_of_a_file_for_another_system_nothing_stays_wherever_the_power_went(tmp_path: Path, left: Left) -> None:
    template = FirstBox(tmp_path / "template")
    template.put("firstrun.sh", f"#!/bin/bash\nimager_custom set_wlan 'Shkolla' '{JOIN}' 'AL'\n")
    template.put("schoolbox.toml", f'language = "en"\n[wifi.join]\nname = "Shkolla"\npassword = "{JOIN}"\n')
    for box in cuts(tmp_path, left, template):
        assert [each.code for each in box.start()] == ["foreign"]
        assert box.on_card(JOIN) == []
        assert f"psk={JOIN}\n" in box.kept("connections/schoolbox-join.nmconnection")
        assert not (box.places.own / "erase.json").exists()


def owned(folder: Path, *, everything: bool = False) -> FirstBox:
    """A box in the middle of a school year, with an order to forget it."""
    box = FirstBox(folder)
    box.put("schoolbox.toml", '[school]\nname = "Agimi"\n')
    box.start()
    (box.places.box / "first-boot.json").unlink()
    for name in (*PUPILS, "packs/manifests/1.json", "packs/blobs/ab/1.mp4", "trust/registry.json"):
        put(box.places.box / name, "old")
    box.put("schoolbox-reset.txt", "reset all\r\n" if everything else "Reset\r\nplease\r\n")
    return box


@pytest.mark.parametrize(("left", "everything"), [("lost", False), ("kept", True), ("torn", False)])
def test_a_reset_that_was_broken_off_is_finished_by_the_next(tmp_path: Path, left: Left, *, everything: bool) -> None:
    template = owned(tmp_path / "template", everything=everything)
    before = template.kept("machine-id")
    for box in cuts(tmp_path, left, template):
        if (box.places.card / "schoolbox-reset.txt").exists():
            assert (box.places.box / "box.db").read_text() == "old"  # nothing goes before the file is off the card
        assert box.start() == ()
        assert [name for name in PUPILS if (box.places.box / name).exists()] == []
        assert (box.places.box / "packs/blobs/ab/1.mp4").exists() is not everything
        assert (box.places.box / "trust/registry.json").exists() is not everything
        assert (box.places.box / "packs-kept").exists() is not everything
        assert box.said("schoolbox-reset.txt") == ""
        assert box.kept("machine-id") != before
        assert box.handed()["school"] == "Agimi"
        assert box.handed()["claim"] in box.said("schoolbox-claim.txt")
        assert is_settled(box)


def test_a_reset_by_command_waits_for_the_next_start(tmp_path: Path) -> None:
    box = owned(tmp_path)
    (box.places.card / "schoolbox-reset.txt").unlink()
    reset.order(RealDisk(), box.places, everything=False)
    assert (box.places.box / "box.db").exists()
    assert box.start() == ()
    assert not (box.places.box / "box.db").exists()
    assert is_settled(box)


@pytest.mark.parametrize("everything", [False, True])
def test_a_new_box_believes_whom_the_machine_was_told_to_believe(tmp_path: Path, *, everything: bool) -> None:
    box = owned(tmp_path, everything=everything)
    for name in ("programs.root.json", "packs.root.json"):  # install.sh puts them there
        put(box.places.system / name, name)
    put(box.places.system / "hostname", "agimi\n")
    assert box.start() == ()
    assert [box.kept(name) for name in ("programs.root.json", "packs.root.json", "hostname")] == [
        "programs.root.json", "packs.root.json", "",
    ]  # fmt: skip


def test_a_file_on_the_card_resets_a_box_without_our_image_too(tmp_path: Path) -> None:
    box = owned(tmp_path)
    (box.root / "proc/cmdline").write_text("root=x quiet\n")
    assert box.start() == ()
    assert not (box.places.box / "box.db").exists()
    assert box.said("schoolbox-reset.txt") == ""


def test_where_the_card_cannot_be_written_nothing_is_erased(tmp_path: Path) -> None:
    box = owned(tmp_path)
    for _ in range(2):
        box.start(ReadOnlyCard(box.places.card))
        assert (box.places.box / "box.db").read_text() == "old"
    assert json.loads(box.kept("reset.json"))["word"] == ""


def test_a_worn_card_that_brings_the_file_back_does_not_erase_a_second_time(tmp_path: Path) -> None:
    box = owned(tmp_path)
    path = box.places.card / "schoolbox-reset.txt"
    at, raw = path.stat().st_mtime, path.read_bytes()
    box.start()
    put(box.places.box / "box.db", "a new school year")
    path.write_bytes(raw)
    os.utime(path, (at, at))
    assert [each.code for each in box.start()] == ["reset-again"]
    assert (box.places.box / "box.db").read_text() == "a new school year"
    os.utime(path, (at + 60, at + 60))  # written anew by a person
    assert box.start() == ()
    assert not (box.places.box / "box.db").exists()


class WornDisk(RealDisk):
    """A disk that does not let a snapshot go."""

    def unlink(self, path: Path) -> None:
        """Refuse it."""
        if path.name == "one.db":
            raise OSError(5, "Input/output error")
        super().unlink(path)


def test_a_reset_that_a_worn_card_refuses_is_told_and_erases_nothing_later(tmp_path: Path) -> None:
    box = owned(tmp_path)
    assert [each.code for each in box.start(WornDisk())] == ["reset-failed"]
    assert "Order it once more" in box.said("schoolbox-error.txt")
    put(box.places.box / "box.db", "a new school year")
    assert box.start() == ()
    assert (box.places.box / "box.db").read_text() == "a new school year"
    reset.order(RealDisk(), box.places, everything=False)
    assert box.start() == ()
    assert not (box.places.box / "box.db").exists()


@pytest.mark.parametrize("word", ["", "delete", "RESET EVERYTHING", "don't RESET"])
def test_any_other_word_erases_nothing_and_is_told(tmp_path: Path, word: str) -> None:
    box = owned(tmp_path)
    box.put("schoolbox-reset.txt", word)
    assert [each.code for each in box.start()] == ["reset-word"]
    assert (box.places.box / "box.db").exists()
    assert "RESET ALL" in box.said("schoolbox-error.txt")


def test_the_word_is_read_as_notepad_leaves_it(tmp_path: Path) -> None:
    box = owned(tmp_path)
    (box.places.card / "schoolbox-reset.txt").unlink()
    box.put("schoolbox-reset.txt.txt", "reset\r\n".encode("utf-16"))
    assert box.start() == ()
    assert not (box.places.box / "box.db").exists()


def test_links_are_erased_and_not_followed(tmp_path: Path) -> None:
    box = owned(tmp_path / "root")
    outside = tmp_path / "outside"
    put(outside / "file", "mine")
    (box.places.box / "link").symlink_to(outside)
    box.start()
    assert (outside / "file").read_text() == "mine"
    assert not (box.places.box / "link").is_symlink()
