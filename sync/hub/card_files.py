"""Cards for many schools in one afternoon: a list of schools becomes codes, and a `schoolbox.toml` for each card.

Promises: either every school of the list gets its code and its file, or nothing is made; files and folders are for
their owner alone (0600, 0700), because each holds a code that lets a box in and one that makes it somebody's.

    schools = read_schools(Path("schools.csv").read_bytes())
    made = CardFiles(hub.enrolments, Disk(), secrets.token_bytes).write(schools, Path("cards"), common)
"""

import csv
import difflib
import io
import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec

from content_packs.durable import Disk
from content_packs.errors import DiskError
from sync.hub.enrolments import LETTERS, Enrolments, MadeCode, tidy_names
from sync.hub.errors import BadRequestError
from sync.languages import LANGUAGES

NAME, LIST = "schoolbox.toml", "list.csv"
SCHOOLS_MAX, BYTES_MAX = 5_000, 10_000_000
COLUMNS: Mapping[str, tuple[str, str]] = {
    "school": ("", ""), "municipality": ("", ""), "language": ("", "language"), "box": ("box", "name"),
    "time_zone": ("box", "time_zone"), "country": ("wifi", "country"), "wifi_name": ("wifi.own", "name"),
    "wifi_password": ("wifi.own", "password"), "join_name": ("wifi.join", "name"),
    "join_password": ("wifi.join", "password"),
}  # fmt: skip
"""What a column is called, and where its value goes: table and key of the file on the card."""
_TABLES = ("", "school", "box", "wifi", "wifi.own", "wifi.join", "hub", "technician")


class SchoolLine(msgspec.Struct, frozen=True):
    """A line of the list; `more` are the columns that may be missing."""

    school: str
    municipality: str
    more: Mapping[str, str]


class Card(msgspec.Struct, frozen=True):
    """What was made for one card; the claim code is for the technician, the other one is in the file."""

    folder: str
    school: str
    municipality: str
    claim: str


class CardFiles:
    """Makes codes and files together."""

    def __init__(self, enrolments: Enrolments, disk: Disk, token_bytes: Callable[[int], bytes]) -> None:
        self._enrolments = enrolments
        self._disk = disk
        self._token_bytes = token_bytes

    def write(self, schools: Sequence[SchoolLine], folder: Path, common: Mapping[str, str]) -> list[Card]:
        """Make a folder with one folder for each school; the rename of the whole folder is the visible step.

        Args:
            schools: The list.
            folder: Where to; it must not be there yet.
            common: `hub`, the address, and columns for whoever's line says nothing of them.

        Raises:
            BadRequestError: The folder is there, or a name is too long; nothing was made.
            DiskError: The files could not be written; no code was made.
        """
        if folder.exists():
            raise BadRequestError(f"{folder} is there already. Name a folder that is not, so that no file is lost.")
        draft = folder.with_name(f".{folder.name}.new")
        shutil.rmtree(draft, ignore_errors=True)
        cards: list[Card] = []

        def keep(codes: Sequence[MadeCode]) -> None:
            self._disk.make_folder(draft, mode=0o700)
            for number, (line, made) in enumerate(zip(schools, codes, strict=True), start=1):
                cards.append(self._card(draft, number, made, {**common, **line.more}))
            self._disk.write_file(draft / LIST, _list(cards), mode=0o600)

        try:
            self._enrolments.make_codes([(line.school, line.municipality) for line in schools], keep)
        except DiskError:
            shutil.rmtree(draft, ignore_errors=True)
            raise
        self._disk.rename(draft, folder)
        return cards

    def _card(self, draft: Path, number: int, made: MadeCode, said: Mapping[str, str]) -> Card:
        letters = "".join(LETTERS[byte % 32] for byte in self._token_bytes(8))
        folder, claim = f"{number:03d}-{_plain(made.school)}", f"{letters[:4]}-{letters[4:]}"
        card = Card(folder, made.school, made.municipality, claim)
        self._disk.make_folder(draft / card.folder, mode=0o700)
        raw = card_file(made, card.claim, said).encode()
        self._disk.write_file(draft / card.folder / NAME, raw, mode=0o600)
        return card


