"""`schoolbox sync enrol | connect | run | status`: the tie to the hub of the ministry; see also `cli.refused`."""

import secrets
from pathlib import Path
from typing import TYPE_CHECKING

import schoolbox
from schoolbox.cli import refused
from schoolbox.cli.asked import Asked, Parsers, noun, verb
from schoolbox.cli.outcome import Json, Outcome, table
from schoolbox.errors import BadInputError
from schoolbox.services.national_addresses import NationalAddressStatus
from schoolbox.services.uplink import UplinkStatus

if TYPE_CHECKING:
    from schoolbox.services.drain import Backlog
    from schoolbox.wiring import Box
    from sync.session import SyncReport
    from sync.transport import HubTransport


def add(nouns: Parsers) -> None:
    """Declare the noun."""
    verbs = noun(nouns, "sync", "what is learnt, on its way to the hub")
    words = verb(verbs, "enrol", enrol_box, "tie this box to a hub with a code of the ministry")
    words.add_argument("--hub", required=True, metavar="ADDRESS", help="http://hub.example")
    words.add_argument("--code", required=True)
    words = verb(verbs, "connect", connect, "send what is learnt to another Learning Record Store (xAPI), not to a hub")
    words.add_argument("--store", required=True, metavar="ADDRESS", help="https://lrs.example/xapi/")
    words.add_argument("--key", required=True)
    words.add_argument("--secret-file", required=True, type=Path, metavar="FILE", help="first line: the secret")
    verb(verbs, "run", run, "send everything that waits now")
    verb(verbs, "status", status, "show what waits, and when the hub was last heard")
    refused.add(verbs)


def enrol_box(asked: Asked) -> Outcome:
    """Trade a code for credentials, then say hello.

    Raises:
        EnrolmentError: The hub does not take the code.
        UntrustedHubError: Its certificate is not trusted here.
        NobodyThereError: Nobody answered; the code is still good.
    """
    from sync.enrolment import BoxIdentity, enrol
    from sync.transport import HubTransport

    with asked.box() as box, HubTransport() as transport:
        identity = BoxIdentity(box_id=box.school.facts().box_id, version=schoolbox.__version__)
        given = enrol(asked.words.hub, asked.words.code, identity, transport, token_urlsafe=secrets.token_urlsafe)
        box.uplink.remember(given)
        box.events.note("enrolled", hub=given.hub)
        _talk(box, transport)
    text = f"This box now belongs to {given.hub}, as {given.school}, {given.municipality}."
    return Outcome(
        {"hub": given.hub, "school": given.school, "municipality": given.municipality, "school_id": given.school_id},
        text,
    )


def connect(asked: Asked) -> Outcome:
    """Send statements to another Learning Record Store from now on, if one answers there.

    Raises:
        BadInputError: The file with the secret cannot be read.
        StrangerError: What answers is no Learning Record Store.
        UntrustedHubError: Its certificate is not trusted here.
        NobodyThereError: Nobody answered; nothing was changed.
    """
    from sync.enrolment import asked_now
    from sync.errors import StrangerError
    from sync.ports import Credentials
    from sync.transport import HubTransport

    store = f"{asked.words.store.rstrip('/')}/"
    secret = _first_line(asked.words.secret_file)
    found = Credentials(endpoint=store, key=asked.words.key, secret=secret, store_only=True)
    with asked.box() as box, HubTransport() as transport:
        answer = asked_now(lambda: transport.get_about(found))
        if answer.status != 200 or not answer.speaks_xapi:
            raise StrangerError(status=answer.status, problem="no Learning Record Store answers there")
        box.uplink.remember_store(found, store)
        box.events.note("enrolled", hub=store)
        _talk(box, transport)
    return Outcome({"store": store}, f"This box now sends what is learnt to {store}, and nothing else.")


def _first_line(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").partition("\n")[0].rstrip("\r")
    except (OSError, UnicodeDecodeError) as exc:
        raise BadInputError(field="secret-file", problem="cannot be read") from exc


def run(asked: Asked) -> Outcome:
    """Send what waits.

    Raises:
        SyncError: The hub could not be reached, or did not take everything; what is left waits.
    """
    from sync.transport import HubTransport

    with asked.box() as box, HubTransport() as transport:
        report = _talk(box, transport)
    if report.error is not None:
        raise report.error
    push = report.push
    text = f"{push.sent} sent, {report.waiting} waiting, {push.quarantined} set aside."
    return Outcome({"sent": push.sent, "waiting": report.waiting, "quarantined": push.quarantined}, text)


def status(asked: Asked) -> Outcome:
    """Show how the tie to the hub is; not an error while there is no line."""
    with asked.box() as box:
        found, addresses = box.uplink.status(), box.national_addresses.status()
        going, quiet_s = _going(box.outbox.backlog(found.waiting)), box.line_rules.quiet_s()
    quiet = f"\nThe line belongs to the pupils for {quiet_s / 60:.0f} more minutes." if quiet_s else ""
    return Outcome({**_data(found, addresses), **going, "quiet_s": quiet_s}, _text(found, addresses) + quiet)


def _talk(box: "Box", transport: "HubTransport") -> "SyncReport":
    from sync.errors import LineTimeoutError
    from sync.loop import SMALL_BATCH

    session = box.session(transport)
    report = session.run_once(at_once=True)
    if isinstance(report.error, LineTimeoutError):  # smaller pieces, as the running box does
        report = session.run_once(batch_size=SMALL_BATCH, at_once=True)
    box.uplink.report(report, next_try_in_s=None)
    return report


def _going(backlog: "Backlog | None") -> dict[str, Json]:
    """How far a large backlog is."""
    if backlog is None:
        return {}
    return {"backlog": {"done": backlog.done, "waiting": backlog.waiting, "left_s": backlog.left_s}}


def _data(found: UplinkStatus, addresses: NationalAddressStatus) -> dict[str, Json]:
    return {
        "enrolled": found.enrolled, "hub": found.hub_url,
        "last_try_at": found.last_try_at.isoformat() if found.last_try_at else None,
        "last_success_at": found.last_success_at.isoformat() if found.last_success_at else None,
        "problem": found.problem or None, "waiting": found.waiting, "quarantined": found.quarantined,
        "sent_total": found.sent_total, "next_try_s": found.next_try_s,
        "addresses": {
            "allowed": addresses.allowed, "given": addresses.given, "waiting": addresses.waiting,
            "undecided": addresses.undecided,
        },
    }  # fmt: skip


def _text(found: UplinkStatus, addresses: NationalAddressStatus) -> str:
    rows = [
        ("Hub", found.hub_url or "none yet"),
        ("Waiting", str(found.waiting)),
        ("Sent so far", str(found.sent_total)),
        ("Set aside by the hub", str(found.quarantined)),
        ("Last heard", f"{found.last_success_at:%Y-%m-%d %H:%M:%S} UTC" if found.last_success_at else "never"),
        ("Last try", f"{found.last_try_at:%Y-%m-%d %H:%M:%S} UTC" if found.last_try_at else "never"),
        ("Next try", "when the box runs" if found.next_try_s is None else f"in {found.next_try_s:.0f} s"),
        ("Addresses", _addresses(addresses)),
    ]
    told = [text for text in (found.problem_text, addresses.problem_text) if text]
    return "\n".join([table(rows), *dict.fromkeys(told)])


def _addresses(found: NationalAddressStatus) -> str:
    if not found.allowed:
        return "not asked for: the school has not allowed it"
    more = f", {found.undecided} at the office" if found.undecided else ""
    return f"{found.given} given, {found.waiting} waiting{more}"
