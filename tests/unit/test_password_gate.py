"""Slow work for strangers does not keep others out; those who were never wrong are let in at once."""

from contextlib import ExitStack

import pytest

from schoolbox.errors import ThrottledError
from schoolbox.services.networks import network_of
from schoolbox.services.password_gate import FOR_STRANGERS, WRONG_FOR_S, PasswordGate
from tests.simulators.clock import HandClock


def test_one_network_has_only_its_share_under_way_at_once() -> None:
    gate = PasswordGate(HandClock())
    with ExitStack() as under_way:
        for cookie in range(FOR_STRANGERS):
            under_way.enter_context(gate.turn(f"10.0.0.66/{cookie}"))
        with pytest.raises(ThrottledError), gate.turn("10.0.0.66/another"):
            pass
        with gate.turn("10.0.0.5/teacher"):
            pass
    with gate.turn("10.0.0.66/another"):
        pass


def test_who_was_wrong_lately_gives_way_and_is_let_in_again_later() -> None:
    clock = HandClock()
    gate = PasswordGate(clock)
    gate.wrong("10.0.0.66/x")
    with ExitStack() as under_way:
        for number in range(FOR_STRANGERS):
            under_way.enter_context(gate.turn(f"10.0.1.{number}/x"))
        with pytest.raises(ThrottledError), gate.turn("10.0.0.66/y"):
            pass
        clock.tick(WRONG_FOR_S + 1)
        with gate.turn("10.0.0.66/y"):
            pass


def test_a_staff_room_of_forty_is_let_in_at_once() -> None:
    gate = PasswordGate(HandClock())
    with ExitStack() as under_way:
        for number in range(40):
            under_way.enter_context(gate.turn(f"10.0.0.{number}/c"))


@pytest.mark.parametrize(("one", "other"), [
    ("fe80::1%wlan0/a", "fe80::2/b"), ("fd00:1::1/a", "fd00:1::ffff/b"), ("::ffff:10.0.0.7/a", "10.0.0.7/b"),
])  # fmt: skip
def test_an_address_that_can_be_changed_at_will_is_no_other_network(one: str, other: str) -> None:
    assert network_of(one) == network_of(other)


def test_two_schools_behind_one_box_are_two_networks() -> None:
    assert network_of("fd00:1::1/a") != network_of("fd00:2::1/a")
    assert network_of("10.0.0.7/a") != network_of("10.0.0.8/a")