def card_file(made: MadeCode, claim: str, said: Mapping[str, str]) -> str:
    """Write what goes onto the card of one school."""
    values: dict[str, dict[str, str]] = {table: {} for table in _TABLES}
    values["school"] = {"name": made.school, "municipality": made.municipality}
    values["hub"] = {"address": said["hub"], "code": made.code}
    values["technician"] = {"claim": claim}
    for column, (table, key) in COLUMNS.items():
        if key and said.get(column):
            values[table][key] = said[column]
    lines = [f"# For {made.school}, {made.municipality}. Put it onto the card's part that any laptop shows.", ""]
    for table, pairs in values.items():
        if pairs:
            lines += [f"[{table}]"] if table else []
            lines += [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in pairs.items()]
            lines.append("")
    return "\r\n".join(lines)


def read_schools(raw: bytes) -> list[SchoolLine]:
    """Read a list as offices save it: UTF-8 or UTF-16; with comma, semicolon or tab.

    Raises:
        BadRequestError: A column or a value makes no sense; the sentence says where and what to do.
    """
    text = _decoded(raw)
    first = text.partition("\n")[0]
    mark = max(",;\t", key=first.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    try:
        header = [_column(name) for name in next(rows, [])]
        lines = [
            _line(dict(zip(header, (cell.strip() for cell in row), strict=False)), rows.line_num)
            for row in rows
            if any(cell.strip() for cell in row)
        ]
    except csv.Error as exc:
        raise BadRequestError(f"Line {rows.line_num} cannot be read as a table. Save the list as CSV.") from exc
    if not 0 < len(lines) <= SCHOOLS_MAX:
        raise BadRequestError(f"A list has from 1 to {SCHOOLS_MAX} schools below its line of names.")
    return lines


def checked(values: Mapping[str, str], where: str) -> Mapping[str, str]:
    """Look at values that go onto a card.

    Raises:
        BadRequestError: One of them would be refused by the box.
    """
    for column in ("wifi_password", "join_password"):
        word = values.get(column, "")
        if word and not (8 <= len(word) <= 63 and all(" " <= sign <= "~" for sign in word)):
            raise BadRequestError(f"{where}: {column} has 8 to 63 signs: letters without accents, digits, signs.")
    if values.get("language", LANGUAGES[0]) not in (*LANGUAGES, ""):
        raise BadRequestError(f"{where}: a language is one of {', '.join(LANGUAGES)}.")
    if len(values.get("country", "XK") or "XK") != 2:
        raise BadRequestError(f"{where}: a country has two letters, such as XK.")
    if values.get("join_password") and not values.get("join_name"):
        raise BadRequestError(f"{where}: a password without the name of its network (join_name).")
    if any(not value.isprintable() for value in values.values()):
        raise BadRequestError(f"{where}: there is an odd sign.")
    return {key: value for key, value in values.items() if value}


def _line(values: Mapping[str, str], number: int) -> SchoolLine:
    where = f"Line {number}"
    try:
        school, municipality = tidy_names(values.get("school", ""), values.get("municipality", ""))
    except BadRequestError as exc:
        raise BadRequestError(f"{where}: {exc.message}") from exc
    more = {column: value for column, value in values.items() if column not in ("school", "municipality")}
    return SchoolLine(school, municipality, checked(more, where))


def _column(name: str) -> str:
    """Know a column by its name.

    Raises:
        BadRequestError: There is none.
    """
    plain = "_".join(name.strip().lower().split())
    if plain in COLUMNS:
        return plain
    near = difflib.get_close_matches(plain, COLUMNS, n=1)
    hint = f"Did you mean “{near[0]}”?" if near else f"The columns are: {', '.join(COLUMNS)}."
    raise BadRequestError(f"The column “{name.strip()[:40]}” is not known. {hint}")


def _decoded(raw: bytes) -> str:
    encoding = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        if len(raw) <= BYTES_MAX:
            return raw.decode(encoding)
    except UnicodeDecodeError:
        pass
    raise BadRequestError("The list cannot be read. Save it as “CSV UTF-8”.")


def _plain(name: str) -> str:
    """A name for a folder that every system takes, also Windows; letters of every language stay."""
    kept = "".join(sign if sign.isalnum() else "-" for sign in name)
    return "-".join(part for part in kept.split("-") if part)[:40] or "school"


def _list(cards: Sequence[Card]) -> bytes:
    """The technician's list: which folder goes onto whose card, and how the box becomes theirs."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";")
    writer.writerow(("folder", "school", "municipality", "claim code"))
    writer.writerows((card.folder, card.school, card.municipality, card.claim) for card in cards)
    return out.getvalue().encode("utf-8-sig")
