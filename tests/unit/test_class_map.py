"""The marks of the class map, and who counts as stuck: rules over values, without a clock."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from content_packs.manifest import Kind
from schoolbox.services.class_map import Cell, ClassWork, Stand, cell, stuck
from schoolbox.services.outline import ItemCard

MONDAY = datetime(2026, 9, 21, 8, tzinfo=UTC)
PUPILS = range(1, 7)


def item(slug: str, kind: Kind = "video") -> ItemCard:
    return ItemCard(
        id=f"mash:{slug}", pack_id="mash:thyesat-6", unit=0, position=0, kind=kind, title={"sq": slug}, language="sq",
        duration_s=60, questions=5 if kind == "quiz" else 0, pages=0, teacher_only=False, thumbnail="",
    )  # fmt: skip


VIDEO, QUIZ = item("video"), item("quiz", "quiz")


def watched(person_id: int, *, done: bool) -> Stand:
    return Stand(person_id, VIDEO.id, done, 0, 0, passed=False, attempts=0)


def quizzed(person_id: int, best: int, *, attempts: int = 1) -> Stand:
    passed = best >= 3
    return Stand(person_id, QUIZ.id, passed, best, 5, passed, attempts)


def work(stands: Sequence[Stand], *, seen: dict[int, datetime] | None = None) -> ClassWork:
    seen = dict.fromkeys(PUPILS, MONDAY) if seen is None else seen
    return ClassWork(PUPILS, (VIDEO, QUIZ), {(one.person_id, one.item_id): one for one in stands}, seen)


def reasons(class_work: ClassWork) -> list[tuple[int, str]]:
    return [(one.person_id, one.why) for one in stuck(class_work)]


@pytest.mark.parametrize(
    ("stand", "mark"),
    [
        (None, Cell("none")),
        (watched(1, done=False), Cell("started")),
        (watched(1, done=True), Cell("done")),
        (quizzed(1, 5), Cell("good", "5/5")),
        (quizzed(1, 4), Cell("good", "4/5")),
        (quizzed(1, 3), Cell("middle", "3/5")),
        (quizzed(1, 2), Cell("low", "2/5")),
        (quizzed(1, 0), Cell("low", "0/5")),
        (Stand(1, QUIZ.id, False, 0, 0, False, 0), Cell("started")),
    ],
)
def test_a_field_of_the_map_shows_what_was_done(stand: Stand | None, mark: Cell) -> None:
    assert cell(stand) == mark


def test_a_quiz_finished_twice_and_not_passed_is_the_first_thing_to_see() -> None:
    done = [watched(pupil, done=pupil != 2) for pupil in PUPILS]
    found = stuck(work([*done, quizzed(5, 2, attempts=2), quizzed(6, 2), quizzed(4, 4, attempts=3)]))
    assert [(one.person_id, one.why) for one in found] == [(5, "failed"), (2, "behind")]
    assert (found[0].score, found[0].attempts) == ("2/5", 2)


def test_somebody_is_behind_only_once_half_of_the_class_is_done() -> None:
    two = [watched(pupil, done=True) for pupil in (2, 3)]
    assert (1, "behind") not in reasons(work([watched(1, done=False), *two]))
    three = [watched(pupil, done=True) for pupil in (2, 3, 4)]
    assert (1, "behind") in reasons(work([watched(1, done=False), *three]))


def test_who_has_not_begun_waits_only_once_half_of_the_class_has_begun() -> None:
    assert reasons(work([watched(1, done=True), watched(2, done=True)])) == []
    begun = [watched(pupil, done=False) for pupil in (1, 2, 3, 4)]
    assert reasons(work(begun)) == [(5, "waiting"), (6, "waiting")]


def test_absence_is_counted_from_the_newest_sign_in_of_the_class_and_not_from_today() -> None:
    summer_ago = dict.fromkeys(PUPILS, MONDAY - timedelta(days=80))
    assert reasons(work([], seen=summer_ago)) == []
    assert reasons(work([], seen={**dict.fromkeys(PUPILS, MONDAY), 3: MONDAY - timedelta(days=8)})) == [(3, "absent")]


def test_a_clock_that_woke_in_1970_makes_nobody_absent() -> None:
    woke = dict.fromkeys(PUPILS, datetime(1970, 1, 1, tzinfo=UTC))
    assert reasons(work([], seen=woke)) == []


def test_who_never_signed_in_is_seen_only_once_half_of_the_class_has() -> None:
    assert reasons(work([], seen={1: MONDAY, 2: MONDAY})) == []
    assert reasons(work([], seen={1: MONDAY, 2: MONDAY, 3: MONDAY})) == [(4, "never"), (5, "never"), (6, "never")]


def test_a_class_of_one_is_never_measured_against_itself() -> None:
    alone = ClassWork((1,), (VIDEO,), {}, {})
    assert stuck(alone) == []
