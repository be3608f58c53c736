"""A box is taken in by a one-time code (PROTOCOL section 5)."""

import contextlib
import secrets
import socket
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from sync.enrolment import BoxIdentity, enrol
from sync.errors import CredentialsError, EnrolmentError, HubBusyError, StrangerError
from sync.transport import HubTransport
from tests.simulators.front import make_certificate
from tests.simulators.hub import Portal, RunningHub, Scripted, running_hub
from tests.simulators.learning import Classroom
from tests.simulators.outbox import MemoryOutbox
from tests.simulators.programs import command, free_port
from tests.simulators.relay import relay
from tests.simulators.sync_box import Box


@pytest.fixture
def transport() -> Iterator[HubTransport]:
    with HubTransport(timeout=httpx.Timeout(20.0)) as carrier:
        yield carrier


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory, new_database: Callable[[], str]) -> Iterator[RunningHub]:
    with running_hub(tmp_path_factory.mktemp("hub") / "data", database=new_database()) as running:
        yield running


def test_enrolling_again_ends_the_older_credentials(hub: RunningHub, transport: HubTransport) -> None:
    box_id = secrets.token_hex(16)
    old = Box(MemoryOutbox(), hub.enrol(box_id=box_id).credentials)
    old.learn(Classroom(), 1)
    assert old.sync(transport).ok
    new = Box(MemoryOutbox(), hub.enrol(box_id=box_id).credentials)
    assert isinstance(old.sync(transport).error, CredentialsError)
    assert new.sync(transport).ok
    assert new.at is not None
    assert len(hub.arrived(new.at)) == 1


def test_a_code_of_another_school_takes_over_no_box_whose_number_is_known(
    hub: RunningHub, transport: HubTransport
) -> None:
    box_id = secrets.token_hex(16)
    box = Box(MemoryOutbox(), hub.enrol(box_id=box_id).credentials)
    box.learn(Classroom(), 1)
    assert box.sync(transport).ok
    with pytest.raises(EnrolmentError, match="box-elsewhere"):
        hub.enrol("Drita", box_id=box_id)
    assert box.sync(transport).ok


def test_a_withdrawn_box_sends_nothing_until_a_new_code_lets_it_in_at_any_school(
    hub: RunningHub, transport: HubTransport
) -> None:
    box_id = secrets.token_hex(16)
    stolen = Box(MemoryOutbox(), hub.enrol(box_id=box_id).credentials)
    hub.hub.care.withdraw(box_id, by="test")
    assert isinstance(stolen.sync(transport).error, CredentialsError)
    assert Box(MemoryOutbox(), hub.enrol("Drita", box_id=box_id).credentials).sync(transport).ok


@pytest.mark.parametrize(("code", "reason"), [("AAAA-AAAA", "code-unknown"), ("", "body-unreadable")])
def test_a_wrong_code_is_refused(tmp_path: Path, transport: HubTransport, code: str, reason: str) -> None:
    with running_hub(tmp_path / "data") as hub, pytest.raises(EnrolmentError) as caught:
        enrol(hub.url, code, BoxIdentity("0" * 32, "1"), transport, token_urlsafe=secrets.token_urlsafe)
    assert caught.value.reason == reason


def test_a_code_works_once(hub: RunningHub, transport: HubTransport) -> None:
    code = hub.hub.enrolments.make_code("Agimi", "Gjilan").code.lower().replace("-", " ")
    identity = BoxIdentity(secrets.token_hex(16), "1")
    enrolled = enrol(hub.url, code, identity, transport, token_urlsafe=secrets.token_urlsafe)
    assert (enrolled.school, enrolled.municipality, enrolled.hub) == ("Agimi", "Gjilan", "Komuna e Gjilanit")
    for other in (BoxIdentity(secrets.token_hex(16), "1"), identity):
        with pytest.raises(EnrolmentError, match="code-used"):
            enrol(hub.url, code, other, transport, token_urlsafe=secrets.token_urlsafe)
    assert Box(MemoryOutbox(), enrolled.credentials).sync(transport).ok


def test_a_lost_answer_to_an_enrolment_can_be_asked_for_again(hub: RunningHub, transport: HubTransport) -> None:
    code = hub.hub.enrolments.make_code("Agimi", "Gjilan").code
    identity, secret = BoxIdentity(secrets.token_hex(16), "1"), secrets.token_urlsafe(32)
    first, second = (
        enrol(hub.url, code, identity, transport, token_urlsafe=lambda _size: secret) for _ in range(2)
    )
    assert first == second


def test_guessing_codes_is_slowed_down(tmp_path: Path, transport: HubTransport) -> None:
    with running_hub(tmp_path / "data") as hub:
        for _ in range(5):
            with pytest.raises(EnrolmentError):
                enrol(hub.url, "WRONG000", BoxIdentity("0" * 32, "1"), transport, token_urlsafe=secrets.token_urlsafe)
        with pytest.raises(HubBusyError) as caught:
            enrol(hub.url, "WRONG000", BoxIdentity("0" * 32, "1"), transport, token_urlsafe=secrets.token_urlsafe)
    assert caught.value.retry_after_s is not None


def test_a_hub_with_a_certificate_that_is_not_trusted_is_told_at_once_and_nothing_is_sent_to_it(tmp_path: Path) -> None:
    make_certificate(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(tmp_path / "hub.crt", tmp_path / "hub.key")
    came: list[bytes] = []

    def carry(near: socket.socket) -> None:
        with contextlib.suppress(OSError), context.wrap_socket(near, server_side=True) as told:
            came.append(told.recv(1000))

    words = ("sync", "enrol", "--code", "AAAA-BBBB", "--hub")
    with relay(carry) as url:
        said = command("schoolbox", "--data", tmp_path / "box", *words, url.replace("http:", "https:"))
    assert (said.returncode, came) == (94, [])
    assert "has a certificate that this box does not trust" in said.stderr
    assert "SSL_CERT_FILE" in said.stderr


def test_where_nobody_answers_the_one_who_asks_is_not_told_to_wait(tmp_path: Path) -> None:
    words = ("sync", "enrol", "--code", "AAAA-BBBB", "--hub", f"http://127.0.0.1:{free_port()}")
    said = command("schoolbox", "--data", tmp_path / "box", *words)
    assert said.returncode == 95
    assert "Check the address and the line, then do it again." in said.stderr


def test_enrolling_at_something_that_is_no_hub_says_so(transport: HubTransport) -> None:
    with Portal([Scripted(200)]).open() as url, pytest.raises(StrangerError):
        enrol(url, "AAAA", BoxIdentity("0" * 32, "1"), transport, token_urlsafe=secrets.token_urlsafe)
