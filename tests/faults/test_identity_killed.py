"""The hub's program dies between answering and being heard, and the box between hearing and keeping: nobody gets a
second address, and nobody who was asked for is forgotten when they are to be erased."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from content_packs.clock import SystemClock
from schoolbox.config import Config
from schoolbox.errors import WriteFailedError
from schoolbox.services.national_addresses import NationalAddresses
from schoolbox.services.people_rows import NewPerson
from schoolbox.services.policy import Allowed
from schoolbox.wiring import Box, open_box
from sync.enrolment import BoxIdentity, enrol
from sync.identity_client import OfficeErrand
from sync.identity_wire import AddressesGiven
from sync.ports import Credentials
from sync.transport import HubTransport
from tests.simulators.hub import CuttingLine
from tests.simulators.office import DOMAIN, beside_a_hub
from tests.simulators.programs import HubProcess, command, running_hub
from tests.simulators.seeded import seed

ASK, INTRODUCE = b" /identity/v1/addresses", b" /identity/v1/boxes"


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[HubProcess]:
    with running_hub(tmp_path) as program:
        program.stop()
        beside_a_hub(program.data, tmp_path / "office")
        yield program.start()


@pytest.fixture
def box(tmp_path: Path, hub: HubProcess) -> Iterator[Box]:
    seeded = seed(tmp_path / "school", pupils=3)
    opened = open_box(Config(data=seeded.data, reserve_mb=0))
    words = ("--school", "Agimi", "--municipality", "Gjilan", "--json")
    made = command("schoolbox-hub", "code", "create", "--data", hub.data, *words)
    code = made.stdout.partition('"code": "')[2].partition('"')[0]
    with HubTransport() as carrier:
        identity = BoxIdentity(opened.school.facts().box_id, "0.1.0")
        opened.uplink.remember(enrol(hub.url, code, identity, carrier, token_urlsafe=secrets.token_urlsafe))
    opened.policy.set(Allowed(national_addresses=True), by=1)
    try:
        yield opened
    finally:
        opened.close()


def ask(book: NationalAddresses, url: str, box: Box) -> None:
    """One errand of a program that has just started."""
    given = box.uplink.credentials()
    assert given is not None
    with HubTransport(timeout=httpx.Timeout(20.0)) as weak:
        errand = OfficeErrand(book, weak, SystemClock(), token_urlsafe=secrets.token_urlsafe)
        errand.run(Credentials(f"{url}/xapi/", given.key, given.secret), should_stop=lambda: False)


@pytest.mark.parametrize("cut_at", [ASK, INTRODUCE])
def test_a_hub_that_is_killed_before_its_answer_arrives_gives_the_same_again(
    box: Box, hub: HubProcess, tmp_path: Path, cut_at: bytes
) -> None:
    line = CuttingLine(lambda: ("127.0.0.1", hub.port), cuts=1, cut_at=cut_at, on_cut=hub.kill)
    with line.open() as url:
        ask(box.national_addresses, url, box)
        assert box.national_addresses.status().given == 0
        hub.start()
        ask(box.national_addresses, url, box)
    assert box.national_addresses.status().given == 4
    addresses = set(box.database.fetch_sql(str, "SELECT address FROM national_address"))
    assert addresses == {f"nxenes{one}.krasniqi@{DOMAIN}" for one in range(3)} | {f"vlora.gashi@{DOMAIN}"}
    listed = command("schoolbox-hub", "identity", "person", "find", "krasniqi", "--data", tmp_path / "office")
    assert listed.stdout.count(f"@{DOMAIN}") == 3, "each number has one address at the office, too"


class _FullDisk(NationalAddresses):
    """A book whose disk is full just when the answer is to be kept."""

    def keep(self, given: AddressesGiven) -> None:
        raise WriteFailedError(problem=f"no room for {len(given.addresses)}")


def test_a_box_that_dies_before_it_keeps_the_answer_hears_it_again_and_still_erases_whom_it_asked_for(
    box: Box, hub: HubProcess, tmp_path: Path
) -> None:
    keys = box.config.data / "keys"
    dying = _FullDisk(box.database, allowed=box.policy.allowed, keys=keys, disk=box.disk)
    with pytest.raises(WriteFailedError):
        ask(dying, hub.url, box)
    gone = box.people_search.by_login("nxenes1.krasniqi").id
    box.erasures.erase(gone, by=0)
    box.people.add(NewPerson("pupil", "Nxënës1", "Krasniqi"))
    ask(box.national_addresses, hub.url, box)
    addresses = sorted(box.database.fetch_sql(str, "SELECT address FROM national_address"))
    assert f"nxenes1.krasniqi2@{DOMAIN}" in addresses, "the first one was erased, and is never given again"
    assert f"nxenes0.krasniqi@{DOMAIN}" in addresses
    assert box.national_addresses.to_erase() == []
    listed = command("schoolbox-hub", "identity", "person", "find", "nxenes1", "--data", tmp_path / "office")
    assert listed.stdout.splitlines()[0] == f"nxenes1.krasniqi2@{DOMAIN}"
