"""The sample lessons that stand in the repository are whole: sources, results and what points from one to the other."""

import re
import struct
import tomllib
from pathlib import Path
from typing import NamedTuple

import pytest

from content_packs.judging import is_right
from content_packs.quiz import Quiz, decode_quiz, pictures_of
from schoolbox.services.responses import right_response

SAMPLES = Path(__file__).resolve().parents[2] / "content_packs" / "samples"
COURSES = sorted(path.parent for path in SAMPLES.glob("*/*/pack.toml"))
TOTAL_BYTES_MAX = 12_000_000
CUE = re.compile(r"^(\d\d):(\d\d):(\d\d\.\d{3}) --> (\d\d):(\d\d):(\d\d\.\d{3})$")


class SampleFile(NamedTuple):
    """A file of an item as its pack.toml names it."""

    path: Path
    role: str
    language: str


class SampleItem(NamedTuple):
    """An item of a course as its pack.toml names it."""

    id: str
    kind: str
    unit: str
    titles: dict[str, str]
    files: tuple[SampleFile, ...]

    def file(self, role: str) -> Path:
        return next(file.path for file in self.files if file.role == role)


def items_of(course: Path) -> list[SampleItem]:
    """Read the outline of a course."""
    source = tomllib.loads((course / "pack.toml").read_text(encoding="utf-8"))
    publisher = source["pack"].partition(":")[0]
    return [
        SampleItem(
            id=f"{publisher}:{item['slug']}",
            kind=item["kind"],
            unit=unit["slug"],
            titles=item["title"],
            files=tuple(SampleFile(course / f["path"], f["role"], f.get("language", "")) for f in item["files"]),
        )
        for unit in source["units"]
        for item in unit["items"]
    ]


ITEMS = [item for course in COURSES for item in items_of(course)]
VIDEOS = [item for item in ITEMS if item.kind == "video"]
QUIZZES = [item for item in ITEMS if item.kind == "quiz"]


def duration_s(video: Path) -> float:
    """Read the duration from the movie header of an MP4."""
    raw = video.read_bytes()
    at = raw.index(b"mvhd")
    scale, length = struct.unpack(">II", raw[at + 16 : at + 24])
    return float(length / scale)


def seconds(hours: str, minutes: str, rest: str) -> float:
    return int(hours) * 3600 + int(minutes) * 60 + float(rest)


def read_quiz(item: SampleItem) -> Quiz:
    return decode_quiz(item.file("quiz").read_bytes())


def test_there_are_four_courses_of_two_publishers_with_twelve_videos() -> None:
    assert len(COURSES) >= 4
    assert len({course.parent.name for course in COURSES}) >= 2
    assert len(VIDEOS) >= 12


def test_everything_together_stays_under_twelve_megabytes() -> None:
    made = [path for path in SAMPLES.glob("*/*/*") if path.suffix in {".mp4", ".vtt", ".jpg", ".pdf", ".json"}]
    assert sum(path.stat().st_size for path in made) < TOTAL_BYTES_MAX


def test_no_two_items_of_a_publisher_have_the_same_id() -> None:
    ids = [item.id for item in ITEMS]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("course", COURSES, ids=lambda course: course.name)
def test_a_course_belongs_to_its_folder_and_names_itself_in_albanian_and_english(course: Path) -> None:
    source = tomllib.loads((course / "pack.toml").read_text(encoding="utf-8"))
    assert source["pack"] == f"{course.parent.name}:{course.name}"
    assert source["licence"] == "CC-BY-SA-4.0"
    for texts in (source["title"], source["summary"], source["goals"], *(unit["title"] for unit in source["units"])):
        assert set(texts) >= {"sq", "en"}


@pytest.mark.parametrize("course", COURSES, ids=lambda course: course.name)
def test_every_file_of_a_course_exists_and_none_lies_there_unnamed(course: Path) -> None:
    named = {file.path for item in items_of(course) for file in item.files}
    assert all(path.is_file() and not path.is_symlink() for path in named)
    assert named == {path for path in course.iterdir() if path.is_file() and path.name != "pack.toml"}


@pytest.mark.parametrize("course", COURSES, ids=lambda course: course.name)
def test_every_unit_has_videos_and_a_quiz_and_every_course_a_worksheet(course: Path) -> None:
    items = items_of(course)
    for unit in {item.unit for item in items}:
        kinds = [item.kind for item in items if item.unit == unit]
        assert "video" in kinds
        assert kinds.count("quiz") >= 1
    worksheets = [item.file("document") for item in items if item.kind == "document"]
    assert worksheets
    assert all(path.read_bytes().startswith(b"%PDF-") for path in worksheets)


def test_the_first_lesson_of_mathematics_is_about_fractions() -> None:
    course = SAMPLES / "mash" / "thyesat-6"
    source = tomllib.loads((course / "pack.toml").read_text(encoding="utf-8"))
    assert (source["area"], source["title"]["sq"]) == ("math", "Thyesat")
    assert items_of(course)[0].kind == "video"


@pytest.mark.parametrize("item", VIDEOS, ids=lambda item: item.id)
def test_a_video_is_short_starts_fast_and_has_its_source_beside_it(item: SampleItem) -> None:
    video = item.file("video")
    raw = video.read_bytes()
    assert raw[4:8] == b"ftyp"
    assert raw.index(b"moov") < raw.index(b"mdat")
    assert 30 <= duration_s(video) <= 120
    assert (video.parent / "lessons" / f"{video.stem}.toml").is_file()
    assert item.file("thumbnail").stat().st_size <= 13_000


@pytest.mark.parametrize("item", VIDEOS, ids=lambda item: item.id)
def test_captions_in_both_languages_are_well_formed_ordered_and_within_the_video(item: SampleItem) -> None:
    captions = [file for file in item.files if file.role == "captions"]
    assert {file.language for file in captions} == {"sq", "en"}
    end_of_video = duration_s(item.file("video"))
    for file in captions:
        head, *blocks = file.path.read_text(encoding="utf-8").strip().split("\n\n")
        assert head == "WEBVTT"
        last = 0.0
        for block in blocks:
            timing, *lines = block.split("\n")
            match = CUE.match(timing)
            assert match, timing
            start, end = seconds(*match.group(1, 2, 3)), seconds(*match.group(4, 5, 6))
            assert last <= start < end <= end_of_video
            assert 1 <= len(lines) <= 2
            assert all(lines)
            last = end


@pytest.mark.parametrize("item", QUIZZES, ids=lambda item: item.id)
def test_a_quiz_points_every_question_at_the_second_of_a_lesson_of_its_course(item: SampleItem) -> None:
    course = item.file("quiz").parent
    videos = {video.id: video.file("video") for video in VIDEOS if video.file("video").parent == course}
    quiz = read_quiz(item)
    assert 4 <= len(quiz.questions) <= 9
    for question in quiz.questions:
        assert question.watch is not None
        assert question.watch.at_s < duration_s(videos[question.watch.item])


@pytest.mark.parametrize("item", QUIZZES, ids=lambda item: item.id)
def test_a_quiz_speaks_albanian_and_english_and_takes_its_own_answers(item: SampleItem) -> None:
    for question in read_quiz(item).questions:
        choices = [*question.choices, *question.targets, *(choice for gap in question.gaps for choice in gap.choices)]
        pictures = [question.picture.alt] if question.picture else []
        for text in (question.prompt, question.feedback, *question.hints, *pictures, *(one.text for one in choices)):
            assert set(text) == {"sq", "en"}
            assert all(words.strip() for words in text.values())
        typed = question.type in ("number", "text")
        answers = [(answer,) for answer in question.correct] if typed else [right_response(question)]
        assert all(is_right(question, answer) for answer in answers)
        assert not is_right(question, ("",))


@pytest.mark.parametrize("item", QUIZZES, ids=lambda item: item.id)
def test_the_pictures_of_a_quiz_stand_beside_it(item: SampleItem) -> None:
    labels = {picture.file for picture in pictures_of(read_quiz(item))}
    pictures = [file.path for file in item.files if file.role == "picture"]
    assert {path.stem for path in pictures} == {f"{item.file('quiz').stem}-{label}" for label in labels}
    assert all(path.read_bytes().startswith(b"\x89PNG") and path.stat().st_size < 10_000 for path in pictures)


def test_the_quizzes_show_every_kind_of_question_and_one_is_a_practice() -> None:
    kinds = {question.type for item in QUIZZES for question in read_quiz(item).questions}
    assert kinds == {"single", "multiple", "true_false", "number", "text", "order", "match", "gaps"}
    assert [read_quiz(item).mode for item in QUIZZES].count("practice") == 1
