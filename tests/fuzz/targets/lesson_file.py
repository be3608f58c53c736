"""A file of lessons: what is read is fit to be shown and kept, can be written again, and each refusal can be told."""

from content_packs.lesson_errors import LessonFileError
from content_packs.lesson_file import ITEMS_MAX, LESSONS_MAX, NAME_LENGTH_MAX, FileLesson, read_lessons, write_lessons
from schoolbox.services.lesson_file_told import sentences
from schoolbox.services.lesson_rows import LessonWish
from tests.fuzz.json_mutations import mutate_json
from tests.fuzz.target import Target

_WRITTEN = b"""{
  "format": 1,
  "lessons": [
    {"title": "Thyesat sot", "note": "Shikojeni.\\nPastaj kuizi.", "items": [
      {"item": "mash:mbledhja", "title": "Fleta", "pack": "mash:thyesat-6", "pack_title": "Thyesat"}, "mash:kuizi"]},
    {"items": ["http://schoolbox.local/quizzes/mash:kuizi?lang=sq"]}
  ]
}"""


def run(data: bytes) -> None:
    try:
        lessons = read_lessons(data)
    except LessonFileError as exc:
        _, what, cure = sentences(exc, str)
        assert what
        assert cure
        raise
    assert 0 < len(lessons) <= LESSONS_MAX
    for lesson in lessons:
        _hold(lesson)
    assert read_lessons(write_lessons(lessons)) == lessons


def _hold(lesson: FileLesson) -> None:
    wish = LessonWish(lesson.title, lesson.note, items=tuple(item.item for item in lesson.items))
    assert wish.checked() == wish, "what was read is not what a form would take"
    assert 0 < len(lesson.items) <= ITEMS_MAX
    for item in lesson.items:
        shown = (item.title, item.pack, item.pack_title)
        assert all(text.isprintable() and len(text) <= NAME_LENGTH_MAX for text in shown)


TARGET = Target(
    run=run,
    allowed=(LessonFileError,),
    seeds=lambda: [_WRITTEN, _WRITTEN.decode().encode("utf-16"), b"\xef\xbb\xbf" + _WRITTEN, _WRITTEN[:90]],
    mutate=mutate_json,
    words=(b'"items"', b'"title"', b'"note"', b"mash:", b"/items/", "“".encode(), b"\n"),
    max_bytes=8192,
    runs=1500,
)
