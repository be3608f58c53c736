"""The table at which somebody works on a list before it is imported: file, columns, dry run, slips.

A list is personal data: it is kept in memory alone, for the person who brought it, and never written to the disk, so
that nothing has to be swept after a power cut: when the box stops, it is gone. It goes when it was imported, when
somebody else needs the room (`DRAFTS_MAX`), when its owner puts it away, and at anybody's next look after `KEPT_S`.
Bodies of requests are small enough (`PIECE_BYTES_MAX`) that the server keeps them in memory, too. The slips of new
people take the place of the list: one page, which a broken line may load once more, until its owner puts it away.

    desk.take(raw, name="6-2.xlsx", by=3)
    desk.choose(Choice(...), by=3)
    desk.keep(by=3)
    desk.report(by=3).slips
"""

import threading

import msgspec
from msgspec.structs import replace

from content_packs.clock import Clock
from schoolbox.errors import BadInputError, NotFoundError
from schoolbox.services.kept_fields import KeptFields
from schoolbox.services.roster import Roster, RosterReport
from schoolbox.services.roster_class import class_of
from schoolbox.services.roster_columns import LOOKED_AT, Columns, find_columns, headings_of
from schoolbox.services.roster_fields import OPTIONAL
from schoolbox.services.roster_file import RosterFile, likeliest, other_sheets, read_rows
from schoolbox.services.roster_open import open_tables
from schoolbox.services.roster_sheets import SHEET_LINES
from schoolbox.services.roster_table import FILE_BYTES_MAX, RosterProblem, Table

DRAFTS_MAX = 2
KEPT_S = 30 * 60.0
PIECE_BYTES_MAX = 192 * 1024
NAME_LENGTH_MAX = 100
SHOWN_ROWS = 5


class Choice(msgspec.Struct, frozen=True):
    """What somebody says of a list.

    `fields` has one for each column, or empty; `role` and `class_name` are for everybody; `begin` is the row of the
    first person, by its place among the rows that hold something.
    """

    fields: tuple[str, ...]
    role: str
    class_name: str
    begin: int


class Draft(msgspec.Struct, frozen=True):
    """A list on the table; without tables `refusal` says why. `arrived` are the pieces of one that is still coming."""

    name: str
    touched_s: float
    arrived: bytes = b""
    tables: tuple[Table, ...] = ()
    sheet: int = 0
    columns: Columns | None = None
    refusal: RosterProblem | None = None
    report: RosterReport | None = None

    @property
    def table(self) -> Table:
        """The sheet that is read."""
        return self.tables[self.sheet]

    @property
    def headings(self) -> tuple[str, ...]:
        """What stands over each column."""
        return headings_of(self.table, self.columns) if self.columns else ()

    @property
    def heading_lines(self) -> tuple[int, ...]:
        """The rows of the headings, as the spreadsheet numbers them."""
        places = self.columns.headings if self.columns else ()
        return tuple(self.table.rows[place].line % SHEET_LINES for place in places)

    @property
    def beginnings(self) -> tuple[tuple[int, int, str], ...]:
        """The rows in which the first person may stand: place, row of the spreadsheet, what stands there."""
        rows = self.table.rows[:LOOKED_AT]
        said = [", ".join(filter(None, row.cells))[:60] for row in rows]
        return tuple((place, row.line % SHEET_LINES, said[place]) for place, row in enumerate(rows))

    @property
    def examples(self) -> tuple[tuple[str, ...], ...]:
        """The first rows, all as wide as the table."""
        first = self.columns.first if self.columns else 0
        rows = self.table.rows[first : first + SHOWN_ROWS]
        return tuple((*row.cells, *[""] * (self.table.width - len(row.cells))) for row in rows)


