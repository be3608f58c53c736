"""Everything that can go wrong on the wire, seen from a box.

SyncError
├── LineError              nobody answered: no network, no name, cut in the middle            transient
│   ├── LineTimeoutError   the line is there and too slow for this much at once               transient
│   ├── UntrustedHubError  its certificate is not one that this box trusts                     transient
│   └── NobodyThereError   nobody answered somebody who waits for the answer                   transient
├── HubBusyError           the hub asked to wait (429) or stumbled (5xx)                      transient
├── StrangerError          something answered that is not a hub: a portal, a proxy            transient
├── RefusesAllError        the hub refused statement after statement: more likely it is broken     transient
├── CredentialsError       the hub does not accept this box (401, 403)
├── NotEnrolledError       this box has no hub yet
├── EnrolmentError         the code is not good for this box
├── NoCourierKeysError     this box does not know yet for whom to seal couriers
├── CourierError           a courier that is not right; `reason` says why
│   └── ReceiptError       a receipt that is not right, or not for this box
├── AnswerError            a hub's answer on a stick that is none, or was changed
│   ├── OtherBoxError      it is for another box
│   ├── StaleAnswerError   it belongs to no request that this box waits for
│   └── CheckNumberError   the number that was typed is not that of this answer
└── StatementError         a statement cannot be built from these values

Each carries its facts as attributes; the box has a table of sentences. `transient` says whether trying the same again
can help.
"""


class SyncError(Exception):
    """The root of all errors of this package."""

    transient = False


class LineError(SyncError):
    """Nobody answered; `problem` is for the log."""

    transient = True

    def __init__(self, *, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


class LineTimeoutError(LineError):
    """The line is there and too slow: the next batch should be smaller."""


class UntrustedHubError(LineError):
    """What answers at the hub's address shows a certificate that this box does not trust: nothing was sent to it."""


class NobodyThereError(LineError):
    """Nobody answered somebody who waits for the answer: it is not tried again by itself."""


class HubBusyError(SyncError):
    """The hub asked to wait; `retry_after_s` is how long, if it said so."""

    transient = True

    def __init__(self, *, status: int, retry_after_s: float | None = None) -> None:
        super().__init__(f"status {status}, retry after {retry_after_s} s")
        self.status = status
        self.retry_after_s = retry_after_s


class StrangerError(SyncError):
    """What answered does not speak this protocol, so nothing it says counts; `status` is what it said."""

    transient = True

    def __init__(self, *, status: int, problem: str) -> None:
        super().__init__(f"status {status}: {problem}")
        self.status = status
        self.problem = problem


class RefusesAllError(SyncError):
    """The hub refused `quarantined` statements in one pass; what still waits is kept back for a while."""

    transient = True

    def __init__(self, *, quarantined: int) -> None:
        super().__init__(f"{quarantined} statements refused in one pass")
        self.quarantined = quarantined


class CredentialsError(SyncError):
    """The hub does not accept this box; only a person can change that."""

    def __init__(self, *, status: int) -> None:
        super().__init__(f"status {status}")
        self.status = status


class NotEnrolledError(SyncError):
    """This box has no hub yet."""


class EnrolmentError(SyncError):
    """The code is unknown, used, withdrawn, or of another school; `reason` is the hub's word for it."""

    def __init__(self, *, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NoCourierKeysError(SyncError):
    """The hub was never heard since it takes couriers: its keys are not known."""


class CourierError(SyncError):
    """A file that is no courier, or not a right one; `reason` is the fixed word of PROTOCOL 12.9."""

    def __init__(self, *, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ReceiptError(CourierError):
    """A file that is no receipt, not of this box's hub, or for another box."""


class AnswerError(SyncError):
    """A hub's answer to an enrolment by stick that is none, or was changed on the way; `problem` is for the log."""

    def __init__(self, *, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


class OtherBoxError(AnswerError):
    """The answer is for another box."""


class StaleAnswerError(AnswerError):
    """The answer belongs to no request that this box waits for."""


class CheckNumberError(AnswerError):
    """The number that was typed is not that of this answer."""


class StatementError(SyncError):
    """A statement cannot be built; `problem` says which value is wrong."""

    def __init__(self, *, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem
