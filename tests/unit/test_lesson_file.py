"""Files of lessons: what is written is read, and every mistake is told where it is, with its cure (FORMAT 13)."""

import os
from pathlib import Path

import pytest

from content_packs.lesson_errors import LessonFileError
from content_packs.lesson_file import FILE_BYTES_MAX, ITEMS_MAX, LESSONS_MAX, FileItem, read_lessons, write_lessons
from schoolbox.errors import NotFoundError
from schoolbox.services.lesson_file_told import PROBLEMS, sentences
from schoolbox.services.stick_lessons import FILES_MAX, lesson_names, read_lesson_file
from schoolbox.web.i18n import catalogue_of
from sync.languages import LANGUAGES
from tests.unit.test_format_text import example


def whole(lessons: str) -> bytes:
    return f'{{"format": 1, "lessons": [{lessons}]}}'.encode()


def test_the_example_of_the_format_is_read_and_written_again() -> None:
    [lesson] = read_lessons(example("json lessons"))
    assert (lesson.title, lesson.note) == ("Thyesat sot", "Shikojeni fletën, pastaj bëni kuizin.")
    sheet, quiz = lesson.items
    assert sheet == FileItem(
        item="mash:mbledhja", title="Fleta e punës", pack="mash:thyesat-6", pack_title="Thyesat"
    )
    assert quiz == FileItem(item="mash:kuizi")
    assert read_lessons(write_lessons([lesson])) == (lesson,)


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-8"])
def test_a_file_is_read_however_an_editor_saved_it(codec: str) -> None:
    [lesson] = read_lessons(whole('{"title": "Një, dy", "items": ["mash:a"]}').decode().encode(codec))
    assert lesson.title == "Një, dy"


@pytest.mark.parametrize(
    "said", ["mash:kuizi", " mash:kuizi ", "http://10.42.0.1/quizzes/mash:kuizi?lang=sq", "/items/mash%3Akuizi#t=5"]
)
def test_an_item_is_named_by_its_id_or_by_the_address_of_its_page(said: str) -> None:
    [lesson] = read_lessons(whole(f'{{"items": ["{said}", "mash:kuizi"]}}'))
    assert [item.item for item in lesson.items] == ["mash:kuizi"]


ITEM = '"mash:a"'
MISTAKES: list[tuple[bytes, str, tuple[int, int, int]]] = [
    (b"", "empty", (0, 0, 0)),
    (b" \n", "empty", (0, 0, 0)),
    (b" " * (FILE_BYTES_MAX + 1), "too_large", (0, 0, 0)),
    (b"PK\x03\x04\xff\xfe", "other_file", (0, 0, 0)),
    (b"%PDF-1.4", "other_file", (0, 0, 0)),
    (whole(f'{{"title": "Nj\u00eb", "items": [{ITEM}]}}').decode().encode("cp1250"), "not_utf8", (0, 0, 0)),
    (b'{"format": 2, "lessons": []}', "newer", (0, 0, 0)),
    (b'{"format": 1, "lessons": [{"items": [', "no_end", (0, 0, 0)),
    (b'{"format": 1,\n"lessons": [{"items": ["mash:a" "mash:b"]}]}', "malformed", (0, 0, 2)),
    (b'{"format": 1,\n"lessons": [\n{"items": ["mash:a",]}]}', "malformed", (0, 0, 3)),
    ('{"format": 1,\n“lessons”: []}'.encode(), "curly", (0, 0, 2)),
    (b'{"format": 1, "lessons": [{"note": "one\ntwo", "items": []}]}', "broken_text", (0, 0, 1)),
    (whole(f'{{"items": [{ITEM}]}}, {{"titel": "x", "items": [{ITEM}]}}'), "unknown_field", (2, 0, 0)),
    (b'{"format": 1}', "missing_field", (0, 0, 0)),
    (whole('{"title": "x"}'), "missing_field", (1, 0, 0)),
    (whole(f'{{"items": [{ITEM}, 7]}}'), "odd_value", (1, 2, 0)),
    (whole(f'{{"items": [{ITEM}, {{"item": "mash:b", "pupil": "Arta"}}]}}'), "unknown_field", (1, 2, 0)),
    (whole(""), "no_lessons", (0, 0, 0)),
    (whole(",".join([f'{{"items": [{ITEM}]}}'] * (LESSONS_MAX + 1))), "many_lessons", (0, 0, 0)),
    (whole('{"items": []}'), "no_items", (1, 0, 0)),
    (whole(f'{{"items": [{",".join([ITEM] * (ITEMS_MAX + 1))}]}}'), "many_items", (1, 0, 0)),
    (whole(f'{{"title": "{"x" * 101}", "items": [{ITEM}]}}'), "odd_title", (1, 0, 0)),
    (whole(f'{{"title": "a\u202eb", "items": [{ITEM}]}}'), "odd_title", (1, 0, 0)),
    (whole(f'{{"note": "{"x" * 501}", "items": [{ITEM}]}}'), "odd_note", (1, 0, 0)),
    (whole(f'{{"items": [{ITEM}, "Thyesat"]}}'), "odd_id", (1, 2, 0)),
]


