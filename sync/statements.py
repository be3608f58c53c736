"""Statements as a box writes them: values in, the bytes of one xAPI statement out (PROTOCOL.md section 2).

Promises: no name, login or typed text of a pupil can get in, because no argument carries one; the actor is the fixed
home page and a random 128-bit id. The same values give the same bytes.

    occasion = Occasion(statement_id=ids.next_id(), stamp=stamp, learner=learner, place=place)
    raw = quiz_passed(occasion, ItemRef.of(manifest, item), Score(raw=4, max=5))
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Literal

import msgspec

from content_packs.manifest import Item, Kind, Manifest, Text
from sync import iris
from sync.errors import StatementError
from sync.xapi_out import (
    Account,
    Activity,
    Actor,
    Context,
    ContextActivities,
    Definition,
    EventExtension,
    LearningExtension,
    Result,
    ScoreOut,
    StatementOut,
    Verb,
)

QuestionType = Literal["single", "multiple", "true_false", "number", "text", "order", "match", "gaps"]

_HEX_ID = re.compile(r"[0-9a-f]{32}")
_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,15})?(?:/\d{1,15})?")
_VERBS = {name: Verb(id=iri, display={"en": name}) for name, iri in (
    ("terminated", iris.TERMINATED), ("completed", iris.COMPLETED), ("experienced", iris.EXPERIENCED),
    ("answered", iris.ANSWERED), ("passed", iris.PASSED), ("failed", iris.FAILED),
    ("assigned", iris.ASSIGNED))}  # fmt: skip
_INTERACTIONS: dict[QuestionType, str] = {
    "single": "choice", "multiple": "choice", "true_false": "true-false", "number": "numeric", "text": "fill-in",
    "order": "sequencing", "match": "matching", "gaps": "fill-in",
}  # fmt: skip
_VIDEO_CATEGORY = (Activity(id=iris.VIDEO_PROFILE, definition=Definition(type=iris.ACTIVITY_TYPES["profile"])),)


class EventStamp(msgspec.Struct, frozen=True, kw_only=True):
    """Where an event stands in the box's own order and time; the wall time may be wrong, the rest is not."""

    seq: int
    boot_id: str
    monotonic_s: float
    wall_at: datetime
    clock_trusted: bool


