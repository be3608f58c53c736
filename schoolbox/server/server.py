"""The box's web server: waitress's threads and parser, our listening, sending, tidying and stopping.

    server = make_server(app, host="0.0.0.0", port=8080)
    signal.signal(signal.SIGTERM, lambda *_: server.close())
    server.run()

Promises: a slow or vanished client costs a socket and nothing else, neither a thread nor memory nor the other clients'
time; files never pass through Python or temporary files; `close` lets pages in the making finish.
"""

import logging
import resource
import socket
import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.server import TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher

from schoolbox.server.channel import MediaChannel
from schoolbox.server.listen import listening_sockets
from schoolbox.server.loop import Loop
from schoolbox.server.options import ServerOptions
from schoolbox.server.slices import FileSlice

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

POLL_S = 1.0
STOPPING_POLL_S = 0.05
REQUEST_HEADER_BYTES_MAX = 32 * 1024
SPARE_FILES = 256
"""File descriptors kept for everything that is not a client: database, logs, rsync."""


class Listener(TcpWSGIServer):
    """One listening socket; its connections are `MediaChannel`s."""

    channel_class = MediaChannel
    active_channels: dict[int, MediaChannel]

    def __init__(self, app: "WSGIApplication", loop: Loop, **settings: object) -> None:
        self.loop = loop
        super().__init__(app, loop.table, **settings)

    def readable(self) -> bool:
        """Say whether another client can be taken; tidying up is `BoxServer`'s work."""
        return bool(self.accepting) and len(self._map) < self.adj.connection_limit

    def add_task(self, task: MediaChannel) -> None:
        """Give a client's next request to a worker thread, unless earlier answers have to leave first."""
        self.loop.touch(task)
        if not task.park():
            super().add_task(task)

    def del_channel(self, map: dict[int, wasyncore.dispatcher] | None = None) -> None:  # noqa: A002 - waitress's name
        """Leave the loop."""
        self.loop.forget(self._fileno)
        super().del_channel(map)


