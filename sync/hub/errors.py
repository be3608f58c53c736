"""Everything the hub refuses or cannot do, and what each means to a program and to a person.

HubError
├── BadRequestError          the request is not what PROTOCOL.md says
│   ├── StatementRefusedError    one statement is not valid xAPI; `index` says which
│   └── UnreadableBodyError      not as it is said to be packed, not JSON, an unknown encoding
├── TooLargeError            more than a hub takes at once
├── ConflictError            this id already stands for another statement
├── TooOldError              a statement of a time of which the hub has let go
├── PreconditionError        a document is another than the request expects
├── DocumentExistsError      a document may not be replaced without saying which one is meant
├── NotSignedInError         no or wrong credentials
├── ForbiddenError           signed in, but not for this
├── NotFoundError            nothing there, or not for you
├── SendingConflictError     this number already stands for another sending
├── SendingAnsweredError     another box has taken in what this one took in, too
├── SendingsFullError        a box has as many sealed transfers on their way as a hub carries for one
├── CourierRefusedError      a courier that is not taken; `reason` says why
├── ProposalRefusedError     packs that a publisher sent and that are not taken; `word` says why
├── ProposalStateError       somebody decided about it already
├── CodeError                an enrolment code that is not good; `reason` says why
│   └── IntroductionError        a box that the identity office does not take in; `reason` says why
├── TooManyTriesError        wrong codes or passwords, too fast; `retry_after_s`
├── BusyError                more waits for its rows than a hub lets wait; `retry_after_s`
├── ConfigError              a setting that is unknown or impossible
└── DataError                the data folder is missing, newer than this program, or damaged
    └── ReplicaError             a replica is away, lacks something, or cannot hold its moment; the main database can

`OUTCOMES` is the one table: class, fixed word, HTTP status, exit code. What a person reads stands in `sync.hub.texts`
for pages and in `message` for programs.
"""

from collections.abc import Mapping

import msgspec


class HubError(Exception):
    """The root of all errors of the hub; `message` is one sentence for the program or person that asked."""

    transient = False

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class BadRequestError(HubError):
    """The request is not what PROTOCOL.md says."""


class StatementRefusedError(BadRequestError):
    """One statement is not valid; `index` is its place in the batch, `problem` what is wrong with it."""

    def __init__(self, *, index: int, problem: str, statement_id: str | None = None) -> None:
        named = f" (id {statement_id})" if statement_id else ""
        super().__init__(f"Statement {index + 1}{named} was refused: {problem}. Nothing of this request was stored.")
        self.index = index
        self.problem = problem


class UnreadableBodyError(BadRequestError):
    """The body cannot be unpacked or is not JSON."""


class TooLargeError(HubError):
    """More than a hub takes at once; halve it."""


class ConflictError(HubError):
    """The id already stands for another statement; `index` is the place of the newcomer."""

    def __init__(self, *, index: int, statement_id: str) -> None:
        super().__init__(
            f"Statement {index + 1} (id {statement_id}) was refused: another statement has this id. "
            "Nothing of this request was stored."
        )
        self.index = index
        self.statement_id = statement_id


class TooOldError(HubError):
    """A statement was made below the floor: nobody knows any more whether it was there; `index` is its place."""

    def __init__(self, *, index: int, statement_id: str, floor: str) -> None:
        super().__init__(
            f"Statement {index + 1} (id {statement_id}) was refused: its id was made before {floor}, and this hub has"
            " let go of such statements, so that it may be a repetition. Nothing of this request was stored. If it"
            " never was here, send it with an id that tells no time (UUIDv4)."
        )
        self.index = index
        self.statement_id = statement_id


class PreconditionError(HubError):
    """A document is another than the request expects."""


class DocumentExistsError(HubError):
    """A document may not be replaced by a request that does not say which one it means."""


class NotSignedInError(HubError):
    """No credentials, or wrong ones."""


class ForbiddenError(HubError):
    """These credentials are not for this."""


class NotFoundError(HubError):
    """Nothing there, or not for these credentials."""


