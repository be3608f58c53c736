"""Reading a roster: a list of people as a school office writes it, in whatever its spreadsheet makes of it.

Promises: bytes in, rows and problems out; every problem names its row and column and has a cure, and nothing else is
touched. Headings may be in any language of the schools and in any row, columns in any order. What the school does not
keep (`kept`) is not read at all. Without a column for the role everybody is a pupil; without one for the grade it is
the number a class begins with. Sheets with the same headings are read together.

    Emri;Mbiemri;Klasa
    Arta;Krasniqi;6/2

    read_roster(raw, kept=frozenset({"phone"})).rows
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

import msgspec
from msgspec.structs import replace

from schoolbox.services.logins import plain
from schoolbox.services.people import GRADE_MAX, NAME_LENGTH_MAX, is_login
from schoolbox.services.roster_class import class_of, is_date, number_of, whole_name
from schoolbox.services.roster_columns import Columns, find_columns
from schoolbox.services.roster_fields import LANGUAGE_OF, OPTIONAL, ROLES, field_of
from schoolbox.services.roster_open import open_tables
from schoolbox.services.roster_table import RosterProblem, Table, TableRow
from schoolbox.services.roster_twice import twice

SHIFT_LENGTH_MAX = 20
CLASS_LENGTH_MAX = 20
BLANK_ROWS_UNSAID = 50
"""So many empty rows are in many lists and need no word."""
_NOTHING = frozenset(("-", "–", "—", "/", ".", "--", "---", "?"))
"""What people write for "nothing"."""
_TOTALS = frozenset(["gjithsej", "gjithsejt", "totali", "total", "ukupno", "svega", "toplam", "shuma", "suma"])
_PHONE = re.compile(r"\+?[0-9][0-9 ()/.-]{4,24}")
_SHORTENED = re.compile(r"[0-9]([.,][0-9]+)?E\+?[0-9]+", re.IGNORECASE)
_CELL_ERROR = re.compile(r"#(?:REF|VALUE|NAME|DIV/0|NULL|NUM|N/A|VLERA|VREDNOST)[!?]?", re.IGNORECASE)
_LOST = re.compile(r"\ufffd|\w\?\w")
_UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\ufeff"))
"""Signs that come along when names are copied from web pages."""
_FORMULA_START = ("=", "+", "-", "@")


class ClassWish(msgspec.Struct, frozen=True):
    """A class that a row names; equal keys are the same class."""

    name: str
    grade: int
    key: str


class RosterRow(msgspec.Struct, frozen=True):
    """One person of the file; `line` is where it stands."""

    line: int
    role: str
    given_name: str
    surname: str
    classes: tuple[ClassWish, ...]
    language: str = ""
    shift: str = ""
    parent_name: str = ""
    phone: str = ""
    login: str = ""
    grade: int | None = None


class RosterFile(msgspec.Struct, frozen=True):
    """What stands in a file: good rows, what is wrong with the others, and what was left out or is worth a look.

    `sheets` says that several were read together: lines are numbered as `roster_sheets` does.
    """

    rows: tuple[RosterRow, ...]
    problems: tuple[RosterProblem, ...]
    notes: tuple[RosterProblem, ...] = ()
    sheets: tuple[str, ...] = ()


def read_roster(raw: bytes, *, kept: AbstractSet[str] = frozenset(OPTIONAL)) -> RosterFile:
    """Read a roster as it is found; never raises, since an office wants to see every problem at once."""
    tables = open_tables(raw)
    if isinstance(tables, RosterProblem):
        return RosterFile((), (tables,))
    chosen = likeliest(tables)
    file = read_rows(tables[chosen], find_columns(tables[chosen]), kept=kept)
    return replace(file, notes=(*other_sheets(tables, chosen), *file.notes))


def likeliest(tables: Sequence[Table]) -> int:
    """Which of several sheets holds the list: the first whose headings name most."""
    named = [sum(1 for field in find_columns(table).fields if field) for table in tables]
    return named.index(max(named))


def other_sheets(tables: Sequence[Table], chosen: int) -> tuple[RosterProblem, ...]:
    """Say that there are others."""
    there = tables[chosen].sheets or (tables[chosen].name,)
    names = ", ".join(table.name for table in tables if not table.sheets and table.name not in there)
    return (RosterProblem(0, "", "other_sheets", {"names": names[:200]}),) if names else ()


def read_rows(table: Table, columns: Columns, *, kept: AbstractSet[str]) -> RosterFile:
    """Read the rows below the headings."""
    lacking = tuple(_lacking(columns))
    if lacking:
        return RosterFile((), lacking)
    reader = _Reader(columns, kept)
    rows: list[RosterRow] = []
    problems: list[RosterProblem] = []
    notes: list[RosterProblem] = list(_left_out(table))
    for row in table.rows[columns.first :]:
        note = _nobody(row, columns)
        if note:
            notes.append(note)
            continue
        found, wrong = reader.read(row)
        problems += wrong
        if found and not wrong:
            rows.append(found)
    if not rows and not problems:
        problems.append(RosterProblem(0, "", "no_people"))
    found_twice = () if len(problems) > len(rows) else twice(rows)
    problems = sorted((*problems, *reader.schools, *found_twice), key=_line)
    return RosterFile(tuple(rows), tuple(problems), tuple(notes), table.sheets)


def _line(problem: RosterProblem) -> int:
    return problem.line


def _lacking(columns: Columns) -> Iterator[RosterProblem]:
    there = set(columns.fields)
    if not there - {""}:
        yield RosterProblem(0, "", "no_headings")
        return
    if not there & {"full_name", "surname_first"}:
        for field in ("given_name", "surname"):
            if field not in there:
                yield RosterProblem(0, field, "no_column")
    if columns.role == "pupil" and not there & {"role", "class", "section", "grade"} and not columns.class_name:
        yield RosterProblem(0, "class", "no_column")


def _left_out(table: Table) -> Iterator[RosterProblem]:
    if table.blank_rows > BLANK_ROWS_UNSAID and table.rows:
        yield RosterProblem(0, "", "blank_rows", {"rows": table.blank_rows, "last": table.rows[-1].line})


def _nobody(row: TableRow, columns: Columns) -> RosterProblem | None:
    """A row that is no person: headings of a further page, or a total."""
    fields = [field_of(cell) for cell in row.cells]
    again = sum(1 for field, column in zip(fields, columns.fields, strict=False) if field and field == column)
    if columns.headings and again > 1:
        return RosterProblem(row.line, "", "headings_again")
    words = next((plain(cell) for cell in row.cells if cell), "")
    if words.split(" ")[0] in _TOTALS and sum(1 for cell in row.cells if cell) < 4:
        return RosterProblem(row.line, "", "total")
    return None


class _Reader:
    """Reads the rows of one table, one by one."""

    def __init__(self, columns: Columns, kept: AbstractSet[str]) -> None:
        unread = {field for field in OPTIONAL if field not in kept}
        self._places = [
            (place, field) for place, field in enumerate(columns.fields) if field and field not in unread
        ]
        self._columns = columns
        says_class = {"class", "section", "grade"}.intersection(columns.fields)
        self._class_for_all = "" if says_class else columns.class_name
        self._kept = kept
        self._seen: dict[str, tuple[int, str]] = {}
        self.schools: list[RosterProblem] = []

    def read(self, row: TableRow) -> tuple[RosterRow | None, list[RosterProblem]]:
        """A person, and what is wrong with them."""
        values = {field: _bare(row.cells[place]) for place, field in self._places if place < len(row.cells)}
        problems = list(_odd_cells(row.line, values))
        if problems:
            return None, problems
        _split_name(values, with_parent="parent_name" in self._kept)
        self._look_at_school(row.line, values)
        role = ROLES.get(plain(values.get("role", "")), "") if "role" in self._columns.fields else self._columns.role
        names = _class_names(values, self._class_for_all)
        problems += _check_person(row.line, role, values)
        wishes, wrong = _wishes(row.line, names, values)
        problems += wrong
        if role == "pupil" and not names:
            problems.append(RosterProblem(row.line, "class", "class_missing"))
        login = values.get("login", "").casefold()
        found = RosterRow(
            row.line, role, values.get("given_name", ""), values.get("surname", ""), wishes,
            LANGUAGE_OF.get(plain(values.get("language", "")), ""), values.get("shift", ""),
            values.get("parent_name", ""), values.get("phone", ""), login, number_of(_stated_grade(values)),
        )  # fmt: skip
        return found, problems

    def _look_at_school(self, line: int, values: Mapping[str, str]) -> None:
        """A list of a whole municipality holds others' pupils: the first row of another school is told."""
        for field in ("school", "municipality"):
            said = values.get(field, "")
            first = self._seen.setdefault(field, (line, said)) if said else None
            if first and plain(first[1]) != plain(said) and not any(one.field == field for one in self.schools):
                self.schools.append(RosterProblem(line, field, "other_school", {"row": first[0], "said": said}))


