"""HTTP to the hub, in one place: timeouts for weak links, compression, and libraries' errors turned into ours.

Timeouts follow a line of 64 kbit/s with 600 ms and 10 % loss, where 20 kB take 6 s to send.

    with HubTransport() as transport:
        transport.post_statements(credentials, body)
"""

import ssl
from types import TracebackType
from typing import Self
from urllib.parse import urlencode

import httpx

from content_packs.clock import Clock, SystemClock
from sync.answers import Answer, date_of, retry_after_s
from sync.cap import UploadCap
from sync.codings import GZIP, ZSTD, pack, takes_zstd
from sync.errors import LineError, LineTimeoutError, UntrustedHubError
from sync.ports import Credentials

XAPI_VERSION = "1.0.3"
VERSION_HEADER = "X-Experience-API-Version"
ANSWER_BYTES_MAX = 1024 * 1024
"""No answer of a hub is larger; reading stops there."""
WEAK_LINE = httpx.Timeout(connect=20.0, write=60.0, read=90.0, pool=5.0)

_HEADERS = {
    "Content-Type": "application/json", VERSION_HEADER: XAPI_VERSION, "Accept-Encoding": "identity"
}  # fmt: skip
"""Answers are short and are taken as they come: nothing that answers can make a box unpack a gigabyte."""
_CODED: dict[str | None, dict[str, str]] = {
    GZIP: {"Content-Encoding": GZIP}, ZSTD: {"Content-Encoding": ZSTD}, None: {}
}  # fmt: skip
_DONE = (200, 204)
PROBE_AGAIN_S = 24 * 3600.0
"""How long a store that could not unpack is sent statements in another form before it is asked once more."""


