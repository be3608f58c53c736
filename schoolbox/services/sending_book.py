"""What the box keeps of a round with the hub about sendings; implements `sync.sending_ports.SendingBook`.

Whether this hub carries them, and which list of schools is here, is kept in the settings: a page says it at once after
a start without a line. A disk that is full stops the round, not the box.

    book.status().carries        # None until the hub was heard
"""

import logging
from collections.abc import Callable, Sequence

import msgspec

from content_packs.clock import Clock
from schoolbox import logs
from schoolbox.db.database import Database
from schoolbox.db.models import Setting
from schoolbox.services.deliveries import Deliveries
from schoolbox.services.sendings import Sendings
from sync.sending_ports import ToFetch, Told, ToSend, ToTell
from sync.sending_wire import SchoolAt, SendingState
from sync.sending_wire import Sendings as Heard

LOG = logging.getLogger(__name__)
KEY = "sendings"
SCHOOLS_FRESH_S = 24 * 3600.0
SCHOOLS_WANTED_S = 10 * 60.0
"""The list of schools is asked for once a day; while somebody looks for one, every ten minutes."""


class _Known(msgspec.Struct, frozen=True):
    """The setting."""

    hub: str = ""
    carries: bool = False
    mark: str = ""


class HubCarries(msgspec.Struct, frozen=True):
    """Whether there is a hub, and whether it carries sendings: None until it was heard."""

    has_hub: bool
    carries: bool | None


class SendingBook:
    """Keeps both directions, and what is known of the hub."""

    def __init__(
        self, db: Database, sendings: Sendings, deliveries: Deliveries, *, hub: Callable[[], str], clock: Clock
    ) -> None:
        self._db = db
        self._sendings = sendings
        self._deliveries = deliveries
        self._hub = hub
        self._clock = clock
        self._asked_s: float | None = None
        self._is_wanted = False
        self._trouble = ""

    def status(self) -> HubCarries:
        """What is known of the hub."""
        hub, known = self._hub(), self._known()
        return HubCarries(bool(hub), known.carries if known.hub == hub else None)

    def want_schools(self) -> None:
        """Somebody looks for a school: the list may be asked for again."""
        self._is_wanted = True

    def carried(self, *, by_hub: bool) -> None:
        """Keep whether this hub carries sendings."""
        known, hub = self._known(), self._hub()
        if (known.hub, known.carries) != (hub, by_hub):
            self._keep(_Known(hub, by_hub, known.mark if known.hub == hub else ""))

    def heard(self, sendings: Heard) -> None:
        """Take in what the hub has."""
        self._sendings.heard(sendings.mine)
        self._deliveries.heard(sendings.for_me)

    def over(self) -> list[str]:
        """What the hub may forget."""
        return self._sendings.over()

    def forgotten(self, sending: str) -> None:
        """The hub has forgotten it."""
        self._sendings.forgotten(sending)

    def to_send(self) -> list[str]:
        """What is to go up."""
        return self._sendings.to_send()

    def sending(self, sending: str) -> ToSend | None:
        """One of these."""
        return self._sendings.sending(sending)

    def sent(self, state: SendingState) -> None:
        """Keep how much of it the hub has."""
        self._sendings.sent(state)

    def refused(self, sending: str, word: str) -> None:
        """The hub does not take it."""
        self._sendings.refused(sending, word)

    def to_fetch(self) -> list[ToFetch]:
        """What is to come down."""
        return self._deliveries.to_fetch()

    def fetched(self, sending: str, begins: int, raw: bytes) -> int:
        """Keep a piece."""
        return self._deliveries.fetched(sending, begins, raw)

    def gone(self, sending: str) -> None:
        """The hub no longer has it."""
        self._deliveries.gone(sending)

    def to_tell(self) -> list[ToTell]:
        """The receipts that are to go back."""
        return self._deliveries.to_tell()

    def told(self, sending: str, how: Told) -> None:
        """The receipt is at the hub, or must be told by people."""
        self._deliveries.told(sending, how)

    def schools_mark(self) -> str | None:
        """The mark of the list that is here, if it is time to ask."""
        wait_s = SCHOOLS_WANTED_S if self._is_wanted else SCHOOLS_FRESH_S
        if self._asked_s is not None and self._clock.monotonic_s() - self._asked_s < wait_s:
            return None
        return self._known().mark

    def keep_schools(self, mark: str, schools: Sequence[SchoolAt] | None) -> None:
        """Keep the list of schools."""
        if schools is not None:
            self._sendings.keep_schools(schools)
            self._keep(_Known(self._hub(), carries=True, mark=mark))
        self._asked_s, self._is_wanted = self._clock.monotonic_s(), False

    def trouble(self, error: Exception | None) -> None:
        """Write a line when something else is wrong than in the round before."""
        problem = type(error).__name__ if error else ""
        if problem and problem != self._trouble:
            LOG.info(logs.line("sendings_round", problem=problem))
        self._trouble = problem

    def _known(self) -> _Known:
        raw = self._db.first(str, Setting.select(Setting.value).where(Setting.key == KEY))
        try:
            return msgspec.json.decode(raw, type=_Known) if raw else _Known()
        except msgspec.DecodeError:
            return _Known()

    def _keep(self, known: _Known) -> None:
        text = msgspec.json.encode(known).decode()
        self._db.write(lambda: self._db.run(Setting.insert(key=KEY, value=text).on_conflict_replace()))