def _bare(cell: str) -> str:
    """What is meant by a cell: nothing by a dash, and without the sign that keeps a spreadsheet from counting."""
    text = cell.translate(_UNSEEN).strip()
    if text.startswith("'") and text[1:2] in _FORMULA_START:
        return text[1:]
    return "" if text in _NOTHING else text


def _odd_cells(line: int, values: Mapping[str, str]) -> Iterator[RosterProblem]:
    for field, value in values.items():
        if value.startswith("=") or (value.startswith(("+", "-", "@")) and field != "phone"):
            yield RosterProblem(line, field, "formula")
        elif _CELL_ERROR.fullmatch(value):
            yield RosterProblem(line, field, "cell_error", {"said": value})
        elif _LOST.search(value):
            yield RosterProblem(line, field, "lost_letters")


def _split_name(values: dict[str, str], *, with_parent: bool) -> None:
    """Part a whole name into name and surname; what stands in brackets in it is the parent's name."""
    for field in ("full_name", "surname_first"):
        if field not in values:
            continue
        text = values[field]
        parent = re.search(r"\(([^)]*)\)", text)
        words = re.sub(r"\([^)]*\)", " ", text).replace(",", " ").split()
        if parent and with_parent:
            values["parent_name"] = values.get("parent_name") or parent[1].strip()
        first, rest = " ".join(words[:1]), " ".join(words[1:])
        given, surname = (first, rest) if field == "full_name" else (rest, first)
        values["given_name"] = values.get("given_name") or given
        values["surname"] = values.get("surname") or surname