class RosterDesk:
    """Keeps one list for each of a few people."""

    def __init__(self, roster: Roster, kept: KeptFields, *, clock: Clock) -> None:
        self._roster = roster
        self._kept = kept
        self._clock = clock
        self._lock = threading.Lock()
        self._importing = threading.Lock()
        self._drafts: dict[int, Draft] = {}

    def take(self, raw: bytes, *, name: str, by: int) -> Draft:
        """Put a whole file on the table and find its columns; one that cannot be read is put there with the reason."""
        opened = open_tables(raw)
        draft = Draft(name[:NAME_LENGTH_MAX], self._clock.monotonic_s())
        if isinstance(opened, RosterProblem):
            return self._put(by, replace(draft, refusal=opened))
        sheet = likeliest(opened)
        return self._put(by, replace(draft, tables=opened, sheet=sheet, columns=find_columns(opened[sheet])))

    def take_piece(self, piece: bytes, *, at: int, total: int, name: str, by: int) -> Draft:
        """Take the next piece of a file that is too large for one request; the last one puts it on the table.

        Raises:
            BadInputError: The file is larger than `FILE_BYTES_MAX`, or the piece is not the next one.
        """
        if total > FILE_BYTES_MAX:
            raise BadInputError(field=name[:NAME_LENGTH_MAX], problem=f"larger than {FILE_BYTES_MAX // 1024**2} MB")
        coming = self._find(by) if at else None
        before = coming.arrived if coming else b""
        if at != len(before) or not piece or at + len(piece) > total:
            raise BadInputError(field=name[:NAME_LENGTH_MAX], problem="not the next piece of it")
        arrived = before + piece
        if len(arrived) == total:
            return self.take(arrived, name=name, by=by)
        return self._put(by, Draft(name[:NAME_LENGTH_MAX], self._clock.monotonic_s(), arrived=arrived))

    def draft(self, by: int) -> Draft | None:
        """What this person has on the table; None for nothing, or for a file that is still coming."""
        found = self._find(by)
        return found if found and not found.arrived else None

    def list_of(self, by: int) -> Draft:
        """A list on the table that is not imported yet.

        Raises:
            NotFoundError: There is none.
        """
        found = self.draft(by)
        if found is None or not found.tables:
            raise NotFoundError(kind="list", key="")
        return found

    def choose_sheet(self, sheet: int, *, by: int) -> None:
        """Read another sheet of the workbook.

        Raises:
            NotFoundError: There is no list, or no such sheet.
        """
        draft = self.list_of(by)
        if not 0 <= sheet < len(draft.tables):
            raise NotFoundError(kind="list", key=str(sheet))
        self._put(by, replace(draft, sheet=sheet, columns=find_columns(draft.tables[sheet])))

    def choose(self, choice: Choice, *, by: int) -> None:
        """Correct the columns.

        Raises:
            NotFoundError: There is no list.
        """
        draft = self.list_of(by)
        name = class_of(choice.class_name).name if choice.class_name.strip() else ""
        columns = (draft.columns or find_columns(draft.table)).corrected(
            choice.fields, role=choice.role, class_name=name, begin=choice.begin
        )
        self._put(by, replace(draft, columns=columns))

    def unread(self, *, by: int) -> tuple[str, ...]:
        """What the list says of people and the school does not keep, so that it is not read.

        Raises:
            NotFoundError: There is no list.
        """
        columns, kept = self.list_of(by).columns, self._kept.kept()
        return tuple(field for field in OPTIONAL if columns and field in columns.fields and field not in kept)

    def check(self, *, by: int) -> RosterReport:
        """Say what importing the list would do.

        Raises:
            NotFoundError: There is no list.
        """
        return self._roster.check(self._file(self.list_of(by)))

    def keep(self, *, by: int) -> RosterReport:
        """Import the list and take it off the table; with problems it stays there and nothing is imported.

        Who presses the button twice gets the same report twice: a second import would find everybody known, and its
        report would push away the slips of the first.

        Raises:
            NotFoundError: There is no list.
            WriteFailedError: It could not be kept; the list is still there.
        """
        with self._importing:
            done = self.draft(by)
            if done and done.report:
                return done.report
            draft = self.list_of(by)
            report = self._roster.keep(self._file(draft), by=by)
            if not report.problems:
                self._put(by, Draft(draft.name, self._clock.monotonic_s(), report=report))
            return report

    def report(self, *, by: int) -> RosterReport:
        """What the import did, with the slips, until they are put away.

        Raises:
            NotFoundError: Nothing was imported, or the slips are gone.
        """
        found = self.draft(by)
        if found is None or found.report is None:
            raise NotFoundError(kind="list", key="")
        return found.report

    def put_away(self, by: int) -> None:
        """Forget the list; fine if there is none."""
        with self._lock:
            self._drafts.pop(by, None)

    def _file(self, draft: Draft) -> RosterFile:
        columns = draft.columns or find_columns(draft.table)
        file = read_rows(draft.table, columns, kept=self._kept.kept())
        return replace(file, notes=(*other_sheets(draft.tables, draft.sheet), *file.notes))

    def _find(self, by: int) -> Draft | None:
        """What somebody has on the table; everybody's that lay there too long goes."""
        since_s = self._clock.monotonic_s() - KEPT_S
        with self._lock:
            self._drafts = {owner: draft for owner, draft in self._drafts.items() if draft.touched_s >= since_s}
            return self._drafts.get(by)

    def _put(self, by: int, draft: Draft) -> Draft:
        with self._lock:
            self._drafts.pop(by, None)
            while len(self._drafts) >= DRAFTS_MAX:
                del self._drafts[next(iter(self._drafts))]
            self._drafts[by] = replace(draft, touched_s=self._clock.monotonic_s())
            return self._drafts[by]
