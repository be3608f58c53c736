"""How often a PIN or password may be tried: slow for a guesser, hardly felt by a child, never felt by anybody else.

A PIN has 10,000 values, and a school has pupils with time. Locking an account would hand every pupil a way to lock out
a class, so nothing is ever locked: tries are only spaced, for one person at a time, by the monotonic clock, in memory.
A device is a cookie and an address. Four rules hold at once, and a wrong try counts in each:

1. *One device.* Five wrong tries are free, then the same device waits 10, 30, 60, 60, ... seconds; after a quarter of
   an hour of quiet it starts afresh. A child that mistypes meets only this rule.
2. *One address.* Throwing cookies away makes a new device, not a new address: ten tries, then one a minute.
3. *Everybody together.* Taking new addresses too: thirty tries for one person, then one in twenty seconds. That makes
   10,000 tries last 2.3 days, and a guesser is seen (`sign_in_guessing` among the events) in the first minutes.
4. *One network, whoever is tried.* A few PINs of every pupil of a school find somebody's sooner than all PINs of one:
   two hundred wrong tries from one network (an IPv4 address, the first half of an IPv6 one), then one in two seconds.
   A class of forty behind one address may mistype five times each.

The third lets three times through what the second lets one address use up, so one guesser, however eager, leaves room:
the right child on another device waits at most twenty seconds. A device on which this person has signed in before is
known and obeys rule 1 alone: on the child's own tablet not even many guessers make it wait. A right try gives back what
it took. What strangers try against one person costs another person nothing, unless both sit behind one address: every
rule but the fourth is kept per person.
"""

import threading

import msgspec

from content_packs.clock import Clock
from schoolbox.errors import ThrottledError
from schoolbox.services.networks import network_of
from schoolbox.services.recent import K, Recent

FREE_TRIES = 5
PAUSES_S = (10.0, 30.0, 60.0)
FORGOTTEN_AFTER_S = 15 * 60.0


class Tries(msgspec.Struct, frozen=True):
    """Wrong tries of one device for one person, and when the last was."""

    wrong: int = 0
    last_s: float = 0.0


class Allowance(msgspec.Struct, frozen=True):
    """Tries that are left; one comes back every so many seconds."""

    left: float
    at_s: float


class Rate(msgspec.Struct, frozen=True):
    """How many tries are free, and in how many seconds one comes back."""

    free: int
    every_s: float


PER_ADDRESS = Rate(free=10, every_s=60.0)
PER_PERSON = Rate(free=30, every_s=20.0)
PER_NETWORK = Rate(free=200, every_s=2.0)
REPORTS_OF_ONE = Rate(free=1, every_s=FORGOTTEN_AFTER_S)
REPORTS = Rate(free=20, every_s=60.0)
"""How often guessing is reported, of one person and of all: a guesser must not wash away what else happened."""


def device_wait_s(tries: Tries, now_s: float) -> float:
    """Rule 1: how long this device still waits."""
    if tries.wrong < FREE_TRIES or now_s - tries.last_s > FORGOTTEN_AFTER_S:
        return 0.0
    pause_s = PAUSES_S[min(tries.wrong - FREE_TRIES, len(PAUSES_S) - 1)]
    return max(0.0, tries.last_s + pause_s - now_s)


def device_tried(tries: Tries, now_s: float) -> Tries:
    """Rule 1: count one more wrong try."""
    before = 0 if now_s - tries.last_s > FORGOTTEN_AFTER_S else tries.wrong
    return Tries(before + 1, now_s)


def refilled(allowance: Allowance, rate: Rate, now_s: float) -> Allowance:
    """Rules 2 and 3: what is left now."""
    back = max(0.0, now_s - allowance.at_s) / rate.every_s
    return Allowance(min(float(rate.free), allowance.left + back), now_s)


def allowance_wait_s(allowance: Allowance, rate: Rate) -> float:
    """Rules 2 and 3: how long until a whole try is left."""
    return max(0.0, (1.0 - allowance.left) * rate.every_s)


class Throttle:
    """Remembers tries; a try is taken before it is checked, so that tries at the same moment cannot slip through."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._devices: Recent[tuple[str, str], Tries] = Recent()
        self._addresses: Recent[tuple[str, str], Allowance] = Recent()
        self._people: Recent[str, Allowance] = Recent()
        self._networks: Recent[str, Allowance] = Recent()
        self._known: Recent[tuple[str, str], bool] = Recent()
        self._reports: Recent[str, Allowance] = Recent()

    def take(self, person: str, device: str) -> bool:
        """Take one try for a person on a device.

        Args:
            person: Whose secret is tried; any text, the same for the same person.
            device: `address/cookie`.

        Returns:
            Whether this try used up what everybody together may try, and that is news: somebody is guessing.

        Raises:
            ThrottledError: It is too soon; nothing was taken.
        """
        address = device.partition("/")[0]
        with self._lock:
            now_s = self._clock.monotonic_s()
            tries = self._devices.get((person, device), Tries())
            at_address = self._left(self._addresses, (person, address), PER_ADDRESS, now_s)
            together = self._left(self._people, person, PER_PERSON, now_s)
            network, of_network = self._network(device, now_s)
            known = self._known.get((person, device), False)
            wait_s = device_wait_s(tries, now_s)
            if not known:
                wait_s = max(
                    wait_s, allowance_wait_s(at_address, PER_ADDRESS), allowance_wait_s(together, PER_PERSON),
                    allowance_wait_s(of_network, PER_NETWORK),
                )  # fmt: skip
            if wait_s > 0:
                raise ThrottledError(wait_s=int(wait_s) + 1)
            self._devices.put((person, device), device_tried(tries, now_s))
            if known:
                return False
            self._addresses.put((person, address), Allowance(at_address.left - 1, now_s))
            self._people.put(person, Allowance(together.left - 1, now_s))
            self._networks.put(network, Allowance(of_network.left - 1, now_s))
            guessing = 1 <= together.left < 2 or 1 <= of_network.left < 2
            return guessing and self._is_news(person, now_s)

    def right(self, person: str, device: str) -> None:
        """Give back what a right try took, and know the device from now on."""
        address = device.partition("/")[0]
        with self._lock:
            now_s = self._clock.monotonic_s()
            self._devices.drop((person, device))
            if not self._known.get((person, device), False):
                self._give_back(self._addresses, (person, address), PER_ADDRESS, now_s)
                self._give_back(self._people, person, PER_PERSON, now_s)
                self._give_back(self._networks, network_of(device), PER_NETWORK, now_s)
            self._known.put((person, device), value=True)

    def _network(self, device: str, now_s: float) -> tuple[str, Allowance]:
        """Rule 4: the network of a device and what it may still try."""
        network = network_of(device)
        return network, self._left(self._networks, network, PER_NETWORK, now_s)

    def _is_news(self, person: str, now_s: float) -> bool:
        """Whether guessing is to be reported again."""
        own = self._left(self._reports, person, REPORTS_OF_ONE, now_s)
        of_all = self._left(self._reports, "", REPORTS, now_s)
        if own.left < 1 or of_all.left < 1:
            return False
        self._reports.put(person, Allowance(own.left - 1, now_s))
        self._reports.put("", Allowance(of_all.left - 1, now_s))
        return True

    def _left(self, table: Recent[K, Allowance], key: K, rate: Rate, now_s: float) -> Allowance:
        return refilled(table.get(key, Allowance(rate.free, now_s)), rate, now_s)

    def _give_back(self, table: Recent[K, Allowance], key: K, rate: Rate, now_s: float) -> None:
        left = self._left(table, key, rate, now_s)
        table.put(key, Allowance(left.left + 1, now_s))
