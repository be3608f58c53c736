"""A round of sendings: what the hub carries is heard, what is here goes up, what is there comes down (PROTOCOL 11).

Promises: everything can be cut at any moment and repeated; files go piece by piece, from where they stopped. A hub
without sendings answers 404, which is kept and no trouble; of whatever is no hub nothing else counts (PROTOCOL 4.1).
Nothing is erased here: the book decides what a receipt is.

    SendingErrand(book, transport).run(credentials, should_stop=stop.is_set)
"""

from collections.abc import Callable

import msgspec

from sync.answers import Answer
from sync.errors import CredentialsError, HubBusyError, StrangerError, SyncError
from sync.ports import Credentials
from sync.sending_ports import SendingBook, ToSend
from sync.sending_wire import PIECE_BYTES, Schools, SendingAsked, SendingReceipt, Sendings, SendingState
from sync.transport import HubTransport
from sync.wire import R, decode_record

_NEVER_BACK = 3
"""After so many times that a whole file was not what was announced, it is left for the next round."""


class SendingErrand:
    """Does a round whenever the line is there; implements `sync.ports.Errand`."""

    def __init__(
        self, book: SendingBook, transport: HubTransport, *, troubles: tuple[type[Exception], ...] = ()
    ) -> None:
        """Remember what is needed; `troubles` are what the book may raise where it cannot keep something."""
        self._book = book
        self._transport = transport
        self._troubles: tuple[type[Exception], ...] = (SyncError, *troubles)

    def run(self, credentials: Credentials, *, should_stop: Callable[[], bool]) -> None:
        """Do a round; what goes wrong is kept, and tried again in the next."""
        try:
            _Round(self._book, self._transport, credentials, should_stop).run()
        except self._troubles as exc:
            self._book.trouble(exc)
        else:
            self._book.trouble(None)


class _Round:
    def __init__(
        self, book: SendingBook, transport: HubTransport, credentials: Credentials, should_stop: Callable[[], bool]
    ) -> None:
        self._book = book
        self._transport = transport
        self._credentials = credentials
        self._should_stop = should_stop

    def run(self) -> None:
        answer = self._ask("GET", "sendings")
        is_carried = answer.status not in (404, 405)
        self._book.carried(by_hub=is_carried)
        if not is_carried:
            return
        self._book.heard(_record(answer, Sendings))
        for step in (self._let_go, self._tell, self._send, self._fetch, self._look_up_schools):
            if not self._should_stop():
                step()

    def _let_go(self) -> None:
        for sending in self._book.over():
            _done(self._ask("DELETE", f"sendings/{sending}"))
            self._book.forgotten(sending)

    def _tell(self) -> None:
        for one in self._book.to_tell():
            body = msgspec.json.encode(SendingReceipt(receipt=one.receipt))
            answer = self._ask("POST", f"sendings/{one.sending}/receipt", body)
            if _is_refusal(answer, 409):
                self._book.told(one.sending, "twice")
            elif _is_refusal(answer, 400, 404):
                self._book.told(one.sending, "late")
            else:
                _done(answer)
                self._book.told(one.sending, "told")

    def _send(self) -> None:
        for sending in self._book.to_send():
            what = self._book.sending(sending)
            if what is not None:
                self._send_one(what)

    def _send_one(self, what: ToSend) -> None:
        """Send a file from where the hub is; where it says that the whole was wrong, from the beginning."""
        asked = SendingAsked(to=what.to, size_bytes=len(what.content), sha256=what.sha256)
        answer = self._ask("PUT", f"sendings/{what.sending}", msgspec.json.encode(asked))
        if _is_refusal(answer, 400, 404, 409, 413):
            self._book.refused(what.sending, _word(answer))
            return
        state, begun_anew = _record(answer, SendingState), 0
        self._book.sent(state)
        while state.state == "taking" and begun_anew < _NEVER_BACK and not self._should_stop():
            piece = what.content[state.have_bytes : state.have_bytes + PIECE_BYTES]
            before = state.have_bytes
            state = _record(self._ask("PUT", f"sendings/{what.sending}/{before}", piece), SendingState)
            begun_anew += state.have_bytes <= before
            self._book.sent(state)

    def _fetch(self) -> None:
        for one in self._book.to_fetch():
            have, begun_anew = one.have_bytes, 0
            while have < one.size_bytes and begun_anew < _NEVER_BACK and not self._should_stop():
                answer = self._ask("GET", f"sendings/{one.sending}/{have}")
                if _is_refusal(answer, 404):
                    self._book.gone(one.sending)
                    break
                raw = _done(answer).body
                if not 0 < len(raw) <= min(PIECE_BYTES, one.size_bytes - have):
                    raise StrangerError(status=200, problem="a piece of another size than was asked for")
                before, have = have, self._book.fetched(one.sending, have, raw)
                begun_anew += have <= before

    def _look_up_schools(self) -> None:
        mark = self._book.schools_mark()
        if mark is not None:
            found = _record(self._ask("GET", f"schools?mark={mark}"), Schools)
            self._book.keep_schools(found.mark, found.schools)

    def _ask(self, method: str, path: str, body: bytes = b"") -> Answer:
        """Ask the hub; what is not an answer of it is raised.

        Raises:
            CredentialsError: It does not accept this box.
            HubBusyError: It asked to wait.
            LineError: Nobody answered.
        """
        answer = self._transport.ask(method, self._credentials, path, body)
        if answer.status in (401, 403):
            raise CredentialsError(status=answer.status)
        if answer.status == 429 or answer.status >= 500:
            raise HubBusyError(status=answer.status, retry_after_s=answer.retry_after_s)
        return answer


def _done(answer: Answer) -> Answer:
    """Take an answer for done.

    Raises:
        StrangerError: It is not.
    """
    if answer.status not in (200, 204) or not answer.speaks_xapi:
        raise StrangerError(status=answer.status, problem="sendings are answered otherwise")
    return answer


def _is_refusal(answer: Answer, *statuses: int) -> bool:
    """Whether the hub itself, and not something on the way to it, refuses."""
    return answer.speaks_xapi and answer.status in statuses


def _record(answer: Answer, kind: type[R]) -> R:
    try:
        return decode_record(_done(answer).body, kind)
    except msgspec.DecodeError as exc:
        raise StrangerError(status=answer.status, problem="the answer about sendings is not ours") from exc


class _Word(msgspec.Struct):
    error: str = ""


def _word(answer: Answer) -> str:
    try:
        return msgspec.json.decode(answer.body, type=_Word).error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""
