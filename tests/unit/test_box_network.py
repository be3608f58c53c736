"""The network of a box: what phones in its own Wi-Fi are told, who reaches what, and its clock without a battery."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from deploy.raspberrypi.firstboot.network_files import OWN, OWN_ADDRESS, own_network
from deploy.raspberrypi.helper import clock, network
from deploy.raspberrypi.helper.places import Places
from tests.simulators.programs import ROOT
from tests.simulators.root_machine import RootMachine
from tests.unit.test_helper import Rig

NETWORK = ROOT / "deploy" / "raspberrypi" / "network"
FILES = sorted(path for path in (ROOT / "deploy/raspberrypi").rglob("*") if path.is_file())
SCRIPTS = [path for path in FILES if path.read_bytes()[:9] == b"#!/bin/sh"]
LAN = """set -e
PATH=$PATH:/usr/sbin:/sbin
ip link set lo up
ip link add ap type veth peer name phone
ip netns add {name}
ip link set phone netns {name}
ip addr add 10.42.0.1/24 dev ap
ip link set ap up
ip netns exec {name} ip link set phone up
nft -f {network}/firewall.nft
dnsmasq --conf-file=/dev/null --no-hosts --bind-interfaces --except-interface=lo --clear-on-reload --strict-order \\
    --listen-address=10.42.0.1 --dhcp-range=10.42.0.10,10.42.0.254,60m --dhcp-lease-max=50 --keep-in-foreground \\
    --dhcp-leasefile={work}/leases --pid-file={work}/pid --conf-dir={work}/shared.d 2>{work}/said &
sleep 0.3
ip netns exec {name} busybox udhcpc -i phone -f -q -n -t 20 -T 1 -A 1 -O 114 -s {work}/got > /dev/null 2>&1
ip netns exec {name} sh -c 'ip addr add 10.42.0.77/24 dev phone; ip link set lo up
    for name in connectivitycheck.gstatic.com captive.apple.com schoolbox.local; do
        busybox nslookup -type=a $name 10.42.0.1
    done
    busybox nslookup -type=aaaa captive.apple.com 10.42.0.1 || true
    busybox nc -w 2 10.42.0.1 443 < /dev/null && echo open || echo refused'
kill $(cat {work}/pid)
"""
GOT = """#!/bin/sh
[ "$1" = bound ] || exit 0
echo "$ip $dns $router $opt114" > {work}/lease
"""


@pytest.fixture(scope="module")
def lan(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A phone that joined the box's own Wi-Fi: what it was lent, and what it saw."""
    work = tmp_path_factory.mktemp("lan")
    (work / "shared.d").mkdir()
    shutil.copyfile(NETWORK / "dnsmasq.conf", work / "shared.d" / "schoolbox.conf")
    (work / "got").write_text(GOT.format(work=work))
    (work / "got").chmod(0o755)
    text = LAN.format(work=work, network=NETWORK, name=f"phone{work.stat().st_ino}")
    words = ["unshare", "--net", "--mount", "sh", "-c", f"mount -t tmpfs x /run; {text}"]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr + (work / "said").read_text()
    return work, done.stdout


def test_a_phone_gets_an_address_and_is_told_where_the_page_is(lan: tuple[Path, str]) -> None:
    address, dns, router, told = (lan[0] / "lease").read_text().split()
    assert re.fullmatch(r"10\.42\.0\.\d+", address)
    assert (dns, router) == (OWN_ADDRESS, OWN_ADDRESS)
    assert bytes.fromhex(told) == b"http://10.42.0.1/captive-portal/api"


def test_every_name_leads_to_the_box_and_https_is_refused_at_once(lan: tuple[Path, str]) -> None:
    found = re.findall(r"Name:\s+(\S+)\s+Address(?: 1)?: (\S+)", lan[1])
    assert {name for name, address in found if address == OWN_ADDRESS} == {
        "connectivitycheck.gstatic.com", "captive.apple.com", "schoolbox.local"
    }  # fmt: skip
    assert ":" not in "".join(address for _, address in found)
    assert lan[1].splitlines()[-1] == "refused"


