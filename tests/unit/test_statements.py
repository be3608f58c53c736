"""Statements as PROTOCOL.md section 2 says; its vectors are the expected bytes."""

import re
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from content_packs.manifest import File, Item, Manifest, Unit
from sync import iris
from sync.errors import StatementError
from sync.statements import (
    EventStamp,
    ItemRef,
    Learner,
    LessonRef,
    Occasion,
    Place,
    QuestionType,
    QuizAnswer,
    Score,
    Watched,
    document_experienced,
    item_completed,
    lesson_assigned,
    lesson_completed,
    merged,
    quiz_answered,
    quiz_failed,
    quiz_passed,
    utc_text,
    video_completed,
    video_terminated,
)
from sync.wire import BoxStatus, decode_record
from tests.simulators.learning import BOX_ID, PUPIL_ID, QUIZ, SESSION_ID, VIDEO, WALL_AT

PROTOCOL = (Path(iris.__file__).parent / "PROTOCOL.md").read_text(encoding="utf-8")
VECTORS = {name: body.strip().encode() for name, body in re.findall(r"```json vector:(\w+)\n(.*?)```", PROTOCOL, re.S)}
ATTEMPT_ID = "0b8f3c1e-8a51-4c3e-9f57-0d6f7f8a9b10"
OCCASION = Occasion(
    statement_id="01997f6b-8f00-7000-8000-000000000001",
    stamp=EventStamp(seq=41, boot_id="b1", monotonic_s=120.5, wall_at=WALL_AT, clock_trusted=True),
    learner=Learner(actor_id=PUPIL_ID, class_id="c62", grade=6),
    place=Place(box_id=BOX_ID, school_id="s1"),
)
WATCHED = Watched(time_s=62.5, length_s=100, segments=[(0, 30), (50, 62.5)], session_id=SESSION_ID)


class Seen(msgspec.Struct, rename={"target": "object"}):
    verb: dict[str, str | dict[str, str]]
    target: dict[str, str | dict[str, str | dict[str, str]]]
    result: dict[str, object] = {}


def seen(raw: bytes) -> Seen:
    return msgspec.json.decode(raw, type=Seen)


def test_a_passed_quiz_is_the_vector_of_the_protocol() -> None:
    assert quiz_passed(OCCASION, QUIZ, Score(raw=4, max=5, attempt_id=ATTEMPT_ID)) == VECTORS["quiz_passed"]


def test_a_watched_video_is_the_vector_of_the_protocol() -> None:
    occasion = replace(OCCASION, statement_id="01997f6b-8f00-7000-8000-000000000002")
    assert video_terminated(occasion, VIDEO, WATCHED) == VECTORS["video_terminated"]


def test_a_given_lesson_is_the_vector_of_the_protocol_and_the_box_says_it() -> None:
    box = Learner(actor_id=BOX_ID, class_id="c62", grade=6)
    occasion = replace(OCCASION, statement_id="01997f6b-8f00-7000-8000-000000000003", learner=box)
    lesson = LessonRef(id=7, items=("mash:pjeset", "mash:kuiz-thyesat"))
    assert lesson_assigned(occasion, lesson) == VECTORS["lesson_assigned"]


def test_a_completed_lesson_is_the_vector_of_the_protocol() -> None:
    occasion = replace(OCCASION, statement_id="01997f6b-8f00-7000-8000-000000000004")
    assert lesson_completed(occasion, LessonRef(id=7)) == VECTORS["lesson_completed"]


def test_the_heartbeat_vector_is_read() -> None:
    status = decode_record(VECTORS["status"], BoxStatus)
    assert (status.waiting, status.classes[0].pupils) == (12, 28)
    assert msgspec.json.encode(status) == VECTORS["status"]


@pytest.mark.parametrize("field", ["name", "pupil", "pupils_by_name"])
def test_a_heartbeat_with_a_field_of_its_own_is_refused(field: str) -> None:
    raw = VECTORS["status"].replace(b'{"version"', b'{"%s":"Arta","version"' % field.encode(), 1)
    with pytest.raises(msgspec.ValidationError, match="unknown field"):
        decode_record(raw, BoxStatus)


def test_every_field_of_the_heartbeat_stands_in_the_protocol() -> None:
    table = PROTOCOL.partition("## 6.")[2].partition("6.2")[0]
    assert set(re.findall(r"^\| (\w+) \|", table, re.M)) - {"field"} == set(BoxStatus.__struct_fields__)


def test_every_verb_we_send_stands_in_the_protocol() -> None:
    for iri in (iris.TERMINATED, iris.COMPLETED, iris.EXPERIENCED, iris.ANSWERED, iris.PASSED, iris.FAILED,
                iris.ASSIGNED):
        assert f"`{iri}`" in PROTOCOL


