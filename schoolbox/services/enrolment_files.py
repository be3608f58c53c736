"""This box asks a hub on a stick to be taken in, and reads the answer that comes back (PROTOCOL 13).

Promises: the key that answers are sealed for is made here, lies in a file of mode 0600 and never leaves the box; the
same request is written until it is answered, so whichever stick comes back is right; an answer is believed only with
the check number that the hub told otherwise; credentials are kept whole, or nothing is changed.

    files.write(Path("/media/USB"), code="K7PM-2R9X")
    files.read(Path("/media/USB"), check="ABCD-EFGH-JKMN")
"""

from collections.abc import Callable
from pathlib import Path

import msgspec

import schoolbox
from content_packs.clock import Clock
from content_packs.durable import Disk
from content_packs.export.stick import Stick
from schoolbox.errors import ConfigError
from schoolbox.services.events import Events
from schoolbox.services.stick_access import Opens, as_it_is
from schoolbox.services.uplink import Uplink
from sync.courier import Pen
from sync.courier_folder import read_named, write_on
from sync.enrolment import Enrolment, tidy_code
from sync.enrolment_files import (
    ANSWER_NAME,
    FILE_BYTES_MAX,
    REQUEST_NAME,
    EnrolmentRequest,
    is_check_number,
    open_answer,
    read_answer,
    request_mark,
    write_request,
)
from sync.errors import CheckNumberError, OtherBoxError, StaleAnswerError
from sync.ports import Credentials
from sync.statements import utc_text


class _Pending(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The request that waits for its answer, and the key that opens it."""

    identity: str
    code: str
    request: str


class EnrolmentFileParts(msgspec.Struct, frozen=True, kw_only=True):
    """What requests are made from."""

    uplink: Uplink
    events: Events
    pen: Callable[[], Pen]
    disk: Disk
    clock: Clock
    opens: Opens = as_it_is


class EnrolmentFiles:
    """Writes requests and reads answers."""

    def __init__(self, parts: EnrolmentFileParts, *, file: Path) -> None:
        self._of = parts
        self._file = file

    def request(self, code: str = "", *, anew: bool = False) -> bytes:
        """Give the request of this box: the one that still waits, unless another code or a new one is wanted.

        Raises:
            ConfigError: The file of the box's key cannot be read.
            DiskError: The key could not be kept; there is no request then.
        """
        pending, tidy = self._pending(), tidy_code(code)[:40]
        if pending is None or anew or (code and pending.code != tidy):
            pending = self._new(tidy)
            self._of.disk.make_folder(self._file.parent, mode=0o700)
            self._of.disk.write_file(self._file, msgspec.json.encode(pending), mode=0o600)
        return pending.request.encode()

    def write(self, folder: Path, code: str = "", *, anew: bool = False) -> None:
        """Write the request onto a stick.

        Raises:
            StickError: The stick is full, gone or cannot be written.
            ConfigError, DiskError: As for `request`.
        """
        raw = self.request(code, anew=anew)
        with self._of.opens(folder), Stick(folder, self._of.disk).opened() as stick:
            write_on(stick, self._box_id(), REQUEST_NAME, raw)

    def read(self, stick: Path, check: str) -> Enrolment | None:
        """Take in the answer on a stick; None where there is none for this box.

        Raises:
            AnswerError: As for `take`.
        """
        raw = read_named(stick, self._box_id(), ANSWER_NAME, limit=FILE_BYTES_MAX)
        return self.take(raw, check) if raw is not None else None

    def take(self, raw: bytes, check: str) -> Enrolment:
        """Take in an answer, however it came: the box belongs to that hub afterwards.

        Raises:
            AnswerError: It is none, or was changed; nothing was changed here.
            OtherBoxError: It is for another box.
            StaleAnswerError: It belongs to no request that waits.
            CheckNumberError: The number is not that of this answer: mistyped, or another hub's.
        """
        answer, pending = read_answer(raw), self._pending()
        if answer.said.box != self._box_id():
            raise OtherBoxError(problem="for another box")
        if pending is None or request_mark(pending.request.encode()) != answer.said.request:
            raise StaleAnswerError(problem="no such request waits")
        if not is_check_number(check, answer.public, answer.said.request):
            raise CheckNumberError(problem="another check number")
        given = open_answer(answer, pending.identity)
        enrolment = Enrolment(
            credentials=Credentials(endpoint=given.endpoint, key=given.key, secret=given.secret),
            school_id=given.school_id, school=given.school, municipality=given.municipality, hub=given.hub,
            courier=given.courier,
        )  # fmt: skip
        self._of.uplink.remember(enrolment)
        self._of.disk.remove(self._file)  # last: whoever is cut off before it reads the same answer again
        self._of.events.note("enrolled", hub=given.hub)
        return enrolment

    def awaits(self) -> bool:
        """Whether a request waits for its answer."""
        return self._pending() is not None

    def _new(self, code: str) -> _Pending:
        from pyrage import x25519  # loads a native library that most commands never need

        identity = x25519.Identity.generate()
        request = EnrolmentRequest(
            box=self._box_id(), recipient=str(identity.to_public()), version=schoolbox.__version__,
            made_at=utc_text(self._of.clock.now()), code=code,
        )  # fmt: skip
        return _Pending(str(identity), code, write_request(request, self._of.pen()).decode())

    def _pending(self) -> _Pending | None:
        try:
            return msgspec.json.decode(self._file.read_bytes(), type=_Pending)
        except FileNotFoundError:
            return None
        except (OSError, msgspec.DecodeError) as exc:
            raise ConfigError(setting=str(self._file), problem=f"cannot be read: {exc}") from exc

    def _box_id(self) -> str:
        return self._of.uplink.place().box_id
