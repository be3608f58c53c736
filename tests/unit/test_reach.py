"""What stands in the footer and on posters."""

from schoolbox.services.reach import KEPT_S, Reach
from sync.discovery import Reason, State
from tests.simulators.clock import HandClock


def _reach(*own: str) -> Reach:
    return Reach(clock=HandClock(), own_addresses=lambda: own)


def test_the_name_comes_first_then_the_numbers() -> None:
    reach = _reach("10.0.0.9")
    state = State(Reason.ANNOUNCED, name="schoolbox-2.local", addresses=("192.168.8.1", "fe80::1"))
    reach.announced_by(lambda: state)

    assert reach.addresses(8080) == ["schoolbox-2.local:8080", "192.168.8.1:8080"]
    assert reach.state() == state


def test_without_a_name_the_numbers_of_this_machine_are_shown() -> None:
    assert _reach("192.168.8.1", "fe80::1%2", "10.0.0.9").addresses(80) == ["192.168.8.1", "10.0.0.9"]


def test_without_a_network_it_is_this_machine_alone() -> None:
    reach = _reach()

    assert (reach.addresses(8080), reach.state().reason) == (["localhost:8080"], Reason.STOPPED)


def test_the_port_is_the_one_that_is_really_listened_on() -> None:
    reach = _reach("192.168.8.1")
    reach.served_at(43_117)

    assert reach.addresses(0) == ["192.168.8.1:43117"]


def test_a_poster_has_room_for_three_numbers() -> None:
    assert len(_reach(*(f"10.0.{n}.1" for n in range(9))).addresses(80)) == 3


def test_the_kernel_is_not_asked_for_every_page() -> None:
    clock, asked = HandClock(), []

    def own() -> tuple[str, ...]:
        asked.append(1)
        return ("192.168.8.1",)

    reach = Reach(clock=clock, own_addresses=own)
    for _ in range(5):
        reach.addresses(80)
    assert len(asked) == 1

    clock.tick(KEPT_S + 1)
    reach.addresses(80)
    assert len(asked) == 2
