"""What the box takes by itself: patterns that people chose, and what they said to leave alone (FORMAT 8.13).

Rules: a pattern is `*`, `publisher:*` or the id of a pack; the narrowest one that speaks of a pack decides. What is
installed gets newer versions unless it is to be left alone by its id; a pack that a person removed is.

    subscriptions.add("mash:*")
    subscriptions.wishes().takes("mash:thyesat-6", installed=False)
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import msgspec

from schoolbox.db.database import Database
from schoolbox.db.pack_models import Pack, Subscription
from schoolbox.errors import BadInputError
from sync.orders import SUBSCRIPTIONS
from sync.patterns import ALL, is_pattern


class Wishes(msgspec.Struct, frozen=True):
    """All patterns; true for what the box takes, false for what it leaves alone."""

    patterns: Mapping[str, bool] = msgspec.field(default_factory=lambda: MappingProxyType({}))

    def takes(self, pack_id: str, *, installed: bool) -> bool:
        """Say whether the box takes a pack by itself."""
        own = self.patterns.get(pack_id)
        return installed or self._takes_new(pack_id) if own is None else own

    def _takes_new(self, pack_id: str) -> bool:
        """What the wider patterns say."""
        publisher = f"{pack_id.partition(':')[0]}:*"
        return self.patterns.get(publisher, self.patterns.get(ALL, False))


class Subscriptions:
    """Reads and changes the patterns; `ordered` gives the settings of the hub that hold here."""

    def __init__(self, db: Database, *, ordered: Callable[[], Mapping[str, str]]) -> None:
        self._db = db
        self._ordered = ordered

    def wishes(self) -> Wishes:
        """All patterns, in the order of their letters: those of the hub, and what people decided here, which counts."""
        query = Subscription.select(Subscription.pattern, Subscription.wanted)
        found = {**dict.fromkeys(self.of_hub(), True), **dict(self._db.fetch(_pattern, query))}
        return Wishes(dict(sorted(found.items())))

    def of_hub(self) -> tuple[str, ...]:
        """The patterns that the hub wants the box to take."""
        return tuple(self._ordered().get(SUBSCRIPTIONS, "").split())

    def add(self, pattern: str) -> None:
        """Have the box take what a pattern names.

        Raises:
            BadInputError: It is no pattern.
        """
        check_pattern(pattern)
        self._db.write(lambda: self._set(pattern, wanted=True))

    def remove(self, pattern: str) -> bool:
        """Have the box no longer take what a pattern names; true if it now stands as an exception from a wider wish.

        Raises:
            BadInputError: It is no pattern.
        """
        check_pattern(pattern)
        return self._db.write(lambda: self._remove(pattern))

    def _remove(self, pattern: str) -> bool:
        """Delete a pattern; where a wider one, the hub or being installed would go on, note an exception."""
        before = self.wishes().patterns
        self._db.run(Subscription.delete().where(Subscription.pattern == pattern))
        rest = Wishes({each: wanted for each, wanted in before.items() if each != pattern})
        goes_on = pattern != ALL and rest.takes(pattern, installed=self._is_installed(pattern))
        is_exception = goes_on or pattern in self.of_hub()
        if is_exception:
            self._set(pattern, wanted=False)
        return is_exception

    def _set(self, pattern: str, *, wanted: bool) -> None:
        self._db.run(Subscription.insert(pattern=pattern, wanted=int(wanted)).on_conflict_replace())

    def _is_installed(self, pattern: str) -> bool:
        return bool(self._db.fetch(str, Pack.select(Pack.id).where(Pack.id == pattern)))


def check_pattern(pattern: str) -> None:
    """Refuse what names no packs.

    Raises:
        BadInputError: It is neither `*` nor `publisher:*` nor the id of a pack.
    """
    if not is_pattern(pattern):
        raise BadInputError(field="PATTERN", problem=f"{pattern!r} is none of publisher:name, publisher:* and *")


def _pattern(pattern: str, wanted: int) -> tuple[str, bool]:
    return pattern, bool(wanted)