@pytest.mark.parametrize(("raw", "code", "where"), MISTAKES, ids=[f"{code}-{where}" for _, code, where in MISTAKES])
def test_every_mistake_is_told_where_it_is_with_its_cure(raw: bytes, code: str, where: tuple[int, int, int]) -> None:
    with pytest.raises(LessonFileError) as caught:
        read_lessons(raw)
    error = caught.value
    assert (error.code, (error.lesson, error.item, error.line)) == (code, where)
    for catalogue in map(catalogue_of, LANGUAGES):
        place, what, cure = sentences(error, catalogue.gettext)
        assert bool(place) == any(where)
        assert "%(" not in place + what + cure


def test_each_mistake_that_can_be_told_is_made_here() -> None:
    assert {code for _, code, _ in MISTAKES} == set(PROBLEMS)


def test_what_a_file_says_of_an_item_is_shown_without_signs_that_cannot_be_seen() -> None:
    [lesson] = read_lessons(whole('{"items": [{"item": "mash:a", "title": "Pje\u202esa\\u0000", "pack": "../x"}]}'))
    assert lesson.items == (FileItem(item="mash:a", title="Pje sa"),)


def test_only_plain_files_with_the_right_ending_in_one_folder_of_a_stick_are_named(tmp_path: Path) -> None:
    folder = tmp_path / "lessons"
    folder.mkdir()
    (folder / "b.schoolbox-lesson").write_bytes(b"b")
    (folder / "A.Schoolbox-Lesson.txt").write_bytes(b"a")
    (folder / "deep.schoolbox-lesson").mkdir()
    (folder / "link.schoolbox-lesson").symlink_to("/etc/passwd")
    (folder / "._b.schoolbox-lesson").write_bytes(b"what another system leaves")
    (folder / "film.mp4").write_bytes(b"")
    (folder / os.fsdecode(b"\xff.schoolbox-lesson")).write_bytes(b"")
    (tmp_path / "c.schoolbox-lesson").write_bytes(b"")
    assert lesson_names(tmp_path) == ("A.Schoolbox-Lesson.txt", "b.schoolbox-lesson")
    assert read_lesson_file(tmp_path, "b.schoolbox-lesson") == b"b"
    for name in ("link.schoolbox-lesson", "deep.schoolbox-lesson", "../c.schoolbox-lesson", "film.mp4", "gone"):
        with pytest.raises(NotFoundError):
            read_lesson_file(tmp_path, name)


def test_a_stick_with_very_many_files_or_none_keeps_nobody_busy(tmp_path: Path) -> None:
    assert lesson_names(tmp_path / "not-there") == ()
    (tmp_path / "lessons").mkdir()
    for number in range(FILES_MAX + 5):
        (tmp_path / "lessons" / f"{number}.schoolbox-lesson").write_bytes(bytes(FILE_BYTES_MAX + 9))
    assert len(lesson_names(tmp_path)) == FILES_MAX
    assert len(read_lesson_file(tmp_path, "0.schoolbox-lesson")) == FILE_BYTES_MAX + 1
    linked = tmp_path / "linked"
    linked.mkdir()
    (linked / "lessons").symlink_to(tmp_path / "lessons")
    assert lesson_names(linked) == ()