def test_nobody_is_led_through_the_box() -> None:
    twice = f"nft -f {NETWORK}/firewall.nft; " * 2
    words = ["unshare", "--net", "sh", "-c", f"PATH=$PATH:/usr/sbin:/sbin; {twice} nft list ruleset"]
    shown = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    assert "hook forward priority filter - 1; policy drop;" in shown
    assert shown.count("table inet schoolbox") == 1
    assert "ct count over 800" in shown


def test_the_box_has_an_open_network_of_its_own_from_the_first_start(tmp_path: Path) -> None:
    machine, places = RootMachine(tmp_path), Places(tmp_path)
    (tmp_path / "run/schoolbox").mkdir(parents=True)
    network.prepare(machine, places)
    network.prepare(machine, places)
    copy = places.in_memory / OWN
    assert copy.read_bytes() == (places.connections / OWN).read_bytes() == own_network("Schoolbox", "")
    assert copy.stat().st_mode & 0o777 == 0o600
    assert machine.ran[0] == ("iw", "reg", "set", "AL")
    assert '"name": "Schoolbox", "protected": false' in places.network.read_text()


def test_a_page_changes_name_and_password_and_the_country_stays_known(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    network.prepare(rig.machine, rig.places)
    for word, kept in (("three good words", "three good words"), (network.SAME, "three good words"), ("", "")):
        assert rig.ask(verb="network", name="Shkolla „Agimi”", password=word, country="XK") == ""
        assert (rig.places.in_memory / OWN).read_bytes() == own_network("Shkolla „Agimi”", kept)
    assert rig.machine.ran[-2:] == [("nmcli", "connection", "reload"), ("nmcli", "connection", "up", "schoolbox-own")]
    assert (rig.places.system / "country").read_text() == "AL\n"


@pytest.mark.parametrize(
    "said",
    [
        {"name": ""}, {"name": "x" * 33}, {"name": "ë" * 17}, {"name": "a\nb"}, {"name": " a"}, {"password": "short"},
        {"password": "x" * 64}, {"password": "fjalëkalimi"}, {"country": "ZZ"}, {"country": ""}, {"password": 12345678},
    ],
)  # fmt: skip
def test_a_network_that_cannot_be_is_refused_and_the_old_one_stays(tmp_path: Path, said: dict[str, object]) -> None:
    rig = Rig(tmp_path)
    network.prepare(rig.machine, rig.places)
    assert rig.ask(verb="network", **{"name": "Agimi", "password": "", "country": "AL", **said}) == "bad_request"
    assert (rig.places.connections / OWN).read_bytes() == own_network("Schoolbox", "")


def test_the_clock_goes_on_from_where_it_stopped_and_never_back(tmp_path: Path) -> None:
    places, put = Places(tmp_path), list[float]()
    later = clock.EARLIEST_S + 1000.0
    assert clock.save(places, now=lambda: later)
    assert not clock.save(places, now=lambda: later - 500)
    assert clock.load(places, now=lambda: 0.0, put=put.append)
    assert not clock.load(places, now=lambda: later + 1, put=put.append)
    assert put == [later]


def test_a_kept_time_that_was_wrong_goes_back_once_the_internet_says_so(tmp_path: Path) -> None:
    places, put = Places(tmp_path), list[float]()
    right = clock.EARLIEST_S + 1000.0
    assert clock.save(places, now=lambda: right + 10**8)
    assert not clock.save(places, now=lambda: right)
    places.synchronised.parent.mkdir(parents=True)
    places.synchronised.touch()
    assert clock.save(places, now=lambda: right)
    assert clock.load(places, now=lambda: 0.0, put=put.append)
    assert put == [right]


@pytest.mark.parametrize("kept", ["", "nan", "-1", "99999999999999", "\udcff", "1\n2"])
def test_a_kept_time_that_cannot_be_is_none(tmp_path: Path, kept: str) -> None:
    places, put = Places(tmp_path), list[float]()
    places.clock.parent.mkdir(parents=True)
    places.clock.write_bytes(kept.encode("utf-8", "surrogateescape"))
    assert clock.load(places, now=lambda: 0.0, put=put.append)
    assert put == [clock.EARLIEST_S]


def test_the_clock_is_put_forward_as_the_box_was_told_and_that_is_kept(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    for at in (clock.EARLIEST_S, clock.EARLIEST_S + clock.DIFFERENCE_S + 1, clock.END_S - 1):
        assert rig.ask(verb="clock", at=at) == ""
        assert (rig.machine.wall_s, rig.places.clock.read_text()) == (at, f"{at}\n")
    put = ("systemctl", "restart", "schoolbox-clock.service")
    assert rig.machine.ran == [put, ("systemctl", "start", "--no-block", "schoolbox-battery.service")] * 3


@pytest.mark.parametrize("by", [clock.DIFFERENCE_S, 0, -1000])
def test_a_clock_that_is_not_behind_stays_as_it_is(tmp_path: Path, by: int) -> None:
    rig = Rig(tmp_path)
    rig.machine.wall_s = clock.EARLIEST_S + 5000.0
    assert rig.ask(verb="clock", at=clock.EARLIEST_S + 5000 + by) == "no_need"
    assert (rig.machine.ran, rig.places.clock.exists()) == ([], False)


def test_what_the_internet_says_counts_more_than_what_the_box_was_told(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.places.synchronised.parent.mkdir(parents=True)
    rig.places.synchronised.touch()
    assert rig.ask(verb="clock", at=clock.EARLIEST_S) == "no_need"
    assert rig.machine.ran == []


def test_a_system_that_does_not_put_the_clock_is_told_as_that(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.machine.refuses = {clock.PROGRAM}
    assert rig.ask(verb="clock", at=clock.EARLIEST_S) == "failed"


@pytest.mark.parametrize("at", [clock.EARLIEST_S - 1, clock.END_S, -1, 0, True, "1790000000", 10**400, 1.5e9])
def test_a_time_that_cannot_be_is_refused(tmp_path: Path, at: object) -> None:
    rig = Rig(tmp_path)
    assert rig.ask(verb="clock", at=at) == "bad_request"
    assert rig.machine.ran == []


def test_the_program_that_the_helper_starts_again_is_the_one_that_puts_the_clock() -> None:
    unit = (ROOT / "deploy/raspberrypi/systemd" / clock.PROGRAM).read_text()
    assert "ExecStart=/usr/lib/schoolbox/helper clock load" in unit
    assert "CapabilityBoundingSet=CAP_SYS_TIME" in unit


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_shellcheck_finds_nothing_in_what_the_box_runs(script: Path) -> None:
    done = subprocess.run(["shellcheck", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("words", "environment", "starts"),
    [
        (("eth0", "up"), {"CONNECTION_ID": "Wired connection 1"}, True),
        (("wlan0", "up"), {"CONNECTION_ID": "schoolbox-own"}, False),
        (("eth0", "down"), {}, False), ((), {}, False), (("", "connectivity-change"), {}, True),
    ],
)  # fmt: skip
def test_a_line_that_came_up_sends_what_waits(
    tmp_path: Path, words: tuple[str, ...], environment: dict[str, str], starts: bool
) -> None:
    (tmp_path / "systemctl").write_text("#!/bin/sh\necho \"$@\"\n")
    (tmp_path / "systemctl").chmod(0o755)
    known = {"PATH": f"{tmp_path}:/usr/bin:/bin", **environment}
    done = subprocess.run([NETWORK / "online", *words], capture_output=True, text=True, check=True, env=known)
    assert done.stdout == ("start --no-block schoolbox-online.service\n" if starts else "")
