"""What a box does with the hub's answer to a batch (PROTOCOL.md section 4): a function of the answer alone.

Only an answer that carries the xAPI version header comes from a Learning Record Store. Whatever else answers, a captive
portal or a proxy, is a stranger: nothing it says takes a statement out of the outbox or puts one aside.

    judge(Answer(status=200, speaks_xapi=True, body=b'["..."]', retry_after_s=None), ids=("...",))
"""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum

import msgspec

from sync.errors import CredentialsError, HubBusyError, StrangerError, SyncError
from sync.wire import decode_json


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What came back; `speaks_xapi` says whether the xAPI version header was there, `date` what time it is there.

    `takes_zstd` says whether the next request may be packed with Zstandard (PROTOCOL 3.6).
    """

    status: int
    speaks_xapi: bool
    body: bytes
    retry_after_s: float | None
    date: datetime | None = None
    takes_zstd: bool = False


class Verdict(Enum):
    """`DONE`: acknowledge all. `GUILTY`: one of them is refused, halve to find it."""

    DONE = "done"
    GUILTY = "guilty"


def judge(answer: Answer, ids: tuple[str, ...]) -> Verdict:
    """Decide what an answer to a batch with these statement ids means.

    Raises:
        CredentialsError: 401 or 403.
        HubBusyError: 429 or 5xx.
        StrangerError: Not an answer of a Learning Record Store, or not to this batch.
    """
    if answer.status == 429 or answer.status >= 500:
        raise HubBusyError(status=answer.status, retry_after_s=answer.retry_after_s)
    if not answer.speaks_xapi:
        return _stranger(answer, count=len(ids))
    if answer.status in (200, 204):
        return _done(answer, ids)
    if answer.status in (400, 409, 413):
        return Verdict.GUILTY
    if answer.status in (401, 403):
        raise CredentialsError(status=answer.status)
    raise StrangerError(status=answer.status, problem="a status this protocol does not use")


def refusal_text(answer: Answer) -> str:
    """Say why a statement was refused, in the hub's words if it has any; at most 500 characters."""
    try:
        message = decode_json(answer.body, _Message).message
    except msgspec.DecodeError:
        message = answer.body.decode("utf-8", "replace")
    return f"{answer.status}: {message.strip() or 'no reason given'}"[:500]


def retry_after_s(value: str | None, date: str | None) -> float | None:
    """Read `Retry-After`: seconds, or a date that is compared with the answer's own `Date`, as our clock may be wrong.

    Source: RFC 9110 §10.2.3.
    """
    if not value:
        return None
    if value.strip().isascii() and value.strip().isdigit():
        return float(value.strip())
    try:
        return max(0.0, (parsedate_to_datetime(value) - parsedate_to_datetime(date or "")).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return None


def date_of(value: str | None) -> datetime | None:
    """Read the `Date` of an answer; None if there is none that makes sense.

    Source: RFC 9110 §6.6.1.
    """
    try:
        found = parsedate_to_datetime(value or "")
    except (ValueError, TypeError, OverflowError):
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


class _Message(msgspec.Struct):
    """The part of a refusal that is read; others may say more."""

    message: str


def _done(answer: Answer, ids: tuple[str, ...]) -> Verdict:
    """Believe 200 only if it lists exactly the ids that were sent."""
    if answer.status == 204:
        return Verdict.DONE
    try:
        listed = decode_json(answer.body, list[str])
    except msgspec.DecodeError as exc:
        raise StrangerError(status=200, problem="the answer is not a list of ids") from exc
    if [one.lower() for one in listed] != [one.lower() for one in ids]:
        raise StrangerError(status=200, problem="the answer lists other statements")
    return Verdict.DONE


def _stranger(answer: Answer, *, count: int) -> Verdict:
    """Handle an answer without the version header: a proxy in front of the hub may find a batch too large."""
    if answer.status == 413 and count > 1:
        return Verdict.GUILTY
    error: SyncError = StrangerError(status=answer.status, problem="no X-Experience-API-Version in the answer")
    if answer.status == 401:
        error = CredentialsError(status=401)
    raise error
