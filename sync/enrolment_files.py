"""A box that has no line asks a hub to take it in: a request goes there on a stick, an answer comes back (PROTOCOL 13).

Promises: what is read was signed by the key it carries, and nothing of it was changed; an answer can be opened by the
box that wrote the request alone; secret keys are in neither file. Whether an answer is of the hub that was meant, a
person says with the check number.

    raw = write_request(request, pen)
    read_request(raw).said.box, request_mark(raw)
    read_answer(raw_answer).check_number
"""

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Callable
from typing import Annotated

import msgspec

from content_packs.letter import Letter, read_letter, write_letter
from sync.courier import Pen, open_sealed, seal
from sync.enrolment import tidy_code
from sync.errors import AnswerError, CourierError
from sync.wire import BoxId, CourierKeys, Label, Recipient, Secret, Sha256, UtcTime, Version, WireRecord, decode_record

REQUEST_KIND, ANSWER_KIND = "enrolment-request", "enrolment-answer"
REQUEST_NAME, ANSWER_NAME = "box.request", "hub.answer"
REQUEST_ENDING, ANSWER_ENDING = ".request", ".answer"
FILE_BYTES_MAX = 16 * 1024
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CHECK_LENGTH = 12
"""60 bits: nobody finds a second key with the same number."""


class EnrolmentRequest(WireRecord, frozen=True):
    """What a box asks: its number, the key that answers are sealed for, and a code, if the ministry gave one."""

    box: BoxId
    recipient: Recipient
    version: Version
    made_at: UtcTime
    code: Annotated[str, msgspec.Meta(max_length=40)] = ""


class Given(WireRecord, frozen=True):
    """What is sealed in an answer: what the box signs in with, its school, and the hub's keys for couriers."""

    endpoint: Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
    key: Label
    secret: Secret
    school_id: str
    school: str
    municipality: str
    hub: str
    courier: CourierKeys


class EnrolmentAnswer(WireRecord, frozen=True):
    """What everybody may read of an answer: for which box and which request it is."""

    box: BoxId
    request: Sha256
    sealed: Annotated[str, msgspec.Meta(max_length=FILE_BYTES_MAX)]


def write_request(request: EnrolmentRequest, pen: Pen) -> bytes:
    """Write a request with the box's signature."""
    return write_letter(REQUEST_KIND, request, pen.public, pen.sign_bytes)


def read_request(raw: bytes) -> Letter[EnrolmentRequest] | None:
    """Read a request; None if it is none, or something of it was changed."""
    return read_letter(raw, REQUEST_KIND, EnrolmentRequest) if len(raw) <= FILE_BYTES_MAX else None


def request_mark(raw: bytes) -> str:
    """Give the SHA-256 by which an answer names its request."""
    return hashlib.sha256(raw).hexdigest()


def write_answer(request: EnrolmentRequest, mark: str, given: Given, sign: Callable[[bytes], bytes]) -> bytes:
    """Write an answer, signed with the key of the hub's receipts."""
    sealed = seal(msgspec.json.encode(given), request.recipient)
    said = EnrolmentAnswer(box=request.box, request=mark, sealed=b64encode(sealed).decode("ascii"))
    return write_letter(ANSWER_KIND, said, given.courier.receipts, sign)


def read_answer(raw: bytes) -> Letter[EnrolmentAnswer]:
    """Read what everybody may read of an answer.

    Raises:
        AnswerError: It is none, or something of it was changed.
    """
    letter = read_letter(raw, ANSWER_KIND, EnrolmentAnswer) if len(raw) <= FILE_BYTES_MAX else None
    if letter is None:
        raise AnswerError(problem="no answer, or changed on the way")
    return letter


def open_answer(answer: Letter[EnrolmentAnswer], identity: str) -> Given:
    """Open an answer with the key that only this box has.

    Raises:
        AnswerError: It was sealed for another key, or does not say what an answer says.
    """
    try:
        given = decode_record(open_sealed(b64decode(answer.said.sealed, validate=True), identity), Given)
    except (ValueError, CourierError) as exc:  # errors of msgspec and base64 are ValueErrors
        raise AnswerError(problem="it does not let itself be opened") from exc
    if given.courier.receipts != answer.public:
        raise AnswerError(problem="it was signed with another key than the hub's")
    return given


def check_number(hub_public: str, mark: str) -> str:
    """Give the number that a hub tells a technician: it stands for the hub's key and the request."""
    digest = hashlib.sha256(f"schoolbox enrolment check\n{hub_public}\n{mark}".encode("ascii")).digest()
    letters = "".join(_LETTERS[byte % 32] for byte in digest[:_CHECK_LENGTH])
    return f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"


def is_check_number(typed: str, hub_public: str, mark: str) -> bool:
    """Say whether the number was typed, however people write it."""
    return tidy_code(typed) == tidy_code(check_number(hub_public, mark))
