"""Several boxes on one network, and a network that comes, goes and changes."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.discovery import FoundBox, Reason
from tests.simulators.discovery_box import find_from, start_box
from tests.simulators.network import Host, Lan, Rig
from tests.simulators.waiting import eventually

pytestmark = pytest.mark.xdist_group("network")
"""Names are claimed within seconds: not beside other tests of the same kind."""


@pytest.fixture
def rig() -> Iterator[Rig]:
    with Rig() as opened:
        yield opened


@pytest.fixture
def lan(rig: Rig) -> Lan:
    return rig.lan()


def plugged(rig: Rig, lan: Lan, *addresses: str) -> Host:
    host = rig.host()
    lan.plug(host, *addresses)
    return host


def held_by(lines: list[str]) -> str:
    """The name in the last state a box printed."""
    states = [line for line in lines if line.startswith("state ")]
    return states[-1].split(" name=")[1].split(" ")[0] if states else ""


def test_a_second_box_takes_the_next_name_and_the_first_keeps_its_own(rig: Rig, lan: Lan) -> None:
    first = start_box(plugged(rig, lan, "10.7.0.1/24"), school="Agimi", box_id="b1")
    first.wait_for_name("schoolbox.local")
    said = len(first.process.lines)
    second = start_box(plugged(rig, lan, "10.7.0.2/24"), school="Dituria", box_id="b2")
    second.wait_for_name("schoolbox-2.local")
    third = start_box(plugged(rig, lan, "10.7.0.3/24"), school="Përparimi", box_id="b3")
    third.wait_for_name("schoolbox-3.local")
    assert first.process.lines[said:] == []
    avahi = plugged(rig, lan, "10.7.0.9/24").avahi("laptop")
    assert [avahi.resolve(f"schoolbox{number}.local") for number in ("", "-2", "-3")] == [
        "10.7.0.1",
        "10.7.0.2",
        "10.7.0.3",
    ]


def test_boxes_that_get_power_at_the_same_moment_end_up_with_different_names(rig: Rig, lan: Lan) -> None:
    hosts = [plugged(rig, lan, f"10.7.0.{number}/24") for number in (1, 2, 3)]
    boxes = [start_box(host, school="Shkolla", box_id=host.name) for host in hosts]
    wanted = {"schoolbox.local", "schoolbox-2.local", "schoolbox-3.local"}
    eventually(lambda: {held_by(box.process.lines) for box in boxes} == wanted)


def test_two_boxes_of_one_school_stand_apart_in_the_list_of_services(rig: Rig, lan: Lan) -> None:
    first = start_box(plugged(rig, lan, "10.7.0.1/24"), school="Agimi", box_id="b1")
    first.wait_for_name("schoolbox.local")
    second = start_box(plugged(rig, lan, "10.7.0.2/24"), school="Agimi", box_id="b2")
    second.wait_for_name("schoolbox-2.local")
    avahi = plugged(rig, lan, "10.7.0.9/24").avahi("laptop")
    wanted = {("Agimi", "schoolbox.local"), ("Agimi (2)", "schoolbox-2.local")}
    eventually(lambda: {(service.instance, service.host) for service in avahi.browse("_http._tcp")} == wanted)


def test_two_boxes_on_one_machine_share_its_name_and_differ_in_the_list(rig: Rig, lan: Lan) -> None:
    host = plugged(rig, lan, "10.7.0.1/24")
    first = start_box(host, school="Agimi", box_id="b1", port=8080)
    first.wait_for_name("schoolbox.local")
    second = start_box(host, school="Agimi", box_id="b2", port=8090)
    second.process.wait_for(r"^state reason=announced name=schoolbox\.local .*instance=Agimi \(2\)$")
    both = [("b1", "schoolbox.local"), ("b2", "schoolbox.local")]
    eventually(lambda: sorted((box.box_id, box.host) for box in find_from(host, timeout_s=2.0)) == both)


def test_boxes_find_each_other_but_not_themselves(rig: Rig, lan: Lan) -> None:
    hosts = [plugged(rig, lan, f"10.7.0.{number}/24", f"fd07::{number}/64") for number in (1, 2)]
    start_box(hosts[0], school="Agimi", box_id="b1").wait_for_name("schoolbox.local")
    start_box(hosts[1], school="Dituria „B”.", box_id="b2", port=80).wait_for_name("schoolbox-2.local")
    neighbour = FoundBox("Dituria „B”.", "schoolbox-2.local", "b2", "0.1.0", 80, ("10.7.0.2", "fd07::2"))
    eventually(lambda: find_from(hosts[0], timeout_s=2.0, but_id="b1") == [neighbour])
    eventually(lambda: [box.box_id for box in find_from(hosts[0], timeout_s=2.0)] == ["b1", "b2"])


def test_a_box_without_a_network_says_so_and_is_there_when_one_comes(rig: Rig, lan: Lan) -> None:
    host = rig.host()
    box = start_box(host)
    box.wait_for_reason(Reason.NO_NETWORK)
    lan.plug(host, "10.7.0.1/24")
    box.wait_for_name("schoolbox.local")
    avahi = plugged(rig, lan, "10.7.0.2/24").avahi("laptop")
    assert avahi.resolve("schoolbox.local") == "10.7.0.1"
    said = len(box.process.lines)
    host.ip("link", "set", "eth0", "down")
    assert "name= " in box.wait_for_reason(Reason.NO_NETWORK, since=said)
    said = len(box.process.lines)
    host.ip("link", "set", "eth0", "up")
    box.wait_for_name("schoolbox.local", since=said)


def test_looking_for_boxes_without_a_network_finds_none(rig: Rig) -> None:
    assert find_from(rig.host(), timeout_s=5.0) == []


def test_a_port_that_is_taken_leaves_the_box_running_until_it_is_free(rig: Rig, lan: Lan) -> None:
    host = plugged(rig, lan, "10.7.0.1/24")
    selfish = "import socket, time; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(('', 5353)); "
    other = host.start(sys.executable, "-c", selfish + "print('bound', flush=True); time.sleep(600)")
    other.wait_for("bound")
    box = start_box(host)
    assert "at=10.7.0.1," in box.wait_for_reason(Reason.PORT_BUSY)
    other.stop(9)
    host.ip("addr", "add", "10.7.0.5/24", "dev", "eth0")
    box.wait_for_name("schoolbox.local")
    assert box.process.stop() == 0


def test_each_link_is_told_its_own_address_only(rig: Rig, lan: Lan) -> None:
    wifi, box_host = rig.lan(), rig.host()
    lan.plug(box_host, "10.7.0.1/24", device="eth0")
    wifi.plug(box_host, "192.168.4.1/24", device="wlan0")
    box = start_box(box_host)
    box.wait_for_name("schoolbox.local")
    on_cable = plugged(rig, lan, "10.7.0.2/24").avahi("office")
    on_wifi = plugged(rig, wifi, "192.168.4.2/24").avahi("tablet")
    assert {on_cable.resolve("schoolbox.local") for _ in range(5)} == {"10.7.0.1"}
    assert {on_wifi.resolve("schoolbox.local") for _ in range(5)} == {"192.168.4.1"}
    for avahi, address in ((on_cable, "10.7.0.1"), (on_wifi, "192.168.4.1")):
        found = avahi.browse_until_any("_schoolbox._tcp")
        assert {service.address for service in found if "." in service.address} == {address}


def test_a_name_that_is_taken_on_one_link_is_given_up_on_all(rig: Rig, lan: Lan) -> None:
    wifi, box_host = rig.lan(), rig.host()
    lan.plug(box_host, "10.7.0.1/24", device="eth0")
    wifi.plug(box_host, "192.168.4.1/24", device="wlan0")
    plugged(rig, wifi, "192.168.4.2/24").avahi("schoolbox")
    box = start_box(box_host)
    box.wait_for_name("schoolbox-2.local")
    on_cable = plugged(rig, lan, "10.7.0.2/24").avahi("office")
    assert on_cable.resolve("schoolbox-2.local") == "10.7.0.1"


def test_a_box_with_two_cables_to_one_switch_does_not_quarrel_with_itself(rig: Rig, lan: Lan) -> None:
    host = rig.host()
    lan.plug(host, "10.7.0.1/24", device="eth0")
    lan.plug(host, "10.7.0.2/24", device="eth1")
    box = start_box(host)
    box.wait_for_name("schoolbox.local")
    avahi = plugged(rig, lan, "10.7.0.9/24").avahi("laptop")
    assert avahi.resolve("schoolbox.local") in ("10.7.0.1", "10.7.0.2")
    assert len(avahi.browse_until_any("_http._tcp")) <= 4
    assert not box.process.has_line("taken")
    assert not box.process.has_line("contested")


def test_two_schools_whose_networks_are_joined_settle_who_keeps_the_name(rig: Rig, lan: Lan) -> None:
    other_lan = rig.lan()
    boxes = [start_box(plugged(rig, lan, "10.7.0.1/24"), school="Agimi", box_id="b1")]
    boxes.append(start_box(plugged(rig, other_lan, "10.7.0.2/24"), school="Dituria", box_id="b2"))
    for box in boxes:
        box.wait_for_name("schoolbox.local")
    lan.join(other_lan)
    avahi = plugged(rig, lan, "10.7.0.9/24").avahi("laptop")

    def is_settled() -> bool:
        # Both boxes hear each other's answers to somebody who asks.
        avahi.resolve("schoolbox.local")
        return {held_by(box.process.lines) for box in boxes} == {"schoolbox.local", "schoolbox-2.local"}

    eventually(is_settled)


def test_a_remembered_name_is_kept_although_the_first_one_is_free(rig: Rig, lan: Lan, tmp_path: Path) -> None:
    memory = tmp_path / "name"
    memory.write_text("schoolbox-2")
    host = plugged(rig, lan, "10.7.0.1/24")
    box = start_box(host, memory=memory)
    box.wait_for_name("schoolbox-2.local")
    box.process.stop()
    memory.write_text("gjilan-2")
    start_box(host, memory=memory).wait_for_name("schoolbox.local")
    assert memory.read_text() == "schoolbox"


def test_a_box_listens_in_the_company_of_another_responder_on_its_own_machine(rig: Rig, lan: Lan) -> None:
    host = plugged(rig, lan, "10.7.0.1/24")
    avahi = host.avahi("schoolbox")
    box = start_box(host)
    box.wait_for_name("schoolbox.local")
    stranger = plugged(rig, lan, "10.7.0.2/24").avahi("laptop")
    assert stranger.resolve("schoolbox.local") == "10.7.0.1"
    assert not avahi.process.has_line("conflict")
    assert not box.process.has_line("contested")


def test_a_name_that_cannot_be_remembered_is_held_all_the_same(rig: Rig, lan: Lan, tmp_path: Path) -> None:
    box = start_box(plugged(rig, lan, "10.7.0.1/24"), memory=tmp_path / "missing" / "name")
    box.wait_for_name("schoolbox.local")
    assert box.process.has_line("discovery_remember_failed")
    assert box.process.stop() == 0