@pytest.mark.parametrize(
    ("kind", "response", "sent"),
    [
        ("single", ("b",), "b"),
        ("multiple", ("a", "c"), "a[,]c"),
        ("number", ("3,5",), "3.5"),
        ("number", ("2/7",), "2/7"),
        ("number", ("my name is Arta",), None),
        ("text", ("numëruesi",), None),
        ("number", (), None),
    ],
)
def test_choices_and_numbers_are_sent_and_typed_text_is_not(
    kind: QuestionType, response: tuple[str, ...], sent: str | None
) -> None:
    answer = QuizAnswer(question_id="q1", question_type=kind, response=response, success=True, attempt_id=ATTEMPT_ID)
    statement = seen(quiz_answered(OCCASION, QUIZ, answer))
    assert statement.result.get("response") == sent
    assert statement.target["id"] == "https://schoolbox.example/item/mash:kuiz-thyesat/q1"
    assert statement.result["success"] is True


def test_a_failed_quiz_has_its_score() -> None:
    result = seen(quiz_failed(OCCASION, QUIZ, Score(raw=1, max=3))).result
    assert result == {
        "score": {"scaled": 0.3333, "raw": 1, "min": 0, "max": 3}, "success": False, "completion": True,
    }  # fmt: skip


@pytest.mark.parametrize(("raw", "of"), [(-1, 5), (6, 5), (0, 0)])
def test_an_impossible_score_is_refused(raw: int, of: int) -> None:
    with pytest.raises(StatementError, match="score"):
        quiz_passed(OCCASION, QUIZ, Score(raw=raw, max=of))


@pytest.mark.parametrize("actor_id", ["Arta Krasniqi", "", PUPIL_ID.upper(), PUPIL_ID + "0", f"{PUPIL_ID}\n"])
def test_a_name_can_not_be_an_actor(actor_id: str) -> None:
    occasion = replace(OCCASION, learner=Learner(actor_id=actor_id))
    with pytest.raises(StatementError, match="32 hex digits"):
        document_experienced(occasion, replace(VIDEO, kind="document"))


def test_a_completed_video_says_so_and_stays_within_its_length() -> None:
    watched = replace(WATCHED, segments=[(0, 80), (60, 130), (5, 5), (9, 3)])
    result = seen(video_completed(OCCASION, VIDEO, watched)).result
    assert result["completion"] is True
    assert result["extensions"] == {
        iris.VIDEO_TIME: 62.5, iris.VIDEO_PROGRESS: 1.0, iris.VIDEO_SEGMENTS: "0[.]130",
    }  # fmt: skip


def test_a_video_without_length_is_refused() -> None:
    with pytest.raises(StatementError, match="length"):
        video_terminated(OCCASION, VIDEO, replace(WATCHED, length_s=0))


def test_a_document_that_is_done_is_completed() -> None:
    statement = seen(item_completed(OCCASION, replace(VIDEO, kind="document")))
    assert (statement.verb["id"], statement.result) == (iris.COMPLETED, {"completion": True})


def test_a_box_without_a_hub_names_no_school() -> None:
    occasion = replace(OCCASION, place=Place(box_id=BOX_ID), learner=Learner(actor_id=PUPIL_ID))
    raw = quiz_passed(occasion, QUIZ, Score(raw=1, max=1))
    assert b"/school/" not in raw
    assert b"grouping" not in raw


def test_times_are_written_in_utc_with_milliseconds() -> None:
    at = datetime(2025, 9, 25, 10, 42, 0, 999_999, tzinfo=timezone(timedelta(hours=2)))
    assert utc_text(at) == "2025-09-25T08:42:00.999Z"
    with pytest.raises(StatementError):
        utc_text(datetime(2025, 9, 25, 10, 42, tzinfo=UTC).replace(tzinfo=None))


def test_stretches_are_joined_in_order() -> None:
    assert merged([(50, 60), (0, 10), (10, 20), (-5, 1)]) == [(0.0, 20), (50, 60)]


def test_an_item_is_taken_from_its_manifest() -> None:
    file = File(role="video", sha256="0" * 64, ext="mp4", size_bytes=1)
    item = Item(id="mash:pjeset", kind="video", title={"sq": "Pjesët"}, files=(file,))
    manifest = Manifest(
        format=1, pack="mash:thyesat-6", version=3, title={"sq": "Thyesat"}, summary={"sq": "T"}, language="sq",
        subject="mathematics", area="math", grades=(6,), licence="CC0-1.0", authors=(),
        released_at="2026-09-01T08:00:00Z", units=(Unit(slug="u", title={}, items=(item,)),),
    )  # fmt: skip
    ref = ItemRef.of(manifest, item)
    assert (ref.pack_version, ref.language, ref.area, ref.title) == (3, "sq", "math", {"sq": "Pjesët"})