class Learner(msgspec.Struct, frozen=True, kw_only=True):
    """Who: a random 128-bit id in 32 hex digits, the class by its id on the box, the grade."""

    actor_id: str
    class_id: str | None = None
    grade: int | None = None


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where: the box's number, and the school's id at the hub (None until the box is enrolled)."""

    box_id: str
    school_id: str | None = None


class Occasion(msgspec.Struct, frozen=True, kw_only=True):
    """One thing a pupil did: the id of its statement (a UUIDv7), when, who and where."""

    statement_id: str
    stamp: EventStamp
    learner: Learner
    place: Place


class ItemRef(msgspec.Struct, frozen=True, kw_only=True):
    """What: an item as a statement names it, and the pack it came from."""

    id: str
    kind: Kind
    title: Text
    pack: str
    pack_version: int
    pack_title: Text
    area: str
    subject: str
    language: str | None = None

    @classmethod
    def of(cls, manifest: Manifest, item: Item) -> "ItemRef":
        """Take what a statement needs from a manifest and one of its items."""
        return cls(
            id=item.id, kind=item.kind, title=item.title, pack=manifest.pack, pack_version=manifest.version,
            pack_title=manifest.title, area=manifest.area, subject=manifest.subject,
            language=item.language or manifest.language,
        )  # fmt: skip


class Watched(msgspec.Struct, frozen=True, kw_only=True):
    """What was watched in one sitting: position at the end, length, and the stretches that were played, in seconds."""

    time_s: float
    length_s: float
    segments: Sequence[tuple[float, float]]
    session_id: str


class QuizAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """One answer: chosen ids or typed text, and whether it was right; `attempt_id` is a UUID."""

    question_id: str
    question_type: QuestionType
    response: tuple[str, ...]
    success: bool
    attempt_id: str | None = None


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """The result of a quiz: right answers of how many; `attempt_id` is a UUID."""

    raw: int
    max: int
    attempt_id: str | None = None


class LessonRef(msgspec.Struct, frozen=True, kw_only=True):
    """What a teacher gave: the number of the lesson on its box, and the ids of its items. Its words have no place."""

    id: int
    items: tuple[str, ...] = ()


def video_terminated(occasion: Occasion, item: ItemRef, watched: Watched) -> bytes:
    """Say that a pupil stopped watching or listening, and which stretches were played in this sitting."""
    return _video(occasion, item, watched, verb="terminated")


def video_completed(occasion: Occasion, item: ItemRef, watched: Watched) -> bytes:
    """Say that a pupil has now watched or heard enough of it to count as done."""
    return _video(occasion, item, watched, verb="completed")


def document_experienced(occasion: Occasion, item: ItemRef) -> bytes:
    """Say that a pupil opened a document or an app."""
    return _encode(occasion, item, verb="experienced")


def item_completed(occasion: Occasion, item: ItemRef) -> bytes:
    """Say that a pupil is done with an item that is neither watched nor scored."""
    return _encode(occasion, item, verb="completed", result=Result(completion=True))


def quiz_answered(occasion: Occasion, item: ItemRef, answer: QuizAnswer) -> bytes:
    """Say how one question was answered; what was typed into a free text field is not sent."""
    question = Activity(
        id=f"{iris.ITEM}{item.id}/{answer.question_id}",
        definition=Definition(
            type=iris.ACTIVITY_TYPES["question"], interaction_type=_INTERACTIONS[answer.question_type]
        ),
    )
    result = Result(success=answer.success, response=_response(answer))
    return _encode(
        occasion, item, verb="answered", result=result, activity=question, registration=answer.attempt_id
    )


def quiz_passed(occasion: Occasion, item: ItemRef, score: Score) -> bytes:
    """Say that a pupil reached the pass score of a quiz."""
    return _scored(occasion, item, score, verb="passed")


def quiz_failed(occasion: Occasion, item: ItemRef, score: Score) -> bytes:
    """Say that a pupil finished a quiz below its pass score."""
    return _scored(occasion, item, score, verb="failed")


def lesson_assigned(occasion: Occasion, lesson: LessonRef) -> bytes:
    """Say that a class was given a lesson. The box speaks , so that nobody of the staff is told of."""
    other = tuple(Activity(id=f"{iris.ITEM}{item}") for item in lesson.items)
    return _about_lesson(occasion, lesson, verb="assigned", home=iris.BOX_HOME, other=other)


def lesson_completed(occasion: Occasion, lesson: LessonRef) -> bytes:
    """Say that a pupil is now done with every item of a lesson."""
    return _about_lesson(occasion, lesson, verb="completed", home=iris.ACTOR_HOME, result=Result(completion=True))


def utc_text(at: datetime) -> str:
    """Write a time as the wire does: UTC, milliseconds, `Z`.

    Raises:
        StatementError: The time has no zone.
    """
    if at.tzinfo is None:
        raise StatementError(problem="a time without a zone")
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def merged(segments: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Join stretches that touch or overlap, in order; empty and reversed ones are dropped."""
    joined: list[tuple[float, float]] = []
    for start, end in sorted((max(0.0, a), b) for a, b in segments if b > a and b > 0):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def _video(occasion: Occasion, item: ItemRef, watched: Watched, *, verb: str) -> bytes:
    """Build a statement of the xAPI Video Profile. Source: xAPI Video Profile 1.0.3."""
    if watched.length_s <= 0:
        raise StatementError(problem="a video without a length")
    stretches = merged(watched.segments)
    seen_s = min(sum(end - start for start, end in stretches), watched.length_s)
    result = Result(
        completion=True if verb == "completed" else msgspec.UNSET,
        duration=f"PT{_seconds(sum(max(0.0, b - a) for a, b in watched.segments))}S",
        extensions={
            iris.VIDEO_TIME: _round(watched.time_s),
            iris.VIDEO_PROGRESS: round(seen_s / watched.length_s, 3),
            iris.VIDEO_SEGMENTS: "[,]".join(f"{_seconds(a)}[.]{_seconds(b)}" for a, b in stretches),
        },
    )
    sitting: dict[str, str | float] = {
        iris.VIDEO_LENGTH: _round(watched.length_s),
        iris.VIDEO_SESSION: watched.session_id,
    }
    return _encode(occasion, item, verb=verb, result=result, extra=sitting)


def _scored(occasion: Occasion, item: ItemRef, score: Score, *, verb: str) -> bytes:
    """Build `passed` or `failed` with its score."""
    if not 0 <= score.raw <= score.max or score.max < 1:
        raise StatementError(problem=f"a score of {score.raw} of {score.max}")
    out = ScoreOut(scaled=round(score.raw / score.max, 4), raw=score.raw, min=0, max=score.max)
    result = Result(score=out, success=verb == "passed", completion=True)
    return _encode(occasion, item, verb=verb, result=result, registration=score.attempt_id)


def _response(answer: QuizAnswer) -> str | msgspec.UnsetType:
    """Write the answer as xAPI does; typed text stays on the box, and so does anything that is not a number."""
    if answer.question_type in ("single", "multiple", "true_false", "order"):
        return "[,]".join(answer.response)
    if answer.question_type == "match":
        return "[,]".join(pair.replace("=", "[.]") for pair in answer.response)
    typed = answer.response[0].replace(",", ".").replace("−", "-").replace(" ", "") if answer.response else ""
    if answer.question_type == "number" and _NUMBER.fullmatch(typed):
        return typed
    return msgspec.UNSET


