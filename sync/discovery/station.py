"""One link of a box: ears as long as it exists, a probe while the names are checked, a responder once they are held.

Promises: never answers for a name that is being checked. Every method belongs to the announcer's thread.

    station = Station(link)
    station.check(claim, now_s=now_s, wait_s=0.1)
    station.step(now_s)            # asks; says when nobody objected
    station.announce()
"""

import secrets
import socket

from sync.discovery.claim import Claim, packed
from sync.discovery.links import Link
from sync.discovery.probe import Probe, Step
from sync.discovery.responder import Responder
from sync.discovery.sockets import Ears, Voices

DEFEND_EVERY_S = 0.25
"""Source: RFC 6762 section 6: how often a record may be said again to defend it."""

START_JITTER_MS = 250
"""Source: RFC 6762 section 8.1: boxes that get power at the same moment should not ask at the same moment."""


class Station:
    """What a box does on one link; `gone` are addresses that it told there before and has no longer.

    Raises:
        OSError: The port is busy, not allowed, or the link is gone.
    """

    def __init__(self, link: Link, gone: frozenset[str] = frozenset()) -> None:
        self.link = link
        self.claim: Claim | None = None
        self.probe: Probe | None = None
        self._gone = gone
        self._ears = Ears(link)
        self._voices: Voices | None = None
        self._responder: Responder | None = None
        self._defended_s = float("-inf")

    @property
    def sockets(self) -> list[socket.socket]:
        """What to listen to."""
        return self._ears.sockets + (self._voices.sockets if self._voices else [])

    @property
    def is_announced(self) -> bool:
        """Whether the names are held and answered for here."""
        return self._responder is not None

    def check(self, claim: Claim, *, now_s: float, wait_s: float) -> None:
        """Stop answering and find out whether the names are free.

        Raises:
            OSError: The port is busy, not allowed, or the address is gone.
        """
        self._be_silent(goodbye=False)
        self.claim = claim
        self._voices = Voices(self.link)
        self.probe = Probe(now_s, wait_s=wait_s + secrets.randbelow(START_JITTER_MS) / 1000)

    def step(self, now_s: float) -> None:
        """Ask, if it is time."""
        if self.probe and self.claim and self._voices and self.probe.step(now_s) is Step.ASK:
            for packet in self.claim.probe():
                self._voices.say(packet)

    def announce(self) -> None:
        """Answer for the names from now on, and tell everybody.

        Raises:
            OSError: The port is busy, not allowed, or the address is gone.
        """
        if self.claim is None:
            return
        self._be_silent(goodbye=False)
        self._responder = Responder(self.link, self.claim)
        if self._gone:
            self._responder.say(self.claim.goodbye(packed(address) for address in sorted(self._gone)))
            self._gone = frozenset()

    def defend(self, now_s: float) -> None:
        """Tell a newcomer that the host name is held."""
        if self._responder and self.claim and now_s - self._defended_s >= DEFEND_EVERY_S:
            self._defended_s = now_s
            self._responder.say(self.claim.defence())

    def close(self, *, goodbye: bool) -> None:
        """Leave the link."""
        self._be_silent(goodbye=goodbye)
        self._ears.close()

    def _be_silent(self, *, goodbye: bool) -> None:
        """Stop asking and answering, keep the ears open."""
        self.probe = None
        if self._voices:
            self._voices.close()
            self._voices = None
        if self._responder:
            self._responder.close(goodbye=goodbye)
            self._responder = None