def _check_person(line: int, role: str, values: Mapping[str, str]) -> Iterator[RosterProblem]:
    if not role:
        yield RosterProblem(line, "role", "role_unknown", {"said": values.get("role", "")})
    yield from _check_names(line, role, values)
    yield from _check_facts(line, values)


def _check_names(line: int, role: str, values: Mapping[str, str]) -> Iterator[RosterProblem]:
    whole = next((field for field in ("full_name", "surname_first") if values.get(field)), "")
    for field in ("given_name", "surname"):
        value = values.get(field, "")
        if not value and field == "surname" and role == "technician":
            continue  # the account with which a box was claimed is called by one word
        if not value:
            yield RosterProblem(line, whole or field, "one_word" if whole else "missing")
        elif not is_name(value):
            yield RosterProblem(line, field, "odd_name")
    if values.get("parent_name") and not is_name(values["parent_name"]):
        yield RosterProblem(line, "parent_name", "odd_name")


def _check_facts(line: int, values: Mapping[str, str]) -> Iterator[RosterProblem]:
    language = values.get("language", "")
    if plain(language) not in LANGUAGE_OF:
        yield RosterProblem(line, "language", "language_unknown", {"said": language})
    if not _is_short(values.get("shift", ""), SHIFT_LENGTH_MAX):
        yield RosterProblem(line, "shift", "shift_long")
    yield from _check_phone(line, values.get("phone", ""))
    login = values.get("login", "").casefold()
    if login and not is_login(login):
        yield RosterProblem(line, "login", "login_odd", {"said": login})


def _check_phone(line: int, phone: str) -> Iterator[RosterProblem]:
    if _SHORTENED.fullmatch(phone):
        yield RosterProblem(line, "phone", "phone_short", {"said": phone})
    elif phone and not is_phone(phone):
        yield RosterProblem(line, "phone", "phone_odd", {"said": phone})


def is_phone(text: str) -> bool:
    """Whether this can be a phone number: 6 to 20 digits with the usual signs between."""
    return _PHONE.fullmatch(text) is not None and 6 <= sum(sign.isdigit() for sign in text) <= 20


def is_name(text: str) -> bool:
    """Whether this can be a name: at most 80 signs, a letter among them, nothing that cannot be printed."""
    return len(text) <= NAME_LENGTH_MAX and text.isprintable() and any(map(str.isalpha, text))


def _is_short(text: str, most: int) -> bool:
    return len(text) <= most and text.isprintable()


def _class_names(values: Mapping[str, str], for_all: str) -> list[str]:
    """The classes of a row: as they stand there, or put together from grade and section."""
    whole, section, grade = values.get("class", ""), values.get("section", ""), values.get("grade", "")
    if section:
        text = whole_name(whole or grade, section)
    elif whole and grade and len(whole) <= 2 and class_of(whole).grade != number_of(grade):
        text = whole_name(grade, whole)
    else:
        text = whole or ("" if "class" in values or "section" in values else grade) or for_all
    return [name.strip() for name in re.split(r"[|;,]", text) if name.strip()]


def _stated_grade(values: Mapping[str, str]) -> str:
    """The grade as its column says; beside a column for the section, as often in Albanian, "class" means the grade."""
    beside = values.get("class", "") if values.get("section") else ""
    return values.get("grade", "") or (beside if number_of(beside) is not None else "")


def _wishes(
    line: int, names: Sequence[str], values: Mapping[str, str]
) -> tuple[tuple[ClassWish, ...], list[RosterProblem]]:
    wishes: list[ClassWish] = []
    problems: list[RosterProblem] = []
    stated = _stated_grade(values) if len(names) == 1 else ""
    for name in names:
        if is_date(name):
            problems.append(RosterProblem(line, "class", "class_date", {"said": name}))
            continue
        found = class_of(name)
        grade = number_of(stated) if stated else found.grade
        if not _is_short(found.name, CLASS_LENGTH_MAX):
            problems.append(RosterProblem(line, "class", "class_long"))
        elif grade is None or not 0 <= grade <= GRADE_MAX:
            problems.append(RosterProblem(line, "grade", "grade_unknown"))
        else:
            wishes.append(ClassWish(found.name, grade, found.key))
    return tuple(wishes), problems


