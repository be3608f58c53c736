"""A box asks the identity office for addresses of its people, and has erased there whom it erased (PROTOCOL 10).

Promises: nothing the line, the hub or the office does is raised; its name is kept in the book. What goes wrong here
keeps no statement waiting: it is tried again after five minutes, by the clock that only grows. Names go to nobody who
is spoken to less safely than the hub. Who is to be erased is erased first: whose parents agreed again later is asked
for after that, and gets a new address.

    OfficeErrand(book, transport, clock, token_urlsafe=secrets.token_urlsafe).run(credentials, should_stop=stopping)
"""

import hashlib
from collections.abc import Callable

import msgspec
from msgspec.structs import replace

from content_packs.clock import Clock
from sync.answers import Answer
from sync.errors import CredentialsError, HubBusyError, StrangerError, SyncError
from sync.identity_wire import (
    ASKED_MAX,
    AddressesAsked,
    AddressesGiven,
    Introduced,
    IntroductionGiven,
    IntroductionShown,
    IntroductionWanted,
)
from sync.ports import AddressBook, Credentials, Registration
from sync.transport import HubTransport
from sync.wire import ERASURES_MAX, Erasures, R, WireRecord, decode_record

AGAIN_S = 300.0
"""How long to wait after something went wrong."""
NEWS_S = 3600.0
"""How often to ask what is new, and whether the hub knows of an office by now."""
_WAIT_MAX_S = 24 * 3600.0


class _NoOfficeError(Exception):
    """The hub knows of no identity office: nothing is wrong."""


class OfficeErrand:
    """Implements `sync.ports.Errand`; remembers when to ask again as long as the program runs."""

    def __init__(
        self, book: AddressBook, transport: HubTransport, clock: Clock, *, token_urlsafe: Callable[[int], str]
    ) -> None:
        self._book = book
        self._transport = transport
        self._clock = clock
        self._token_urlsafe = token_urlsafe
        self._not_before_s = 0.0
        self._news_s = 0.0

    def run(self, credentials: Credentials, *, should_stop: Callable[[], bool]) -> None:
        """Do what there is to do."""
        now_s = self._clock.monotonic_s()
        if now_s < self._not_before_s or not self._book.has_errand():
            return
        problem = ""
        try:
            self._talk(credentials, should_stop)
        except _NoOfficeError:
            self._not_before_s = now_s + NEWS_S
        except SyncError as exc:
            asked_s = exc.retry_after_s or 0.0 if isinstance(exc, HubBusyError) else 0.0
            self._not_before_s = self._clock.monotonic_s() + min(max(AGAIN_S, asked_s), _WAIT_MAX_S)
            problem = type(exc).__name__
        self._book.note(problem)

    def _talk(self, credentials: Credentials, should_stop: Callable[[], bool]) -> None:
        """Ask and erase; a box that the office no longer knows introduces itself once more."""
        known = self._known(credentials)
        try:
            self._erase(known)
            self._ask(known, should_stop)
        except CredentialsError:
            known = self._introduced(credentials, Registration(credentials.key, self._token_urlsafe(32)))
            self._erase(known)
            self._ask(known, should_stop)

    def _known(self, credentials: Credentials) -> Registration:
        """What the box is known by at the office of this hub; of another hub it is introduced anew."""
        known = self._book.registration()
        if known is None or known.hub_key != credentials.key:
            known = Registration(credentials.key, self._token_urlsafe(32))
        return known if known.key else self._introduced(credentials, known)

    def _introduced(self, credentials: Credentials, known: Registration) -> Registration:
        """Have the hub introduce the box, and keep what the office says; the secret is kept before it is shown."""
        if known != self._book.registration():
            self._book.register(known)
        wanted = IntroductionWanted(secret_sha256=hashlib.sha256(known.secret.encode()).hexdigest())
        answer = self._transport.post_introduction(credentials, msgspec.json.encode(wanted))
        if answer.status in (404, 405):
            raise _NoOfficeError
        given = _read(answer, IntroductionGiven)
        url = office_url(given.url, credentials)
        shown = IntroductionShown(introduction=given.introduction, signature=given.signature, secret=known.secret)
        answer = self._transport.post_to_office(f"{url}boxes", msgspec.json.encode(shown), None)
        if answer.status == 403:  # this secret has ended there, or nobody knows this hub: the next try has a new one
            self._book.register(Registration(credentials.key, self._token_urlsafe(32)))
        taken = _read(answer, Introduced)
        known = replace(known, url=url, key=taken.key, domain=taken.domain)
        self._book.register(known)
        return known

    def _ask(self, known: Registration, should_stop: Callable[[], bool]) -> None:
        """Ask for everybody who waits, a hundred at a time, and for what is new."""
        more, steps_back = self._clock.monotonic_s() >= self._news_s, 0
        while not should_stop() and ((people := self._book.ask(ASKED_MAX)) or more):
            asked = AddressesAsked(since=self._book.since(), people=tuple(people))
            given = _read(self._post(known, "addresses", asked), AddressesGiven)
            told = {one.number for one in given.addresses}.union(given.undecided)
            steps_back += given.since < asked.since  # an older copy was restored there, which happens once at a time
            if steps_back > 1 or not told.issuperset(one.number for one in people):
                raise StrangerError(status=200, problem="the office contradicts itself")
            self._book.keep(given)
            more = given.more and given.since > asked.since
            self._news_s = self._clock.monotonic_s() + NEWS_S

    def _erase(self, known: Registration) -> None:
        while waiting := self._book.to_erase()[:ERASURES_MAX]:
            answer = self._post(known, "erasures", Erasures(actors=tuple(waiting)))
            if _read(answer, Erasures).actors != tuple(waiting):
                raise StrangerError(status=200, problem="the office has erased others")
            self._book.erased(waiting)

    def _post(self, known: Registration, what: str, record: WireRecord) -> Answer:
        signed_in = Credentials(known.url, known.key, known.secret)
        return self._transport.post_to_office(f"{known.url}{what}", msgspec.json.encode(record), signed_in)


def office_url(url: str, credentials: Credentials) -> str:
    """Where the office is.

    Raises:
        StrangerError: Names would go over an open line, though the hub is spoken to over TLS.
    """
    if not url:
        return f"{credentials.endpoint.removesuffix('/').removesuffix('/xapi')}/identity/v1/"
    if not url.startswith("https:") and credentials.endpoint.startswith("https:"):
        raise StrangerError(status=200, problem="the identity office has no TLS, and the hub has")
    return url


def _read(answer: Answer, kind: type[R]) -> R:
    """Read an answer.

    Raises:
        CredentialsError: This box is not accepted.
        HubBusyError: The other side asked to wait.
        StrangerError: Something else answered.
    """
    if answer.status in (401, 403):
        raise CredentialsError(status=answer.status)
    if answer.status == 429 or answer.status >= 500:
        raise HubBusyError(status=answer.status, retry_after_s=answer.retry_after_s)
    try:
        if answer.status == 200:
            return decode_record(answer.body, kind)
    except msgspec.DecodeError as exc:
        raise StrangerError(status=200, problem="the answer is not an identity office's") from exc
    raise StrangerError(status=answer.status, problem="the identity office did not take this")
