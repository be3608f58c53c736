"""A box asks a hub to take it in, with a one-time code (PROTOCOL.md section 5).

The box makes its own secret, so an answer that is lost on the line can be asked for again with the same words.

    enrolled = enrol("https://hub.example", "K7PM-2R9X", identity, transport, token_urlsafe=secrets.token_urlsafe)
    enrolled.credentials, enrolled.school_id
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from sync.answers import Answer
from sync.errors import EnrolmentError, HubBusyError, LineError, NobodyThereError, StrangerError, UntrustedHubError
from sync.ports import Credentials
from sync.wire import CourierKeys, EnrolAnswer, EnrolRequest, Refusal, decode_record

if TYPE_CHECKING:
    from sync.transport import HubTransport

ATTEMPTS = 3


class BoxIdentity(msgspec.Struct, frozen=True):
    """Who asks: the box's own random number in 32 hex digits, and the version of its program."""

    box_id: str
    version: str


class Enrolment(msgspec.Struct, frozen=True):
    """What a box keeps after it was taken in; names are the hub's, to be shown to the technician."""

    credentials: Credentials
    school_id: str
    school: str
    municipality: str
    hub: str
    courier: CourierKeys | None = None


def enrol(
    hub_url: str, code: str, box: BoxIdentity, transport: "HubTransport", *, token_urlsafe: Callable[[int], str]
) -> Enrolment:
    """Trade a code for credentials.

    Raises:
        EnrolmentError: The code is unknown, used or withdrawn; `reason` says which.
        HubBusyError: The hub asked to wait.
        StrangerError: What answers at this address is not a hub.
        UntrustedHubError: Its certificate is not trusted here.
        NobodyThereError: Nobody answered, several times.
    """
    secret = token_urlsafe(32)
    request = EnrolRequest(code=tidy_code(code), box_id=box.box_id, secret=secret, version=box.version)
    answer = _ask(hub_url, msgspec.json.encode(request), transport)
    given = _given(answer)
    endpoint = f"{hub_url.rstrip('/')}/xapi/"
    return Enrolment(
        credentials=Credentials(endpoint=endpoint, key=given.key, secret=secret),
        school_id=given.school_id,
        school=given.school,
        municipality=given.municipality,
        hub=given.hub,
        courier=given.courier,
    )


def tidy_code(typed: str) -> str:
    """Bring a code as people type it into one form: capitals, no blanks or dashes; O is 0, I and L are 1."""
    kept = "".join(letter for letter in typed.upper() if letter.isalnum())
    return kept.translate(str.maketrans("OIL", "011"))


def _ask(hub_url: str, body: bytes, transport: "HubTransport") -> Answer:
    """Send the request; repeat it when the line fails."""
    for _ in range(ATTEMPTS - 1):
        try:
            return transport.post_enrolment(hub_url, body)
        except UntrustedHubError:
            raise
        except LineError:
            continue
    return asked_now(lambda: transport.post_enrolment(hub_url, body))


def asked_now(ask: Callable[[], Answer]) -> Answer:
    """Ask for somebody who waits for the answer.

    Raises:
        UntrustedHubError: The certificate of what answers is not trusted here.
        NobodyThereError: Nobody answered.
    """
    try:
        return ask()
    except UntrustedHubError:
        raise
    except LineError as exc:
        raise NobodyThereError(problem=exc.problem) from exc


def _given(answer: Answer) -> EnrolAnswer:
    """Read the hub's answer, or raise what it means."""
    if answer.status == 429 or answer.status >= 500:
        raise HubBusyError(status=answer.status, retry_after_s=answer.retry_after_s)
    try:
        if answer.status == 200:
            return decode_record(answer.body, EnrolAnswer)
        refusal = decode_record(answer.body, Refusal)
    except msgspec.DecodeError as exc:
        raise StrangerError(status=answer.status, problem="the answer is not a hub's") from exc
    raise EnrolmentError(reason=refusal.error)
