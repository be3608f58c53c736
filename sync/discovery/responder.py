"""Answering for a box on one link, by python-zeroconf.

Promises: answers only what is asked on its own link, and only after the names were found to be free. Everything here is
called from the announcer's thread; zeroconf's loop runs in a thread of its own and calls nothing of ours.

    responder = Responder(link, claim)
    responder.say(claim.defence())
    responder.close(goodbye=True)
"""

import asyncio
import errno
import logging
from typing import TYPE_CHECKING

from sync.discovery.claim import Claim
from sync.discovery.dns import DNSOutgoing, Error, IPVersion, Zeroconf
from sync.discovery.links import Link
from sync.discovery.sockets import confine

if TYPE_CHECKING:
    from concurrent.futures import Future

logger = logging.getLogger(__name__)


class Responder:
    """One running Zeroconf object that serves one link.

    Raises:
        OSError: The port is busy, not allowed, or the address is gone.
    """

    def __init__(self, link: Link, claim: Claim) -> None:
        self._claim = claim
        self._zeroconf = open_zeroconf((link,))
        self._loop = loop_of(self._zeroconf)
        self._announcing = asyncio.run_coroutine_threadsafe(self._announce(), self._loop)
        self._announcing.add_done_callback(_report)

    def say(self, out: DNSOutgoing) -> None:
        """Send to everybody on the link."""
        self._zeroconf.send(out)

    def close(self, *, goodbye: bool) -> None:
        """Stop answering; with a goodbye everybody forgets us at once, without one nobody notices a short change."""
        self._announcing.cancel()
        if not goodbye:
            self._loop.call_soon_threadsafe(self._zeroconf.registry.async_remove, list(self._claim.infos))
        try:
            self._zeroconf.close()
        except (OSError, RuntimeError, TimeoutError, Error) as exc:
            logger.warning("discovery_close_failed error=%s", type(exc).__name__)

    async def _announce(self) -> None:
        """Answer from now on, and say so three times; runs in zeroconf's loop."""
        announcing = []
        for info in self._claim.infos:
            # We have asked already, for the host as well: cooperating_responders leaves out what zeroconf would ask.
            announcing.append(await self._zeroconf.async_register_service(info, cooperating_responders=True))
        await asyncio.gather(*announcing)


def open_zeroconf(links: tuple[Link, ...]) -> Zeroconf:
    """Start a Zeroconf object that speaks and listens on these links only.

    Raises:
        OSError: The port is busy, not allowed, or an address is gone.
    """
    version = IPVersion.All if any(link.v6 for link in links) else IPVersion.V4Only
    try:
        zeroconf = Zeroconf(interfaces=_interfaces(links), ip_version=version, use_asyncio=False)
    except RuntimeError as exc:
        raise OSError(errno.EADDRNOTAVAIL, str(exc)) from exc
    for reader in list(zeroconf.engine.readers):
        confine(reader.sock)
    return zeroconf


def loop_of(zeroconf: Zeroconf) -> asyncio.AbstractEventLoop:
    """Give the loop that a started Zeroconf object runs in a thread of its own.

    Raises:
        OSError: It did not start.
    """
    if zeroconf.loop is None:
        raise OSError(errno.EIO, "zeroconf has no loop")
    return zeroconf.loop


def _interfaces(links: tuple[Link, ...]) -> list[str | int | tuple[tuple[str, int, int], int]]:
    """Name one IPv4 and one IPv6 address a link: zeroconf sends everything once from each."""
    sources = [link.v6_source for link in links]
    v4: list[str | int | tuple[tuple[str, int, int], int]] = [link.v4[0] for link in links if link.v4]
    return v4 + [link.index if sources.count(link.v6_source) > 1 else link.v6_source for link in links if link.v6]


def _report(announcing: "Future[None]") -> None:
    """Log why an announcement failed; questions are answered nevertheless."""
    if not announcing.cancelled() and (problem := announcing.exception()) is not None:
        logger.warning("discovery_announce_failed error=%s", type(problem).__name__)
