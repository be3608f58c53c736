"""A hub that is to take this box in once there is a line: what a card or the technician said, until it is done.

Promises: address, code and the secret that the box made for it are in a file of mode 0600 until the hub has answered,
so an answer that was lost on the line, or before a power cut, is asked for again with the same words (PROTOCOL 5.3).
A code that the hub does not take is not tried again; what went wrong is kept for the technician.

    asking.ask("https://hub.example", "K7PM-2R9X")
    asking.try_now(transport)     # True once there is nothing left to try
"""

import logging
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec

import schoolbox
from content_packs.durable import Disk
from schoolbox import logs
from schoolbox.errors import BadInputError
from schoolbox.messages_wire import TABLE
from schoolbox.services.codes import ALPHABET, as_meant
from schoolbox.services.events import Events
from schoolbox.services.school import School
from schoolbox.services.uplink import Uplink
from sync.errors import EnrolmentError, HubBusyError, NobodyThereError, StrangerError, UntrustedHubError

if TYPE_CHECKING:  # brings the HTTP client, which takes longer to load than most commands take
    from sync.transport import HubTransport

LOG = logging.getLogger(__name__)
HUB, CODE = "hub", "code"
CODE_SIGNS, ADDRESS_LENGTH_MAX = 8, 200
_KINDS = (EnrolmentError, HubBusyError, NobodyThereError, StrangerError, UntrustedHubError)
FAULTS = {kind.__name__: kind for kind in _KINDS}


class HubAsked(msgspec.Struct, frozen=True, kw_only=True):
    """What waits; `problem` is the name of the error of the last try, empty before it."""

    hub: str
    code: str
    secret: str
    problem: str = ""

    @property
    def is_refused(self) -> bool:
        """Whether the hub said no: trying again with the same code is of no use."""
        return self.problem == EnrolmentError.__name__

    @property
    def told(self) -> tuple[str, str]:
        """What went wrong and what to do, keys of the catalogues; empty before the first try."""
        message = TABLE.get(FAULTS[self.problem]) if self.problem in FAULTS else None
        return (message.happened, message.todo) if message else ("", "")


class HubAskingParts(msgspec.Struct, frozen=True, kw_only=True):
    """What asking needs of the box."""

    school: School
    uplink: Uplink
    events: Events
    disk: Disk


class HubAsking:
    """Keeps what is to be asked, and asks."""

    def __init__(
        self, parts: HubAskingParts, *, file: Path, token_urlsafe: Callable[[int], str] = secrets.token_urlsafe
    ) -> None:
        self._of = parts
        self._file = file
        self._token_urlsafe = token_urlsafe

    def waiting(self) -> HubAsked | None:
        """What waits to be asked; None if nothing does."""
        try:
            return msgspec.json.decode(self._file.read_bytes(), type=HubAsked)
        except (OSError, msgspec.DecodeError):
            return None

    def ask(self, hub: str, code: str) -> None:
        """Have a hub asked from now on; the same again keeps its secret.

        Raises:
            BadInputError: This is no address, or no code.
            DiskError: It could not be kept.
        """
        address, signs = _address(hub), as_meant(code)
        if len(signs) != CODE_SIGNS or not set(signs) <= set(ALPHABET):
            raise BadInputError(field=CODE, problem="K7PM-2R9X")
        now = self.waiting()
        if now is None or (now.hub, now.code) != (address, signs):
            self._keep(HubAsked(hub=address, code=signs, secret=self._token_urlsafe(32)))
        elif now.problem:
            self._keep(msgspec.structs.replace(now, problem=""))

    def try_now(self, transport: "HubTransport") -> bool:
        """Ask the hub; says whether there is nothing left to try.

        Raises:
            WriteFailedError: What the hub gave could not be kept; it is asked again.
            DiskError: The same.
        """
        from sync.enrolment import BoxIdentity, enrol

        asked = self.waiting()
        if asked is None or asked.is_refused:
            return True
        identity = BoxIdentity(box_id=self._of.school.facts().box_id, version=schoolbox.__version__)
        try:
            given = enrol(asked.hub, asked.code, identity, transport, token_urlsafe=lambda _size: asked.secret)
        except _KINDS as exc:
            self._failed(asked, type(exc).__name__)
            return isinstance(exc, EnrolmentError)
        self._of.uplink.remember(given)
        self._of.events.note("enrolled", hub=given.hub)
        if self._is_still(asked):
            self._of.disk.remove(self._file)
        LOG.info(logs.line("enrolled"))
        return True

    def _failed(self, asked: HubAsked, problem: str) -> None:
        """Keep what went wrong, if it is something new: a card is not written for each try."""
        if asked.problem != problem and self._is_still(asked):
            LOG.info(logs.line("not_enrolled_yet", problem=problem))
            self._keep(msgspec.structs.replace(asked, problem=problem))

    def _is_still(self, asked: HubAsked) -> bool:
        """Whether nobody has asked for something else meanwhile: a hub far away may take a minute to answer."""
        now = self.waiting()
        return now is not None and now.secret == asked.secret

    def _keep(self, asked: HubAsked) -> None:
        self._of.disk.make_folder(self._file.parent, mode=0o700)
        self._of.disk.write_file(self._file, msgspec.json.encode(asked), mode=0o600)


def _address(typed: str) -> str:
    """Read the address of a hub.

    Raises:
        BadInputError: It is none.
    """
    said = typed.strip().rstrip("/")
    try:
        parts = urlsplit(said)
        is_good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0 and not parts.query
    except ValueError:
        is_good = False
    if not is_good or len(said) > ADDRESS_LENGTH_MAX or not said.isprintable() or " " in said:
        raise BadInputError(field=HUB, problem="https://hub.example")
    return said
