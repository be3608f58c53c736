"""How long a server is waited for that answers by drops, or says much and gives nothing.

Promises: whatever a server does, reading ends. A limit for one read is not enough: who sends one byte before each ends,
or one interim answer after the other, keeps a box for ever. Waiting therefore draws on a stock, which only answers and
what comes of files fill up again; pauses of our own draw on nothing.

    patience = Patience(SystemClock(), wait_s=40.0, slowest_bytes_s=4_000, look_s=300.0)
    httpx.Client(transport=PatientTransport(patience))
"""

import ssl
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from math import inf
from typing import Any

import httpcore
import httpx

from content_packs.clock import Clock

WAIT_S, SLOWEST_BYTES_S = 120.0, 250
"""The stock, and the rate at which it neither grows nor shrinks: a line that is slower for so long counts as broken."""
ANSWER_S = 5.0
"""What is added for each request: somewhere an answer takes seconds to come, and then there is nothing in it."""
IDLE_BYTES_MAX = 1024 * 1024
"""So much may come that is nothing of a file: heads, interim answers, the frames around pieces."""
_FRAME = 8
"""For each byte of a file so many may come around it."""


class Patience:
    """The stock of one client."""

    def __init__(
        self, clock: Clock, *, wait_s: float = WAIT_S, slowest_bytes_s: int = SLOWEST_BYTES_S, look_s: float = inf
    ) -> None:
        """Begin with a full stock.

        Args:
            clock: Measures how long is waited.
            wait_s: The most that is waited while nothing comes.
            slowest_bytes_s: What must come on average.
            look_s: The most that is waited in all for what is no blob.
        """
        self._clock = clock
        self._wait_s = wait_s
        self._slowest_bytes_s = slowest_bytes_s
        self._look_s = look_s
        self._is_blob = False
        self._left_s, self._look_left_s, self._idle_bytes = wait_s, look_s, 0

    def begin(self, *, is_blob: bool) -> None:
        """Note that something is asked for."""
        self._is_blob = is_blob
        self._idle_bytes = 0
        self._left_s = min(self._wait_s, self._left_s + ANSWER_S)

    @contextmanager
    def waiting(self, limit_s: float | None) -> Iterator[float]:
        """Wait for one piece, for as long as is given; when nothing is left, the next try begins anew.

        Raises:
            httpcore.ReadTimeout: The stock is used up.
        """
        left_s = self._left_s if self._is_blob else min(self._left_s, self._look_left_s)
        if left_s <= 0 or self._idle_bytes > IDLE_BYTES_MAX:
            self._renew()
            raise httpcore.ReadTimeout("too little comes")
        began_s = self._clock.monotonic_s()
        try:
            yield left_s if limit_s is None else min(limit_s, left_s)
        finally:
            self._spend(self._clock.monotonic_s() - began_s)

    def passed(self, raw_bytes: int) -> None:
        """Note that something came over the line, whatever it is."""
        self._idle_bytes += raw_bytes

    def came(self, count: int) -> None:
        """Note that so much of a file came."""
        self._idle_bytes = max(0, self._idle_bytes - _FRAME * count)
        self._left_s = min(self._wait_s, self._left_s + count / self._slowest_bytes_s)

    def _spend(self, seconds: float) -> None:
        self._left_s -= seconds
        if not self._is_blob:
            self._look_left_s -= seconds

    def _renew(self) -> None:
        self._left_s, self._look_left_s, self._idle_bytes = self._wait_s, self._look_s, 0


class PatientTransport(httpx.HTTPTransport):
    """Connections that are waited for as long as a `Patience` has; without a proxy."""

    def __init__(self, patience: Patience) -> None:
        # The surroundings may name the authority of a ministry (SSL_CERT_FILE), as for all else a box asks a hub.
        context = httpx.create_ssl_context()
        super().__init__(verify=context, trust_env=False)
        self._patience = patience
        # httpx lets nobody choose what its pool reads with.
        self._pool = httpcore.ConnectionPool(ssl_context=context, network_backend=_Backend(patience))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request and read the head of the answer."""
        self._patience.begin(is_blob="/blobs/" in request.url.path)
        response = super().handle_request(request)
        if isinstance(response.stream, httpx.SyncByteStream):
            response.stream = _Counted(response.stream, self._patience)
        return response


class _Counted(httpx.SyncByteStream):
    """The body of an answer; what comes of it fills up the stock."""

    def __init__(self, stream: httpx.SyncByteStream, patience: Patience) -> None:
        self._stream = stream
        self._patience = patience

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._stream:
            self._patience.came(len(piece))
            yield piece

    def close(self) -> None:
        self._stream.close()


class _Backend(httpcore.NetworkBackend):
    """Opens connections."""

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        with self._patience.waiting(timeout) as limit_s:
            stream = self._plain.connect_tcp(host, port, limit_s, local_address, socket_options)
        return _Stream(stream, self._patience)


class _Stream(httpcore.NetworkStream):
    """A connection; only reading can be made to last by the other side, for what we say is short."""

    def __init__(self, stream: httpcore.NetworkStream, patience: Patience) -> None:
        self._stream = stream
        self._patience = patience

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        with self._patience.waiting(timeout) as limit_s:
            raw = self._stream.read(max_bytes, limit_s)
        self._patience.passed(len(raw))
        return raw

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, timeout)

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        with self._patience.waiting(timeout) as limit_s:
            return _Stream(self._stream.start_tls(ssl_context, server_hostname, limit_s), self._patience)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
