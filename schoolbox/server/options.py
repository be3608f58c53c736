"""What can be set about the server, with the values that suit a school."""

import time
from collections.abc import Callable

import msgspec


class ServerOptions(msgspec.Struct, frozen=True, kw_only=True):
    """Times are seconds; nothing here depends on the wall clock, which may jump by years on a box without a battery."""

    channel_timeout_s: int = 120
    """After how long a client that neither asks nor takes anything is let go."""

    cleanup_interval_s: float = 30.0
    """How often that is looked at."""

    grace_s: float = 5.0
    """How long stopping waits for pages in the making; downloads are cut at once, browsers resume them."""

    request_bytes_max: int = 64 * 1024 * 1024
    """The largest body a client may send."""

    trusted_proxy: str | None = None
    """The address of a proxy (nginx) whose X-Forwarded-For, -Host and -Proto are believed; None believes nobody."""

    monotonic: Callable[[], float] = time.monotonic
    """Seconds that never jump."""
