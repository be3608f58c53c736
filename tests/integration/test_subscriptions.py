"""Saying what the box takes by itself: patterns, exceptions, and what people did with packs."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from schoolbox.config import Config
from schoolbox.errors import BadInputError
from schoolbox.wiring import Box, open_box
from tests.simulators.programs import command
from tests.simulators.publisher import Ministry

A, B = "mash:algjebra", "mash:biologji"


@pytest.fixture
def ministry(tmp_path: Path) -> Ministry:
    made = Ministry(tmp_path)
    made.publish(A)
    made.publish(B)
    return made


@pytest.fixture
def box(tmp_path: Path, ministry: Ministry) -> Iterator[Box]:
    made = open_box(Config(data=tmp_path / "data", reserve_mb=0))
    made.trust.pin(ministry.root)
    yield made
    made.close()


def install(box: Box, ministry: Ministry, pack_id: str = A) -> None:
    box.packs.install(ministry.shelf, pack_id, progress=lambda _: None)


@pytest.mark.parametrize("pattern", ["*", "mash:*", A])
def test_a_pattern_is_kept_and_taken_back(box: Box, pattern: str) -> None:
    box.subscriptions.add(pattern)
    box.subscriptions.add(pattern)
    assert box.subscriptions.wishes().patterns == {pattern: True}

    assert box.subscriptions.remove(pattern) is False
    assert box.subscriptions.wishes().patterns == {}


NO_PATTERNS = ["", "mash", "mash:", ":*", "*:*", "MASH:*", "mash:a*", "root:*", "mash:a:b", "mash:*\n"]


@pytest.mark.parametrize("pattern", NO_PATTERNS)
def test_what_is_no_pattern_is_refused_and_nothing_changes(box: Box, pattern: str) -> None:
    for act in (box.subscriptions.add, box.subscriptions.remove):
        with pytest.raises(BadInputError):
            act(pattern)
    assert box.subscriptions.wishes().patterns == {}


def test_taking_back_what_was_never_said_changes_nothing(box: Box) -> None:
    assert box.subscriptions.remove("mash:*") is False
    assert box.subscriptions.wishes().patterns == {}


def test_taking_back_a_part_of_a_wider_wish_makes_an_exception(box: Box) -> None:
    box.subscriptions.add("*")

    assert box.subscriptions.remove("mash:*") is True
    assert box.subscriptions.remove(A) is False
    assert box.subscriptions.wishes().patterns == {"*": True, "mash:*": False}


def test_an_installed_pack_can_be_left_as_it_is(box: Box, ministry: Ministry) -> None:
    install(box, ministry)

    assert box.subscriptions.remove(A) is True

    assert not box.subscriptions.wishes().takes(A, installed=True)
    install(box, ministry)
    assert not box.subscriptions.wishes().takes(A, installed=True)


def test_a_pack_that_a_person_removed_does_not_come_back_by_itself(box: Box, ministry: Ministry) -> None:
    box.subscriptions.add("*")
    install(box, ministry)

    box.packs.remove(A)

    wishes = box.subscriptions.wishes()
    assert (wishes.takes(A, installed=False), wishes.takes(B, installed=False)) == (False, True)


def test_a_pack_that_a_person_installs_again_gets_newer_versions_again(box: Box, ministry: Ministry) -> None:
    install(box, ministry)
    box.packs.remove(A)

    install(box, ministry)

    assert box.subscriptions.wishes().patterns == {}
    assert box.subscriptions.wishes().takes(A, installed=True)


def test_subscribing_on_the_command_line(tmp_path: Path) -> None:
    def run(*words: str) -> tuple[int, str, str]:
        done = command("schoolbox", "--data", tmp_path / "data", "pack", *words)
        return done.returncode, done.stdout, done.stderr

    assert run("subscriptions")[1].startswith("No subscription yet.")
    assert run("subscribe", "mash:*")[1].startswith("The box takes every pack of mash from now on.")
    assert "noted as an exception" in run("unsubscribe", A)[1]
    code, said, _ = run("subscriptions", "--json")
    assert (code, json.loads(said)) == (
        0, [{"pattern": "mash:*", "wanted": True}, {"pattern": A, "wanted": False}]
    )  # fmt: skip
    assert "left alone" in run("subscriptions")[1]
    code, _, said = run("subscribe", "mash")
    assert (code, "publisher:*" in said) == (19, True)
