"""The box is found by clients that are not ours, gives way to them, and is not pushed aside by them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.simulators.discovery_box import start_box
from tests.simulators.network import Host, Lan, Rig
from tests.simulators.waiting import eventually

pytestmark = pytest.mark.xdist_group("network")
SCHOOL = "Sh.F.M.U. „Agimi” ëç"


@pytest.fixture
def rig() -> Iterator[Rig]:
    with Rig() as opened:
        yield opened


@pytest.fixture
def lan(rig: Rig) -> Lan:
    return rig.lan()


@pytest.fixture
def host(rig: Rig, lan: Lan) -> Host:
    return plugged(rig, lan, "10.7.0.1/24")


def plugged(rig: Rig, lan: Lan, *addresses: str) -> Host:
    host = rig.host()
    lan.plug(host, *addresses)
    return host


def test_a_stranger_resolves_the_name_and_sees_both_services_with_their_texts(rig: Rig, lan: Lan) -> None:
    box = start_box(plugged(rig, lan, "10.7.0.1/24", "fd07::1/64"), school=SCHOOL, box_id="b7f3", port=8080)
    avahi = plugged(rig, lan, "10.7.0.2/24", "fd07::2/64").avahi("laptop")
    box.wait_for_name("schoolbox.local")
    assert avahi.resolve("schoolbox.local") == "10.7.0.1"
    assert avahi.resolve("schoolbox.local", family=6) == "fd07::1"
    for type_ in ("_http._tcp", "_schoolbox._tcp"):
        services = avahi.browse_until_any(type_)
        assert {(service.host, service.port) for service in services} == {("schoolbox.local", 8080)}
        assert {service.instance for service in services} == {SCHOOL.replace(".", "\u2024")}
        texts = {f"school={SCHOOL}", "version=0.1.0", "id=b7f3", "path=/"}
        assert {service.texts for service in services} == {frozenset(texts)}


def test_a_box_gives_way_to_a_stranger_who_has_its_name(rig: Rig, lan: Lan, host: Host) -> None:
    avahi = plugged(rig, lan, "10.7.0.2/24").avahi("schoolbox")
    box = start_box(host)
    box.wait_for_name("schoolbox-2.local")
    assert avahi.resolve("schoolbox-2.local") == "10.7.0.1"
    assert avahi.resolve("schoolbox.local") == "10.7.0.2"
    assert all(service.host == "schoolbox-2.local" for service in avahi.browse_until_any("_http._tcp"))
    assert not avahi.process.has_line("conflict")


def test_a_stranger_who_wants_the_name_of_a_box_takes_another(rig: Rig, lan: Lan, host: Host) -> None:
    box = start_box(host)
    box.wait_for_name("schoolbox.local")
    said = len(box.process.lines)
    avahi = plugged(rig, lan, "10.7.0.2/24").avahi("schoolbox")
    avahi.process.wait_for(r"Host name is schoolbox-2\.local")
    assert avahi.resolve("schoolbox.local") == "10.7.0.1"
    assert box.process.lines[said:] == []


def test_the_services_of_a_box_are_gone_as_soon_as_it_says_goodbye(rig: Rig, lan: Lan, host: Host) -> None:
    box = start_box(host)
    avahi = plugged(rig, lan, "10.7.0.2/24").avahi("laptop")
    watch = avahi.watch("_schoolbox._tcp")
    watch.wait_for(r"^\+;eth0;IPv4;Shkolla")
    assert avahi.resolve("schoolbox.local") == "10.7.0.1"
    assert box.process.stop() == 0
    watch.wait_for(r"^-;eth0;IPv4;Shkolla")
    assert avahi.resolve("schoolbox.local") == ""


def test_a_changed_address_is_answered_at_once(rig: Rig, lan: Lan, host: Host) -> None:
    box = start_box(host)
    avahi = plugged(rig, lan, "10.7.0.2/24").avahi("laptop")
    box.wait_for_name("schoolbox.local")
    assert avahi.resolve("schoolbox.local") == "10.7.0.1"
    said = len(box.process.lines)
    host.ip("addr", "del", "10.7.0.1/24", "dev", "eth0")
    host.ip("addr", "add", "10.7.0.99/24", "dev", "eth0")
    box.process.wait_for(r"^state reason=announced name=schoolbox\.local at=10\.7\.0\.99,", since=said)
    eventually(lambda: avahi.resolve("schoolbox.local") == "10.7.0.99")


def test_an_address_that_nothing_replaces_is_forgotten_by_others(rig: Rig, lan: Lan, host: Host) -> None:
    host.ip("addr", "add", "fd07::1/64", "dev", "eth0")
    box = start_box(host)
    avahi = plugged(rig, lan, "10.7.0.2/24").avahi("laptop", v6=False)
    box.wait_for_name("schoolbox.local")
    assert avahi.resolve("schoolbox.local", family=6) == "fd07::1"
    said = len(box.process.lines)
    host.ip("-6", "addr", "flush", "dev", "eth0")
    box.process.wait_for(r"^state reason=announced name=schoolbox\.local at=10\.7\.0\.1 ", since=said)
    eventually(lambda: avahi.resolve("schoolbox.local", family=6) == "")
    assert avahi.resolve("schoolbox.local") == "10.7.0.1"


def test_a_box_that_was_killed_gets_its_name_again(rig: Rig, lan: Lan, host: Host, tmp_path: Path) -> None:
    avahi = plugged(rig, lan, "10.7.0.2/24").avahi("schoolbox")
    first = start_box(host, memory=tmp_path / "name")
    first.wait_for_name("schoolbox-2.local")
    first.process.stop(9)
    avahi.process.stop(9)
    again = start_box(host, memory=tmp_path / "name")
    again.wait_for_name("schoolbox-2.local")
    assert not again.process.has_line("discovery_name_taken")
