"""Lessons as a file: which items, in which order, with a teacher's words (FORMAT 13).

Promises: bytes in, checked lessons or a `LessonFileError` out that says where the mistake is, because these files are
written by hand, too. Whatever a file says, it names items and holds words, nothing else.

    read_lessons(raw)[0].items[0].item    # "mash:mbledhja"
    write_lessons([FileLesson(title="Thyesat sot", items=(FileItem(item="mash:mbledhja"),))])
"""

import codecs
import re
from collections.abc import Sequence

import msgspec

from content_packs.lesson_errors import LessonFileError
from content_packs.manifest import Record

FORMAT = 1
ENDING = ".schoolbox-lesson"
MEDIA_TYPE = "application/vnd.schoolbox.lesson+json"
FILE_BYTES_MAX = 192 * 1024
LESSONS_MAX, ITEMS_MAX = 100, 40
TITLE_LENGTH_MAX, NOTE_LENGTH_MAX, NAME_LENGTH_MAX = 100, 500, 200

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,31}:[a-z0-9][a-z0-9-]{0,63}", re.ASCII)
_PLACE = re.compile(r"\$(?:\.lessons\[(\d+)\])?(?:\.items\[(\d+)\])?")
_NAMED = re.compile(r"field `([^`]{1,40})`")
_BYTE = re.compile(r"\(byte (\d{1,7})\)")
_CURLY = "“”„‟«»‘’‚"


class FileItem(Record, frozen=True):
    """An item by its id; what it and its pack are called is for people, where the item is not there."""

    item: str
    title: str = ""
    pack: str = ""
    pack_title: str = ""


class FileLesson(Record, frozen=True, kw_only=True):
    """One lesson, without day, class and pupils."""

    title: str = ""
    note: str = ""
    items: tuple[FileItem, ...]


class _Lesson(Record, frozen=True):
    items: tuple[FileItem | str, ...]
    title: str = ""
    note: str = ""


class _File(Record, frozen=True):
    format: int
    lessons: tuple[_Lesson, ...]


class _Written(Record, frozen=True):
    format: int
    lessons: tuple[FileLesson, ...]


def write_lessons(lessons: Sequence[FileLesson]) -> bytes:
    """Write lessons so that they can be read by people, too, and changed by hand.

    Raises:
        LessonFileError: They are more than a file holds.
    """
    raw = msgspec.json.format(msgspec.json.encode(_Written(format=FORMAT, lessons=tuple(lessons))), indent=2) + b"\n"
    if len(lessons) > LESSONS_MAX:
        raise LessonFileError(code="many_lessons", said=str(LESSONS_MAX))
    if len(raw) > FILE_BYTES_MAX:
        raise LessonFileError(code="too_large", said=str(FILE_BYTES_MAX // 1024))
    return raw


def read_lessons(raw: bytes) -> tuple[FileLesson, ...]:
    """Read the lessons of a file.

    Raises:
        LessonFileError: It is no such file, or something in it is not right.
    """
    text = _text(raw)
    found = _decode(text)
    if found.format != FORMAT:
        raise LessonFileError(code="newer", said=str(found.format)[:20])
    if not found.lessons:
        raise LessonFileError(code="no_lessons")
    if len(found.lessons) > LESSONS_MAX:
        raise LessonFileError(code="many_lessons", said=str(LESSONS_MAX))
    return tuple(_lesson(lesson, number) for number, lesson in enumerate(found.lessons, 1))


def _text(raw: bytes) -> str:
    """The text of a file, also where an editor wrote it in another way than UTF-8 and says so at its beginning."""
    if len(raw) > FILE_BYTES_MAX:
        raise LessonFileError(code="too_large", said=str(FILE_BYTES_MAX // 1024))
    wide = raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = raw.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as exc:
        is_text = b"\0" not in raw and raw.lstrip()[:1] in (b"{", b"[")
        raise LessonFileError(code="not_utf8" if is_text else "other_file") from exc
    if not text.strip():
        raise LessonFileError(code="empty")
    if text.lstrip()[:1] != "{":
        raise LessonFileError(code="other_file")
    return text


def _decode(text: str) -> _File:
    try:
        return msgspec.json.decode(text.encode("utf-8", "replace"), type=_File)
    except msgspec.ValidationError as exc:
        raise _misplaced(str(exc)) from exc
    except msgspec.DecodeError as exc:
        raise _malformed(str(exc), text) from exc
    except (ValueError, RecursionError) as exc:
        raise LessonFileError(code="malformed") from exc


def _misplaced(problem: str) -> LessonFileError:
    """Something is JSON, but not what belongs there; the library says where."""
    places = list(_PLACE.finditer(problem))
    lesson, item = (int(digits) + 1 if digits else 0 for digits in (places[-1].groups() if places else ("", "")))
    named = _NAMED.search(problem)
    said = named[1] if named and named[1].isprintable() else ""
    code = "unknown_field" if "unknown field" in problem else "missing_field" if "missing" in problem else "odd_value"
    return LessonFileError(code=code, lesson=lesson, item=item, said=said)


def _malformed(problem: str, text: str) -> LessonFileError:
    """A comma, bracket or quotation mark is missing or too many."""
    found = _BYTE.search(problem)
    if not found:
        return LessonFileError(code="no_end")
    raw = text.encode("utf-8", "replace")
    at = len(raw[: int(found[1])].decode("utf-8", "ignore"))
    line = text.count("\n", 0, at) + 1
    if text[at : at + 1] in ("\n", "\r"):
        return LessonFileError(code="broken_text", line=line)
    near = text[max(0, at - 1) : at + 2]
    return LessonFileError(code="curly" if any(mark in near for mark in _CURLY) else "malformed", line=line)


def _lesson(found: _Lesson, number: int) -> FileLesson:
    title = " ".join(found.title.split())
    note = found.note.strip().replace("\r\n", "\n").replace("\t", " ")
    for field, text, most in (("title", title, TITLE_LENGTH_MAX), ("note", note, NOTE_LENGTH_MAX)):
        if len(text) > most or not text.replace("\n", "").isprintable():
            raise LessonFileError(code=f"odd_{field}", lesson=number, said=str(most))
    if not found.items:
        raise LessonFileError(code="no_items", lesson=number)
    if len(found.items) > ITEMS_MAX:
        raise LessonFileError(code="many_items", lesson=number, said=str(ITEMS_MAX))
    once: dict[str, FileItem] = {}
    for place, each in enumerate(found.items, 1):
        item = _item(each, number, place)
        once.setdefault(item.item, item)
    return FileLesson(title=title, note=note, items=tuple(once.values()))


def _item(found: FileItem | str, lesson: int, place: int) -> FileItem:
    item = FileItem(item=found) if isinstance(found, str) else found
    item_id = re.split(r"[?#]", item.item.strip())[0].rpartition("/")[2].replace("%3A", ":").replace("%3a", ":")
    if not _ID.fullmatch(item_id):
        raise LessonFileError(code="odd_id", lesson=lesson, item=place, said=_shown(item.item, 60))
    pack = item.pack.strip() if _ID.fullmatch(item.pack.strip()) else ""
    return FileItem(item=item_id, title=_shown(item.title), pack=pack, pack_title=_shown(item.pack_title))


def _shown(text: str, most: int = NAME_LENGTH_MAX) -> str:
    """What is only shown, cut and without signs that are not seen: it is no reason to refuse a file."""
    seen = "".join(letter if letter.isprintable() else " " for letter in text[: 4 * most])
    return " ".join(seen.split())[:most].strip()
