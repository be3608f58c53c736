"""HTTP requests to one shelf over a weak line: with `http_patience` the only module here that knows httpx.

Promises: no redirect is followed and no proxy of the environment used, so a code never goes elsewhere; nothing is read
faster than it is asked for, nor held; everything that travels is counted; whatever answers, reading ends; no cookie is
kept; what goes wrong is a `ShelfError`.

    with shelf_client(code="K7QF-2M9X") as client:
        line = HttpLine("http://10.0.0.7:8080/shelf", client)
        with line.open("blobs/ab/ab....mp4", offset=4096) as answer: ...
        line.travelled.bytes_in

`If-Range` is not sent: a name is its content, so a tag can say nothing that the hash does not say better, and a server
that changed its tags would send a whole file again for nothing.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import TracebackType
from typing import Self

import httpx

from content_packs.clock import SystemClock
from content_packs.errors import (
    CodeNeededError,
    LineLostError,
    MissingOnShelfError,
    NotAShelfError,
    ShelfRefusedError,
    StrangerAnswersError,
    UnreadableOnShelfError,
)
from content_packs.shelf.http_patience import Patience, PatientTransport
from content_packs.shelf.index import INDEX_NAME
from content_packs.shelf.travelled import Travelled

WEAK_LINE = httpx.Timeout(connect=10.0, read=60.0, write=60.0, pool=10.0)
_INDEX = f"meta/{INDEX_NAME}"
_TAG = re.compile(r"[\x21-\x7e]{1,200}")
"""An entity tag that can be sent back: others a header does not hold (RFC 9110, 8.8.3, without `obs-text`)."""
_FIRST_BYTE = re.compile(r"bytes ([0-9]{1,18})-")
_REQUEST_LINE_BYTES = len("GET  HTTP/1.1\r\n\r\n")
_STATUS_LINE_BYTES = len("HTTP/1.1 200 \r\n\r\n")


def shelf_client(
    *,
    code: str = "",
    basic: tuple[str, str] | None = None,
    timeout: httpx.Timeout = WEAK_LINE,
    patience: Patience | None = None,
) -> httpx.Client:
    """Make the connections to one shelf.

    Args:
        code: The sharing code of a neighbour.
        basic: Name and secret at a hub.
        timeout: For one step; other than a weak line needs.
        patience: For all together; other than a weak line needs.
    """
    headers = {b"User-Agent": b"schoolbox", b"Accept": b"*/*", b"Accept-Encoding": b"identity"}
    if code:
        headers[b"Authorization"] = b"Bearer " + code.encode()
    auth = httpx.BasicAuth(*basic) if basic else None
    return httpx.Client(
        headers=headers,
        auth=auth,
        # Whoever sets cookies could make each request larger than the one before.
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
        timeout=timeout,
        transport=PatientTransport(patience or Patience(SystemClock())),
        follow_redirects=False,
        trust_env=False,
    )


class HttpLine:
    """Requests below one address."""

    def __init__(self, base_url: str, client: httpx.Client) -> None:
        self.shelf = base_url.rstrip("/")
        self.travelled = Travelled()
        self._client = client
        self._base = self.shelf if _is_address(self.shelf) else ""

    def open(self, name: str, *, offset: int = 0, tag: str = "") -> "HttpAnswer":
        """Ask for a file below the address.

        Args:
            name: Its path on the shelf.
            offset: Where to begin.
            tag: The entity tag of what is known; the answer then may be that nothing changed. One that no header holds
                is left out.

        Raises:
            MissingOnShelfError: It is not there.
            CodeNeededError: It is for those who show another code.
            UnreadableOnShelfError: The server does not give this one, or not as it is.
            LineLostError: Nobody answers, the line broke, or the server stumbles.
            ShelfRefusedError: It does not give even the index, or what answers is no server for shelves.
            NotAShelfError: The address is none.
        """
        headers = {"Range": f"bytes={offset}-"} if offset else {}
        is_conditional = bool(_TAG.fullmatch(tag))
        if is_conditional:
            headers["If-None-Match"] = tag
        response = self._send(name, headers)
        answer = HttpAnswer(response, self.shelf, self.travelled)
        try:
            answer.begin(name, offset=offset, conditional=is_conditional)
        except BaseException as exc:
            response.close()
            if type(exc) is ShelfRefusedError and name != _INDEX:
                raise UnreadableOnShelfError(name=name) from exc
            raise
        return answer

    def _send(self, name: str, headers: dict[str, str]) -> httpx.Response:
        """Send a request and read the head of the answer."""
        if not self._base:
            raise NotAShelfError(shelf=self.shelf)
        with _told(self.shelf):
            request = self._client.build_request("GET", f"{self._base}/{name}", headers=headers)
            response = self._client.send(request, stream=True)
        # The request that was sent may carry more than the one that was built: signing in adds a header.
        self.travelled.bytes_out += len(request.url.raw_path) + _size(response.request.headers) + _REQUEST_LINE_BYTES
        self.travelled.bytes_in += len(response.reason_phrase) + _size(response.headers) + _STATUS_LINE_BYTES
        return response


class HttpAnswer:
    """An open answer; `unchanged` if the server says that what is known is still so."""

    def __init__(self, response: httpx.Response, shelf: str, travelled: Travelled) -> None:
        self._response = response
        self._shelf = shelf
        self._travelled = travelled
        self._chunks = response.iter_raw()
        self._left = memoryview(b"")
        self._skip = 0
        self.unchanged = False
        tag = response.headers.get("ETag", "")
        self.tag = tag if _TAG.fullmatch(tag) else ""

    def begin(self, name: str, *, offset: int, conditional: bool) -> None:
        """Check that this is the answer to what was asked.

        Raises:
            MissingOnShelfError: It is not there.
            LineLostError: The server stumbles.
            ShelfRefusedError: It does not give it, or is none for shelves.
        """
        status = self._response.status_code
        if status == HTTPStatus.NOT_MODIFIED and conditional:
            self.unchanged = True
        elif status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE and offset:
            self._chunks = iter(())  # it ends where we are, or before
        elif status == HTTPStatus.PARTIAL_CONTENT and offset:
            self._check_place(offset)
            self._check_kind()
        elif status == HTTPStatus.OK:
            self._skip = offset  # a server that knows no ranges sends the whole
            self._check_kind()
        else:
            self._refuse(name, status)

    def readinto(self, buffer: memoryview, /) -> int:
        """Fill the buffer as far as one piece of the answer does; 0 at the end."""
        while not self._left:
            with _told(self._shelf):
                chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._travelled.bytes_in += len(chunk)
            skipped = min(self._skip, len(chunk))
            self._skip -= skipped
            self._left = memoryview(chunk)[skipped:]
        count = min(len(buffer), len(self._left))
        buffer[:count] = self._left[:count]
        self._left = self._left[count:]
        return count

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        self._response.close()

    def _check_place(self, offset: int) -> None:
        """Refuse another part than was asked for."""
        found = _FIRST_BYTE.match(self._response.headers.get("Content-Range", ""))
        if not found or int(found[1]) != offset:
            raise ShelfRefusedError(shelf=self._shelf, problem="it sends another part than was asked for")

    def _check_kind(self) -> None:
        """Refuse what cannot be a file of a shelf (FORMAT 2.10)."""
        headers = self._response.headers
        if headers.get("Content-Type", "").partition(";")[0].strip().lower() in ("text/html", "application/xhtml+xml"):
            raise StrangerAnswersError(shelf=self._shelf, problem="it answers with a web page")
        if headers.get("Content-Encoding", "identity").strip().lower() != "identity":
            raise ShelfRefusedError(shelf=self._shelf, problem="it compresses what must come as it is")

    def _refuse(self, name: str, status: int) -> None:
        """Say what an answer without the file means."""
        if status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
            raise MissingOnShelfError(name=name)
        if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            raise CodeNeededError(shelf=self._shelf, problem=f"it answers {status}")
        if self._response.is_redirect or status == HTTPStatus.NETWORK_AUTHENTICATION_REQUIRED:
            raise StrangerAnswersError(shelf=self._shelf, problem="it sends us elsewhere")
        if status in (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS) or status >= 500:
            raise LineLostError(shelf=self._shelf)
        raise ShelfRefusedError(shelf=self._shelf, problem="it answers otherwise than a shelf", detail=str(status))


def _is_address(url: str) -> bool:
    """Say whether this can be the address of a shelf: http or https and a host, with no secret and no query in it."""
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, ValueError):
        return False
    is_place = parsed.scheme in ("http", "https") and parsed.host and (parsed.port or 0) <= 65_535
    return bool(is_place) and not (parsed.userinfo or parsed.query or parsed.fragment or re.search(r"\s", url))


def _size(headers: httpx.Headers) -> int:
    """How many bytes these headers are on the line."""
    return sum(len(key) + len(value) + len(": \r\n") for key, value in headers.raw)


@contextmanager
def _told(shelf: str) -> Iterator[None]:
    """Turn what httpx says into our errors."""
    try:
        yield
    except (httpx.LocalProtocolError, httpx.UnsupportedProtocol) as exc:
        raise ShelfRefusedError(shelf=shelf, problem="the request cannot be sent", detail=str(exc)) from exc
    except (httpx.InvalidURL, UnicodeError) as exc:  # a host that no name server can be asked for
        raise NotAShelfError(shelf=shelf) from exc
    except (httpx.TransportError, httpx.StreamError) as exc:
        raise LineLostError(shelf=shelf) from exc