class HubTransport:
    """Connections to one hub, kept open between requests. Redirects are not followed: a hub does not send any."""

    def __init__(
        self, *, timeout: httpx.Timeout = WEAK_LINE, cap: UploadCap | None = None, clock: Clock | None = None
    ) -> None:
        self._client = httpx.Client(timeout=timeout, follow_redirects=False, headers={"User-Agent": "schoolbox"})
        self._cap = cap
        self._clock = clock or SystemClock()
        self._plain_since_s: dict[str, float] = {}
        self._unpacks: set[str] = set()
        self._takes_zstd: set[str] = set()
        self._zstd_failed_s: dict[str, float] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection."""
        self._client.close()

    def post_statements(self, credentials: Credentials, body: bytes) -> Answer:
        """Send a JSON array of statements, packed as this store understands it (PROTOCOL 3.6, 4.6).

        Raises:
            LineTimeoutError: The line is too slow for this much.
            LineError: Nobody answered.
        """
        url = f"{credentials.endpoint}statements"
        coding = self._coding(url, credentials)
        answer = self._send("POST", url, body, credentials, coding=coding)
        if coding == ZSTD and (answer.status == 415 or (answer.status == 400 and not answer.takes_zstd)):
            self._zstd_failed_s[credentials.endpoint] = self._clock.monotonic_s()
            coding = GZIP
            answer = self._send("POST", url, body, credentials, coding=coding)
        if credentials.store_only and coding and url not in self._unpacks and _may_not_unpack(answer):
            answer, coding = self._send("POST", url, body, credentials, coding=None), None
        if answer.status in _DONE and answer.speaks_xapi:
            self._note_packing(url, packed=coding is not None)
        return answer

    def _coding(self, url: str, credentials: Credentials) -> str | None:
        """How statements are packed for this store: by what it said last, and plain if it could not unpack."""
        if not self._may_pack(url):
            return None
        failed_s = self._zstd_failed_s.get(credentials.endpoint)
        passes = failed_s is None or self._clock.monotonic_s() - failed_s >= PROBE_AGAIN_S
        return ZSTD if passes and credentials.endpoint in self._takes_zstd else GZIP

    def _may_pack(self, url: str) -> bool:
        """Whether a store may be sent packed statements: it can unpack them, or it is time to ask once more."""
        since_s = self._plain_since_s.get(url)
        return since_s is None or self._clock.monotonic_s() - since_s >= PROBE_AGAIN_S

    def _note_packing(self, url: str, *, packed: bool) -> None:
        """Remember in which form a store took statements."""
        if packed:
            self._unpacks.add(url)
            self._plain_since_s.pop(url, None)
        elif self._may_pack(url):
            self._plain_since_s[url] = self._clock.monotonic_s()

    def get_statement(self, credentials: Credentials, statement_id: str) -> Answer:
        """Ask a record store for a statement by its id.

        Raises:
            LineTimeoutError: The line is too slow.
            LineError: Nobody answered.
        """
        url = f"{credentials.endpoint}statements?{urlencode({'statementId': statement_id})}"
        return self._send("GET", url, b"", credentials, coding=None)

    def get_about(self, credentials: Credentials) -> Answer:
        """Ask a record store which xAPI it speaks.

        Raises:
            LineTimeoutError: The line is too slow.
            LineError: Nobody answered.
        """
        return self._send("GET", f"{credentials.endpoint}about", b"", credentials, coding=None)

    def put_status(self, credentials: Credentials, body: bytes) -> Answer:
        """Send a heartbeat; `endpoint` and the heartbeat share a root.

        Raises:
            LineTimeoutError: The line is too slow.
            LineError: Nobody answered.
        """
        root = credentials.endpoint.removesuffix("/").removesuffix("/xapi")
        return self._send("PUT", f"{root}/box/v1/status", body, credentials)

    def post_erasures(self, credentials: Credentials, body: bytes) -> Answer:
        """Ask the hub to forget learners.

        Raises:
            LineTimeoutError: The line is too slow.
            LineError: Nobody answered.
        """
        root = credentials.endpoint.removesuffix("/").removesuffix("/xapi")
        return self._send("POST", f"{root}/box/v1/erasures", body, credentials)

    def post_introduction(self, credentials: Credentials, body: bytes) -> Answer:
        """Ask the hub to introduce the box to the identity office.

        Raises:
            LineTimeoutError: The line is too slow.
            LineError: Nobody answered.
        """
        root = credentials.endpoint.removesuffix("/").removesuffix("/xapi")
        return self._send("POST", f"{root}/box/v1/identity", body, credentials)

    def post_to_office(self, url: str, body: bytes, signed_in: Credentials | None) -> Answer:
        """Send something to the identity office; `signed_in` is the box as the office knows it.

        Raises:
            LineTimeoutError: The line is too slow.
            LineError: Nobody answered.
        """
        return self._send("POST", url, body, signed_in)

    def post_enrolment(self, hub_url: str, body: bytes) -> Answer:
        """Ask to be taken in.

        Raises:
            LineTimeoutError: The line is too slow.
            LineError: Nobody answered.
        """
        return self._send("POST", f"{hub_url.rstrip('/')}/enrol", body, None)

    def ask(self, method: str, credentials: Credentials, path: str, body: bytes = b"") -> Answer:
        """Ask for something below `/box/v1/`, as sendings do (PROTOCOL section 11).

        Raises:
            LineTimeoutError: The line is too slow.
            LineError: Nobody answered.
        """
        root = credentials.endpoint.removesuffix("/").removesuffix("/xapi")
        return self._send(method, f"{root}/box/v1/{path}", body, credentials)

    def _send(
        self, method: str, url: str, body: bytes, credentials: Credentials | None, *, coding: str | None = GZIP
    ) -> Answer:
        """Make one request and read a bounded answer; the only place that knows httpx's errors."""
        auth = httpx.BasicAuth(credentials.key, credentials.secret) if credentials else None
        try:
            content = pack(coding, body) if coding else body
            pieces = self._cap.pieces(content) if self._cap and self._cap.is_on() else content
            headers = _HEADERS | {"Content-Length": str(len(content))} | _CODED[coding]
            with self._client.stream(method, url, content=pieces, headers=headers, auth=auth) as response:
                answer = _answer(response)
        except httpx.TimeoutException as exc:
            raise LineTimeoutError(problem=type(exc).__name__) from exc
        except (httpx.HTTPError, httpx.InvalidURL) as exc:
            kind = UntrustedHubError if _is_certificate(exc) else LineError
            raise kind(problem=f"{type(exc).__name__}: {exc}") from exc
        if credentials and answer.speaks_xapi:
            (self._takes_zstd.add if answer.takes_zstd else self._takes_zstd.discard)(credentials.endpoint)
        return answer


def _is_certificate(error: BaseException | None) -> bool:
    """Whether an error came of a certificate: httpx tells it like any other line that fails."""
    while error is not None and not isinstance(error, ssl.SSLCertVerificationError):
        error = error.__cause__ or error.__context__
    return error is not None


def _may_not_unpack(answer: Answer) -> bool:
    """Say whether an answer may mean that a store does not know gzip: it says so, or could make nothing of it."""
    return answer.status in (415, 500, 501) or (answer.status == 400 and answer.speaks_xapi)


def _answer(response: httpx.Response) -> Answer:
    """Read what we need of a response."""
    body = bytearray()
    for chunk in response.iter_raw():
        body += chunk
        if len(body) > ANSWER_BYTES_MAX:
            raise LineError(problem=f"an answer of more than {ANSWER_BYTES_MAX} bytes")
    return Answer(
        status=response.status_code,
        speaks_xapi=VERSION_HEADER in response.headers,
        body=bytes(body),
        retry_after_s=retry_after_s(response.headers.get("Retry-After"), response.headers.get("Date")),
        date=date_of(response.headers.get("Date")),
        takes_zstd=takes_zstd(response.headers.get("Accept-Encoding", "")),
    )
