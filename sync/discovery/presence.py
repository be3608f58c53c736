"""A box on all its links together: one name everywhere, checked on each link, changed everywhere when one link has it.

Promises: no name is announced that a link has not found free; a name that becomes contested is checked again and given
up only if the other keeps it; a link that changes does not disturb the others. Every method belongs to one thread.

    presence.follow(read_network())
    presence.hear(readable)
    wait_s = presence.tick()
"""

import logging
import socket
from collections.abc import Callable

from content_packs.clock import Clock
from sync.discovery.announcement import Announcement, Reason, State
from sync.discovery.claim import Claim, Contest
from sync.discovery.dns import DNSIncoming
from sync.discovery.links import Link, Network
from sync.discovery.names import instance_label, next_host, next_instance, start_host
from sync.discovery.probe import YIELD_S, Conflicts
from sync.discovery.sockets import receive
from sync.discovery.station import Station
from sync.discovery.trouble import reason_of

RETRY_S = 10.0
FORMER_ADDRESSES_S = 10.0
PACKETS_A_TURN = 64
NEVER_S = float("inf")

logger = logging.getLogger(__name__)


class Presence:
    """The names a box holds or is trying to get, and its stations; `held` is told each name that is announced."""

    def __init__(self, announcement: Announcement, last_name: str, clock: Clock, held: Callable[[str], None]) -> None:
        self._announcement = announcement
        self._clock = clock
        self._held = held
        self._host = start_host(announcement.host, last_name)
        self._instance = instance_label(announcement.school)
        self._network = Network()
        self._stations: dict[int, Station] = {}
        self._trouble: OSError | None = None
        self._retry_s = NEVER_S
        self._former: frozenset[bytes] = frozenset()
        self._former_until_s = 0.0
        self._conflicts = Conflicts()
        self._taken: tuple[str, ...] = ()

    @property
    def sockets(self) -> list[socket.socket]:
        """What to listen to now."""
        return [source for station in self._stations.values() for source in station.sockets]

    @property
    def state(self) -> State:
        """How it is going."""
        addresses, taken = self._network.addresses, self._taken
        if any(station.is_announced for station in self._stations.values()):
            return State(Reason.ANNOUNCED, f"{self._host}.local", self._instance, addresses, taken)
        if self._stations:
            return State(Reason.CHECKING, addresses=addresses, taken=taken)
        if self._trouble:
            return State(reason_of(self._trouble), addresses=addresses, taken=taken, detail=str(self._trouble))
        return State(Reason.NO_NETWORK, taken=taken)

    def follow(self, network: Network) -> None:
        """Leave the links that are gone, start on those that are new; one whose addresses changed is both."""
        now_s = self._clock.monotonic_s()
        if network.own != self._network.own:
            self._former, self._former_until_s = self._network.own - network.own, now_s + FORMER_ADDRESSES_S
        if network.links != self._network.links:
            logger.info("discovery_network links=%s", ",".join(link.name for link in network.links) or "none")
        self._network = network
        self._trouble, self._retry_s = None, NEVER_S
        before = dict(self._stations)
        links = {link.index: link for link in network.links}
        for index, station in before.items():
            if station.link != links.get(index):
                self._drop(station)
        for index, link in links.items():
            if index not in self._stations:
                old = before[index].link.addresses if index in before else ()
                self._start(link, frozenset(old) - frozenset(link.addresses))

    def hear(self, readable: list[socket.socket]) -> None:
        """Take what arrived, and answer for our names or give them up."""
        for station in list(self._stations.values()):
            for source in station.sockets:
                if source in readable:
                    self._hear_from(station, source)

    def tick(self) -> float:
        """Do what is due, and say in how many seconds something will be."""
        now_s = self._clock.monotonic_s()
        if now_s >= self._retry_s:
            self.follow(self._network)
        asking = [(station, station.probe) for station in self._stations.values() if station.probe]
        for station, _ in asking:
            station.step(now_s)
        if asking and all(probe.is_free for _, probe in asking):
            self._announce([station for station, _ in asking])
            asking = []
        due_s = min([self._retry_s, *(probe.due_s for _, probe in asking if not probe.is_free)])
        return max(0.0, due_s - now_s)

    def close(self, *, goodbye: bool) -> None:
        """Leave every link."""
        while self._stations:
            _, station = self._stations.popitem()
            station.close(goodbye=goodbye)

    def _hear_from(self, station: Station, source: socket.socket) -> None:
        """Take some packets of one socket."""
        for _ in range(PACKETS_A_TURN):
            packet = receive(source)
            if packet is None or source not in station.sockets:
                return
            sender, data = packet
            if station.claim and station.claim.concerns(data):
                self._judge(station, station.claim, DNSIncoming(data), from_self=sender in self._own())

    def _judge(self, station: Station, claim: Claim, message: DNSIncoming, *, from_self: bool) -> None:
        """Decide what one packet means for our names."""
        contest = claim.contested(message, self._own(), from_self=from_self)
        if contest:
            self._contested(station, contest, second=claim.goes_second(message))
        elif station.probe and claim.outranked(message, from_self=from_self):
            station.probe.yield_to_other(self._clock.monotonic_s())
        elif not from_self and claim.asks_for_host(message):
            station.defend(self._clock.monotonic_s())

    def _contested(self, station: Station, contest: Contest, *, second: bool) -> None:
        """Check a held name again on this link; give up one that was being checked, on every link.

        The check of a held name begins with a pause: both sides have answered somebody, and what is still under way
        must not count as an answer to the questions that settle it, or both would give up. Two boxes on one machine
        share a port, so that an answer may come to the other one and both find the name free again and again: whoever
        goes second by what both say then gives it up.
        """
        if station.probe and not station.probe.has_asked:
            return
        wait_s = self._conflicts.add(self._clock.monotonic_s())
        gives_up = second and contest is Contest.INSTANCE and self._conflicts.is_quarrel
        if not station.probe and not gives_up:
            logger.warning("discovery_contested name=%s link=%s", contest.value, station.link.name)
            self._check(station, wait_s + YIELD_S)
            return
        if contest is Contest.HOST:
            logger.info("discovery_name_taken host=%s", self._host)
            self._taken = (*self._taken, f"{self._host}.local")[-9:]
            self._host = next_host(self._host)
        else:
            logger.info("discovery_instance_taken port=%d", self._announcement.port)
            self._instance = next_instance(self._instance)
        for other in list(self._stations.values()):
            self._check(other, wait_s)

    def _own(self) -> frozenset[bytes]:
        """Every address of this machine, and those it had a moment ago, which late echoes still bring back."""
        return self._network.own | (self._former if self._clock.monotonic_s() < self._former_until_s else frozenset())

    def _start(self, link: Link, gone: frozenset[str]) -> None:
        """Begin on a link."""
        try:
            station = Station(link, gone)
        except OSError as exc:
            self._fail(link, exc)
            return
        self._stations[link.index] = station
        self._check(station, 0.0)

    def _check(self, station: Station, wait_s: float) -> None:
        """Find out whether the names are free on a link."""
        claim = Claim.on(station.link, self._announcement, host=self._host, instance=self._instance)
        try:
            station.check(claim, now_s=self._clock.monotonic_s(), wait_s=wait_s)
        except OSError as exc:
            self._drop(station)
            self._fail(station.link, exc)

    def _announce(self, stations: list[Station]) -> None:
        """Answer for the names where they were found free."""
        for station in stations:
            try:
                station.announce()
            except OSError as exc:
                self._drop(station)
                self._fail(station.link, exc)
            else:
                logger.info("discovery_announced name=%s.local link=%s", self._host, station.link.name)
        if any(station.is_announced for station in stations):
            self._held(self._host)

    def _drop(self, station: Station) -> None:
        """Leave a link without a word: what is told next replaces what was told."""
        self._stations.pop(station.link.index, None)
        station.close(goodbye=False)

    def _fail(self, link: Link, trouble: OSError) -> None:
        """Note why a link cannot be used, and try again later."""
        logger.warning("discovery_link_failed link=%s reason=%s", link.name, reason_of(trouble).value)
        self._trouble = trouble
        self._retry_s = self._clock.monotonic_s() + RETRY_S
