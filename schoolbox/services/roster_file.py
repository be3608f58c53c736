"""Reading a roster: a table of people as a school office writes it, in whatever its spreadsheet makes of it.

Promises: bytes in, rows and problems out; every problem names its line and column, and nothing else is touched.
Columns are `role, given_name, surname, class, grade, language, shift` or their Albanian names; class, grade, language
and shift may be missing (the grade is then the number a class begins with). Encodings: UTF-8 with or without mark,
UTF-16 with mark, Windows-1250. Separators: comma, semicolon, tab.

    role;given_name;surname;class;grade;language
    nxënës;Arta;Krasniqi;6/2;6;sq
    mësues;Vlora;Gashi;6/2|8/1;;sq
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from schoolbox.marks import N_
from schoolbox.services.logins import plain
from schoolbox.services.people import GRADE_MAX, NAME_LENGTH_MAX, tidy

BYTES_MAX = 5 * 1024 * 1024
ROWS_MAX = 20_000
SHIFT_LENGTH_MAX = 20
LANGUAGES = ("", "sq", "sr", "sr-Latn", "bs", "tr", "rom", "en")
_COLUMNS = {
    "role": "role", "roli": "role",
    "given name": "given_name", "first name": "given_name", "emri": "given_name",
    "surname": "surname", "last name": "surname", "mbiemri": "surname",
    "class": "class", "klasa": "class", "klase": "class", "paralelja": "class",
    "grade": "grade", "shkalla": "grade", "niveli": "grade",
    "language": "language", "gjuha": "language",
    "shift": "shift", "turni": "shift", "nderrimi": "shift",
}  # fmt: skip
_ROLES = {
    "pupil": "pupil", "student": "pupil", "nxenes": "pupil", "nxenese": "pupil", "nxenesi": "pupil",
    "nxenesja": "pupil", "teacher": "teacher", "mesues": "teacher", "mesuese": "teacher", "mesuesi": "teacher",
    "mesuesja": "teacher", "mesimdhenes": "teacher", "mesimdhenese": "teacher",
    "technician": "technician", "teknik": "technician", "tekniku": "technician", "teknike": "technician",
}  # fmt: skip
REQUIRED = ("role", "given_name", "surname")
_EMPTY = N_("it is empty")


@dataclass(frozen=True)
class ClassWish:
    """A class that a row names."""

    name: str
    grade: int


@dataclass(frozen=True)
class RosterRow:
    """One person of the file; `line` is where it stands."""

    line: int
    role: str
    given_name: str
    surname: str
    classes: tuple[ClassWish, ...]
    language: str
    shift: str


@dataclass(frozen=True)
class RosterProblem:
    """What is wrong in one line of the file; line 0 is the file as a whole."""

    line: int
    field: str
    problem: str


@dataclass(frozen=True)
class RosterFile:
    """What stands in a file: good rows, and what is wrong with the others."""

    rows: tuple[RosterRow, ...]
    problems: tuple[RosterProblem, ...]


def read_roster(raw: bytes) -> RosterFile:
    """Read a roster; never raises, since an office wants to see every problem at once."""
    if len(raw) > BYTES_MAX:
        return _refused("file", N_("it is larger than 5 MB"))
    lines = _lines(_decode(raw))
    if not lines:
        return _refused("file", _EMPTY)
    header = [_COLUMNS.get(plain(cell), "") for cell in lines[0][1]]
    missing = [column for column in REQUIRED if column not in header]
    if missing:
        return RosterFile((), tuple(RosterProblem(1, column, N_("there is no such column")) for column in missing))
    if len(lines) - 1 > ROWS_MAX:
        return _refused("file", N_("it has more than 20,000 rows"))
    rows: list[RosterRow] = []
    problems: list[RosterProblem] = []
    for line, cells in lines[1:]:
        values = {column: tidy(cell) for column, cell in zip(header, cells, strict=False) if column}
        found = list(_problems(line, values))
        problems += found
        if not found:
            rows.append(_row(line, values))
    return RosterFile(tuple(rows), (*problems, *_twice(rows)))


def _decode(raw: bytes) -> str:
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16", errors="replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1250", errors="replace")


def _lines(text: str) -> list[tuple[int, list[str]]]:
    """Split into lines with their numbers, leaving out empty ones."""
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text.replace("\x00", ""), newline=""), delimiter=separator)
    try:
        return [(reader.line_num, cells) for cells in reader if any(cell.strip() for cell in cells)]
    except csv.Error:
        return []


def _problems(line: int, values: Mapping[str, str]) -> Iterator[RosterProblem]:
    role = _ROLES.get(plain(values.get("role", "")))
    if role is None:
        yield RosterProblem(line, "role", N_("it is none of pupil, teacher, technician"))
    for field in ("given_name", "surname"):
        value = values.get(field, "")
        if not value:
            yield RosterProblem(line, field, _EMPTY)
        elif len(value) > NAME_LENGTH_MAX or not value.isprintable() or "\ufffd" in value:
            yield RosterProblem(line, field, N_("it is too long or has odd signs"))
    if role == "pupil" and not _class_names(values):
        yield RosterProblem(line, "class", N_("a pupil needs a class"))
    if values.get("language", "") not in LANGUAGES:
        yield RosterProblem(line, "language", N_("it is none of sq, sr, sr-Latn, bs, tr, rom, en"))
    if len(values.get("shift", "")) > SHIFT_LENGTH_MAX or not values.get("shift", "").isprintable():
        yield RosterProblem(line, "shift", N_("it is too long or has odd signs"))
    yield from _class_problems(line, values)


def _class_problems(line: int, values: Mapping[str, str]) -> Iterator[RosterProblem]:
    for name in _class_names(values):
        if len(name) > 20 or not name.isprintable():
            yield RosterProblem(line, "class", N_("it is too long or has odd signs"))
        grade = _grade(name, values)
        if grade is None or grade > GRADE_MAX:
            yield RosterProblem(line, "grade", N_("it is not a number from 0 to 13"))


def _class_names(values: Mapping[str, str]) -> list[str]:
    return [tidy(name) for name in values.get("class", "").split("|") if name.strip()]


def _grade(class_name: str, values: Mapping[str, str]) -> int | None:
    """The grade of a class: its column, where the row names one class; else the number its name begins with."""
    stated = values.get("grade", "") if len(_class_names(values)) == 1 else ""
    found = re.match(r"[0-9]{1,3}", stated or class_name)
    return int(found[0]) if found and (not stated or found[0] == stated) else None


def _row(line: int, values: Mapping[str, str]) -> RosterRow:
    wishes = tuple(ClassWish(name, _grade(name, values) or 0) for name in _class_names(values))
    return RosterRow(
        line, _ROLES[plain(values["role"])], values["given_name"], values["surname"], wishes,
        values.get("language", ""), values.get("shift", ""),
    )  # fmt: skip


def _twice(rows: list[RosterRow]) -> Iterator[RosterProblem]:
    """Two rows of one pupil in one class cannot be told apart from one row copied twice."""
    seen: set[tuple[str, str, str]] = set()
    grades: dict[str, int] = {}
    for row in rows:
        for wish in row.classes:
            if grades.setdefault(wish.name, wish.grade) != wish.grade:
                yield RosterProblem(row.line, "grade", N_("an earlier row gives this class another grade"))
            key = (row.given_name.casefold(), row.surname.casefold(), wish.name)
            if row.role == "pupil" and key in seen:
                yield RosterProblem(row.line, "surname", N_("this pupil stands in an earlier row"))
            if row.role == "pupil":
                seen.add(key)


def _refused(field: str, problem: str) -> RosterFile:
    return RosterFile((), (RosterProblem(0, field, problem),))