def _encode(  # noqa: PLR0913  the parts of one statement; everything after the item is by name
    occasion: Occasion,
    item: ItemRef,
    *,
    verb: str,
    result: Result | msgspec.UnsetType = msgspec.UNSET,
    activity: Activity | None = None,
    registration: str | None = None,
    extra: dict[str, str | float] | None = None,
) -> bytes:
    """Put a statement together and write it as JSON."""
    item_activity = Activity(
        id=f"{iris.ITEM}{item.id}",
        definition=Definition(type=iris.ACTIVITY_TYPES[item.kind], name=item.title),
    )
    context = Context(
        registration=registration or msgspec.UNSET,
        platform="Schoolbox",
        language=item.language or msgspec.UNSET,
        context_activities=_surroundings(occasion, item, within=item_activity if activity else None),
        extensions={
            iris.EXT_EVENT: _event(occasion),
            iris.EXT_LEARNING: _learning(occasion.learner, item),
            **(extra or {}),
        },
    )
    return _write(occasion, verb=verb, target=activity or item_activity, result=result, context=context)


def _about_lesson(
    occasion: Occasion,
    lesson: LessonRef,
    *,
    verb: str,
    home: str,
    result: Result | msgspec.UnsetType = msgspec.UNSET,
    other: tuple[Activity, ...] = (),
) -> bytes:
    """Put a statement about a lesson together: it is known by box and number, never by what its teacher wrote."""
    target = Activity(
        id=f"{iris.LESSON}{occasion.place.box_id}/{lesson.id}",
        definition=Definition(type=iris.ACTIVITY_TYPES["lesson"]),
    )
    grade = msgspec.UNSET if occasion.learner.grade is None else occasion.learner.grade
    context = Context(
        platform="Schoolbox",
        context_activities=ContextActivities(grouping=_grouping(occasion), other=other or msgspec.UNSET),
        extensions={iris.EXT_EVENT: _event(occasion), iris.EXT_LEARNING: LearningExtension(grade=grade)},
    )
    return _write(occasion, verb=verb, target=target, result=result, context=context, home=home)


def _write(
    occasion: Occasion,
    *,
    verb: str,
    target: Activity,
    result: Result | msgspec.UnsetType,
    context: Context,
    home: str = iris.ACTOR_HOME,
) -> bytes:
    """Write a statement as JSON."""
    if not _HEX_ID.fullmatch(occasion.learner.actor_id):
        raise StatementError(problem="the learner's id is not 32 hex digits")
    statement = StatementOut(
        id=occasion.statement_id,
        actor=Actor(account=Account(home_page=home, name=occasion.learner.actor_id)),
        verb=_VERBS[verb],
        object=target,
        result=result,
        context=context,
        timestamp=utc_text(occasion.stamp.wall_at),
    )
    return msgspec.json.encode(statement)


def _surroundings(occasion: Occasion, item: ItemRef, *, within: Activity | None) -> ContextActivities:
    """Name the pack (and the quiz a question belongs to), the school and the class."""
    pack = Activity(
        id=f"{iris.PACK}{item.pack}", definition=Definition(type=iris.ACTIVITY_TYPES["pack"], name=item.pack_title)
    )
    return ContextActivities(
        parent=(within, pack) if within else (pack,),
        grouping=_grouping(occasion),
        category=_VIDEO_CATEGORY if item.kind in ("video", "audio") else msgspec.UNSET,
    )


def _grouping(occasion: Occasion) -> tuple[Activity, ...] | msgspec.UnsetType:
    """Name the school and the class, as far as they are known."""
    grouping: list[Activity] = []
    place, learner = occasion.place, occasion.learner
    if place.school_id:
        school = Definition(type=iris.ACTIVITY_TYPES["school"])
        grouping.append(Activity(id=f"{iris.SCHOOL}{place.school_id}", definition=school))
    if learner.class_id:
        definition = Definition(type=iris.ACTIVITY_TYPES["class"])
        grouping.append(Activity(id=f"{iris.CLASS}{place.box_id}/{learner.class_id}", definition=definition))
    return tuple(grouping) or msgspec.UNSET


def _event(occasion: Occasion) -> EventExtension:
    stamp = occasion.stamp
    return EventExtension(
        box=occasion.place.box_id, seq=stamp.seq, boot=stamp.boot_id, monotonic_s=_round(stamp.monotonic_s),
        clock_trusted=stamp.clock_trusted,
    )  # fmt: skip


def _learning(learner: Learner, item: ItemRef) -> LearningExtension:
    grade = msgspec.UNSET if learner.grade is None else learner.grade
    return LearningExtension(area=item.area, subject=item.subject, pack_version=item.pack_version, grade=grade)


def _round(value: float) -> float:
    return round(float(value), 3)


def _seconds(value: float) -> str:
    """Write seconds without a needless point: `12`, `12.5`."""
    return f"{value:.3f}".rstrip("0").rstrip(".")
