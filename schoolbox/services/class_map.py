"""What a class's work says to its teacher, as rules over values: the marks of the map, and who is stuck.

Rules for being stuck, each without asking a clock (a box may believe it is 1970), the most telling first:
1. *failed*: a quiz was finished twice or more and never passed.
2. *behind*: something was begun and not finished that at least half of the class has finished.
3. *never*: has never signed in, while at least half of the class has.
4. *absent*: the last sign-in is more than a week older than the newest of the class; both were stamped by the same
   clock, so a holiday or a wrong date makes nobody absent.
5. *waiting*: nothing of this course was begun, while at least half of the class has.
A pupil is listed once, with the first rule that fits. Nobody is ranked.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import Literal

import msgspec

from schoolbox.services.outline import ItemCard

GOOD_SHARE = 0.8
HALF = 0.5
FAILED_TRIES = 2
ABSENT_AFTER = timedelta(days=7)

Mark = Literal["none", "started", "done", "good", "middle", "low"]
Why = Literal["failed", "behind", "never", "absent", "waiting"]


class Stand(msgspec.Struct, frozen=True):
    """Where one pupil stands with one item."""

    person_id: int
    item_id: str
    done: bool
    best_correct: int
    questions: int
    passed: bool
    attempts: int
    handed_in: bool = False


def read_stand(*row: int) -> Stand:
    """Make a stand of the columns of `classes_sql.STAND`."""
    person_id, item_id, done, best_correct, questions, passed, attempts, handed_in = row
    return Stand(
        person_id, str(item_id), bool(done), best_correct, questions, bool(passed), attempts, bool(handed_in)
    )


class Cell(msgspec.Struct, frozen=True):
    """One field of the map; `score` is "4/5" for a quiz that was finished.

    `handed_in`: a test that was handed in, whose results are not shown yet; its mark is that it was started.
    """

    mark: Mark
    score: str = ""
    handed_in: bool = False


class Stuck(msgspec.Struct, frozen=True):
    """Somebody to look after, why, and with which item (None: the course as a whole)."""

    person_id: int
    why: Why
    item: ItemCard | None = None
    score: str = ""
    attempts: int = 0


class ClassWork(msgspec.Struct, frozen=True, dict=True):
    """A class and what it did in one course: the values that the rules look at."""

    pupils: Sequence[int]
    items: Sequence[ItemCard]
    stands: Mapping[tuple[int, str], Stand]
    seen: Mapping[int, datetime]

    @cached_property
    def begun(self) -> frozenset[int]:
        """Who has begun anything of the course."""
        return frozenset(person_id for person_id, _ in self.stands)

    @cached_property
    def done_by(self) -> Mapping[str, int]:
        """How many pupils are done with each item; 0 for an item that nobody is done with."""
        return Counter(item_id for (_, item_id), stand in self.stands.items() if stand.done)

    def is_half(self, count: int) -> bool:
        """Whether so many are at least half of the class, and more than one."""
        return count >= 2 and count >= HALF * len(self.pupils)


def cell(stand: Stand | None) -> Cell:
    """The mark of one field of the map."""
    if stand is None:
        return Cell("none")
    if stand.questions and stand.attempts:
        share = stand.best_correct / stand.questions
        mark: Mark = "good" if share >= GOOD_SHARE else "middle" if share >= HALF else "low"
        return Cell(mark, f"{stand.best_correct}/{stand.questions}")
    return Cell("done" if stand.done else "started", handed_in=stand.handed_in)


def stuck(work: ClassWork) -> list[Stuck]:
    """Who is stuck, in the order of the rules and then of the class."""
    found = [first for person_id in work.pupils if (first := _first(work, person_id))]
    order: Sequence[Why] = ("failed", "behind", "never", "absent", "waiting")
    return sorted(found, key=lambda one: order.index(one.why))


def _first(work: ClassWork, person_id: int) -> Stuck | None:
    return _failed(work, person_id) or _behind(work, person_id) or _away(work, person_id)


def _failed(work: ClassWork, person_id: int) -> Stuck | None:
    for item in work.items:
        stand = work.stands.get((person_id, item.id))
        if stand and stand.questions and stand.attempts >= FAILED_TRIES and not stand.passed:
            return Stuck(person_id, "failed", item, f"{stand.best_correct}/{stand.questions}", stand.attempts)
    return None


def _behind(work: ClassWork, person_id: int) -> Stuck | None:
    for item in work.items:
        stand = work.stands.get((person_id, item.id))
        if stand and not stand.done and not stand.handed_in and work.is_half(work.done_by[item.id]):
            return Stuck(person_id, "behind", item)
    return None


def _away(work: ClassWork, person_id: int) -> Stuck | None:
    last = work.seen.get(person_id)
    if last is None:
        return Stuck(person_id, "never") if work.is_half(len(work.seen)) else None
    if max(work.seen.values()) - last > ABSENT_AFTER:
        return Stuck(person_id, "absent")
    left_out = person_id not in work.begun and work.is_half(len(work.begun))
    return Stuck(person_id, "waiting") if left_out else None