class BoxServer:
    """Serves until `close` is called; made by `make_server`, which is already listening when it returns."""

    def __init__(self, listeners: tuple[Listener, ...], *, options: ServerOptions) -> None:
        self._listeners = listeners
        self._options = options
        self._loop = listeners[0].loop
        self._dispatcher = listeners[0].task_dispatcher
        self._monotonic = options.monotonic
        self._running = self._stopping = self._closed = False
        self._turned_at_s = options.monotonic()
        self._ending = threading.RLock()  # a signal handler may come while its own thread holds it
        self.addresses: tuple[tuple[str, int], ...] = tuple(
            (str(each.effective_host), int(each.effective_port)) for each in listeners
        )
        """What is listened on, IPv4 first."""
        self.port = self.addresses[0][1]

    def run(self) -> None:
        """Serve in this thread; return after `close`, or raise what interrupted it, with everything closed."""
        self._running = True
        next_cleanup_s = self._monotonic() + self._options.cleanup_interval_s
        try:
            while not self._stopping:
                self._loop.turn(min(POLL_S, self._options.cleanup_interval_s))
                self._turned_at_s = self._monotonic()
                self._make_room()
                if self._monotonic() >= next_cleanup_s:
                    self.close_stalled()
                    next_cleanup_s = self._monotonic() + self._options.cleanup_interval_s
            self._finish_answers()
        finally:
            self._stopping = True
            with self._ending:
                self._closed = True
                self._close_all()

    def still_s(self) -> float:
        """For how long the loop has not turned, in seconds: about one where nobody comes, more where it hangs."""
        return self._monotonic() - self._turned_at_s

    def close(self) -> None:
        """Stop: take nobody new, finish pages in the making, cut downloads. From any thread or a signal handler."""
        if self._stopping:
            return
        self._stopping = True
        with self._ending:  # the loop may have seen it and ended meanwhile; its descriptors may be others' then
            if self._closed:
                return
            if self._running:
                self._listeners[0].pull_trigger()
            else:
                self._closed = True
                self._close_all()

    def close_stalled(self) -> None:
        """Close the connections whose client has done nothing for the time allowed."""
        now_s = self._monotonic()
        for channel in self._channels():
            if channel.is_stalled(now_s, self._options.channel_timeout_s):
                channel.handle_close()

    def _make_room(self) -> None:
        """When every place is taken, close those connections that have been idle longest, so that others get in."""
        if len(self._loop.table) < self._listeners[0].adj.connection_limit:
            return
        idle = [channel for channel in self._channels() if channel.is_idle()]
        idle.sort(key=lambda channel: channel.last_activity)
        for channel in idle[: max(1, len(idle) // 8)]:
            channel.handle_close()

    def _channels(self) -> list[MediaChannel]:
        """List the connections there are now."""
        return [channel for listener in self._listeners for channel in list(listener.active_channels.values())]

    def _finish_answers(self) -> None:
        """Go on serving those who wait for a page, for the time of grace at most."""
        for listener in self._listeners:
            wasyncore.dispatcher.close(listener)
        deadline_s = self._monotonic() + self._options.grace_s
        while any(channel.is_answering() for channel in self._channels()) and self._monotonic() < deadline_s:
            self._loop.turn(STOPPING_POLL_S)

    def _close_all(self) -> None:
        """Close clients first, so that no worker waits for one, then end the workers, then the wake-up pipes."""
        for channel in self._channels():
            channel.handle_close()
        self._dispatcher.shutdown()
        for listener in self._listeners:
            listener.close()
        self._loop.table.clear()
        self._loop.close()
        self._running = False


def make_server(
    app: "WSGIApplication",
    *,
    host: str,
    port: int,
    threads: int = 24,
    connection_limit: int = 1024,
    options: ServerOptions = ServerOptions(),  # noqa: B008 - frozen
) -> BoxServer:
    """Listen, and return the server that will answer with `app` once `run` is called.

    Raises as many open files as are needed to the process's soft limit, as far as the hard limit allows.

    Args:
        app: The WSGI application; a body of type `FileSlice` is sent by the event loop.
        host: An address, a name, or `0.0.0.0` or `::` for every IPv4 and IPv6 address.
        port: 0 takes a free one; see `BoxServer.port`.
        threads: How many requests are worked on at once.
        connection_limit: How many clients are connected at once; others wait in the kernel's queue.
        options: Everything else.

    Raises:
        ListenError: The address or port cannot be listened on.
    """
    sockets = listening_sockets(host, port)
    _allow_open_files(2 * connection_limit + SPARE_FILES)
    settings = _adjustments(sockets, threads=threads, connection_limit=connection_limit, options=options)
    dispatcher = ThreadedTaskDispatcher()
    dispatcher.set_thread_count(threads)
    loop = Loop({}, options.monotonic)
    listeners = tuple(
        Listener(
            _without_body_for_head(app),
            loop,
            _sock=sock,
            dispatcher=dispatcher,
            adj=settings,
            sockinfo=(sock.family, sock.type, sock.proto, sock.getsockname()),
            bind_socket=False,
        )
        for sock in sockets
    )
    return BoxServer(listeners, options=options)


def _adjustments(
    sockets: tuple[socket.socket, ...], *, threads: int, connection_limit: int, options: ServerOptions
) -> Adjustments:
    """Say to waitress what we say to people; its logger is told not to write a line for each busy moment."""
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    proxy: dict[str, str | int] = {}
    if options.trusted_proxy:
        proxy = {
            "trusted_proxy": options.trusted_proxy,
            "trusted_proxy_count": 1,
            "trusted_proxy_headers": "x-forwarded-for x-forwarded-host x-forwarded-proto",
        }
    return Adjustments(
        sockets=list(sockets),
        threads=threads,
        connection_limit=connection_limit,
        channel_timeout=options.channel_timeout_s,
        max_request_body_size=options.request_bytes_max,
        max_request_header_size=REQUEST_HEADER_BYTES_MAX,
        log_socket_errors=False,
        asyncore_use_poll=True,
        ident="schoolbox",
        **proxy,
    )


def _allow_open_files(wanted: int) -> None:
    """Raise the soft limit of open files, as far as the hard one allows: a viewer takes a socket and a file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    reachable = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < reachable:
        resource.setrlimit(resource.RLIMIT_NOFILE, (reachable, hard))


def _without_body_for_head(app: "WSGIApplication") -> "WSGIApplication":
    """Close a file that was opened to answer HEAD; its headers go out, no byte of it may."""

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        body = app(environ, start_response)
        if environ["REQUEST_METHOD"] == "HEAD" and isinstance(body, FileSlice):
            body.close()
            return ()
        return body

    return answer