class CodeError(HubError):
    """An enrolment code that is not good; `reason` is the fixed word of PROTOCOL 5.4."""

    def __init__(self, *, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class IntroductionError(CodeError):
    """An introduction that the identity office does not take; `reason` is the fixed word of PROTOCOL 10.4."""


class SendingConflictError(HubError):
    """This number already stands for another sending."""


class SendingAnsweredError(HubError):
    """Another box of the school has taken in what this one took in, too: its receipt is kept, this one is not."""


class SendingsFullError(HubError):
    """A box has as many sealed transfers on their way as a hub carries for one."""


class ProposalRefusedError(HubError):
    """Packs that a publisher sent are not taken; `word` is the fixed word of PROTOCOL 15.6, with its facts."""

    def __init__(self, message: str, *, word: str, facts: Mapping[str, str]) -> None:
        super().__init__(message)
        self.word = word
        self.facts = facts


class ProposalStateError(HubError):
    """Somebody decided about this proposal already."""


class CourierRefusedError(HubError):
    """A courier that is not taken; `reason` is the fixed word of PROTOCOL 12.9. Nothing of it was stored."""

    def __init__(self, *, reason: str) -> None:
        super().__init__(COURIER_REASONS[reason])
        self.reason = reason


COURIER_REASONS = {
    "not-a-courier": "This file is no courier of a box. Take the files that end in .courier.",
    "too-large": "This file is larger than any courier. Copy it from the stick again.",
    "unreadable": "This courier is cut off or damaged, or it was made for another hub. Copy it from the stick again.",
    "forged": "This courier was not signed by the box it names. Nothing in it can be believed.",
    "damaged": "This courier was signed, but what is in it cannot be read. Have the box write a new one.",
    "unknown-box": "The box of this courier was never heard from here. Enrol it first, then read the courier again.",
    "withdrawn-box": "The box of this courier was withdrawn. Enrol it again, then read the courier again.",
}
"""What is said of a courier that is not taken, by the fixed words of PROTOCOL 12.9."""


class TooManyTriesError(HubError):
    """Wrong codes or passwords, too fast."""

    transient = True

    def __init__(self, *, retry_after_s: int) -> None:
        super().__init__(f"Too many wrong tries. Nothing is locked; try again in {retry_after_s} seconds.")
        self.retry_after_s = retry_after_s


class BusyError(HubError):
    """More batches wait for their rows than a hub lets wait: boxes keep theirs and come later."""

    transient = True

    def __init__(self, *, retry_after_s: int) -> None:
        super().__init__(
            f"Too much has come at once. Nothing of this request was stored; send it again in {retry_after_s} seconds."
        )
        self.retry_after_s = retry_after_s


class ConfigError(HubError):
    """A setting that is unknown or impossible."""


class DataError(HubError):
    """The data folder is missing, newer than this program, or damaged."""


class ReplicaError(DataError):
    """A replica is away, lacks something still, or cannot hold its moment any longer; the main database can answer."""


class Outcome(msgspec.Struct, frozen=True):
    """What an error means outside: a fixed word, an HTTP status and an exit code."""

    word: str
    status: int
    exit_code: int


OUTCOMES: dict[type[HubError], Outcome] = {
    HubError: Outcome("error", 500, 1),
    BadRequestError: Outcome("bad-request", 400, 2),
    StatementRefusedError: Outcome("statement-refused", 400, 2),
    UnreadableBodyError: Outcome("body-unreadable", 400, 2),
    TooLargeError: Outcome("too-large", 413, 2),
    ConflictError: Outcome("conflict", 409, 5),
    TooOldError: Outcome("too-old", 403, 6),
    PreconditionError: Outcome("precondition-failed", 412, 5),
    DocumentExistsError: Outcome("document-exists", 409, 5),
    NotSignedInError: Outcome("not-signed-in", 401, 6),
    ForbiddenError: Outcome("forbidden", 403, 6),
    NotFoundError: Outcome("not-found", 404, 4),
    SendingConflictError: Outcome("sending-conflict", 409, 5),
    SendingAnsweredError: Outcome("sending-answered", 409, 5),
    SendingsFullError: Outcome("sendings-full", 409, 5),
    CourierRefusedError: Outcome("courier", 422, 9),
    ProposalRefusedError: Outcome("proposal-refused", 422, 9),
    ProposalStateError: Outcome("proposal-decided", 409, 5),
    CodeError: Outcome("code", 403, 6),
    IntroductionError: Outcome("introduction", 403, 6),
    TooManyTriesError: Outcome("too-many-tries", 429, 7),
    BusyError: Outcome("busy", 429, 7),
    ConfigError: Outcome("config", 500, 2),
    DataError: Outcome("data", 503, 8),
    ReplicaError: Outcome("replica", 503, 8),
}
"""Every class, and what it means outside. A test fails for a class that is missing here."""
