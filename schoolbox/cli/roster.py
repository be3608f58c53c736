"""`schoolbox roster import`, `export`, `keep`: a school's people from a list, all or nothing, and out again."""

from pathlib import Path
from typing import TYPE_CHECKING

from schoolbox.cli.asked import Asked, Parsers, noun, verb
from schoolbox.cli.outcome import Json, Outcome, exit_code_of, table
from schoolbox.errors import BadInputError
from schoolbox.services.roster_fields import OPTIONAL
from schoolbox.services.roster_told import sentences

if TYPE_CHECKING:
    from schoolbox.services.roster import RosterReport
    from schoolbox.services.roster_table import RosterProblem


def add(nouns: Parsers) -> None:
    """Declare the noun."""
    verbs = noun(nouns, "roster", "the people of the school from a list, and out again")
    words = verb(verbs, "import", import_roster, "add and update people; nothing is done if a line is wrong")
    words.add_argument("file", metavar="FILE", type=Path, help="XLSX or CSV with headings such as name, surname, class")
    words.add_argument("--dry-run", action="store_true", help="only say what it would do")
    words = verb(verbs, "export", export_roster, "write everybody into a file that can be imported again")
    words.add_argument("file", metavar="FILE", type=Path, help="ends in .xlsx or .csv")
    words = verb(verbs, "keep", keep, "say, or choose, which optional facts the school keeps of people")
    words.add_argument("--only", nargs="*", metavar="FACT", help=f"some of {', '.join(OPTIONAL)}; the rest is erased")


def import_roster(asked: Asked) -> Outcome:
    """Import a list; secrets of new people are in the answer and nowhere else."""
    try:
        raw = asked.words.file.read_bytes()
    except OSError as exc:
        raise BadInputError(field=str(asked.words.file), problem=f"it cannot be read: {exc.strerror}") from exc
    with asked.box() as box:
        report = box.roster.load(raw, dry_run=asked.words.dry_run)
        if not asked.words.dry_run and not report.problems:
            box.audit.note_done(by=0, code="list_read")
    exit_code = exit_code_of(BadInputError(field="", problem="")) if report.problems else 0
    return Outcome(_data(report), _text(report, dry_run=asked.words.dry_run), exit_code)


def export_roster(asked: Asked) -> Outcome:
    """Write the list, readable for its owner alone: it holds names."""
    path: Path = asked.words.file
    form = path.suffix.lower().removeprefix(".")
    if form not in ("csv", "xlsx"):
        raise BadInputError(field=str(path), problem="it must end in .xlsx or .csv")
    with asked.box() as box:
        exported = box.roster_export.write("csv" if form == "csv" else "xlsx")
        box.audit.note_done(by=0, code="list_taken")
        count = sum(row.pupils for row in box.people.classes())
    try:
        path.touch(mode=0o600)
        path.write_bytes(exported.content)
    except OSError as exc:
        raise BadInputError(field=str(path), problem=f"it cannot be written: {exc.strerror}") from exc
    return Outcome({"file": str(path), "pupils": count}, f"Written: {path}, pupils in classes: {count}.")


def keep(asked: Asked) -> Outcome:
    """Show or choose what the school keeps."""
    with asked.box() as box:
        if asked.words.only is not None:
            box.kept_fields.choose(asked.words.only)
        kept = [field for field in OPTIONAL if field in box.kept_fields.kept()]
    return Outcome({"kept": list(kept)}, f"Kept of people beyond name and class: {', '.join(kept) or 'nothing'}.")


def _data(report: "RosterReport") -> Json:
    return {
        "added": report.added, "known": report.known, "changed": report.changed,
        "classes_added": report.classes_added,
        "slips": [
            {"role": slip.role, "name": slip.name, "class": slip.class_name, "login": slip.login, "pin": slip.pin,
             "password": slip.password}
            for slip in report.slips
        ],
        "problems": [_told(each) for each in report.problems],
        "notes": [_told(each) for each in report.notes],
    }  # fmt: skip


def _told(problem: "RosterProblem") -> Json:
    what, cure = sentences(problem, str)
    return {
        "sheet": problem.sheet, "line": problem.line, "field": problem.field, "code": problem.code, "problem": what,
        "cure": cure,
    }  # fmt: skip


def _line(problem: "RosterProblem") -> str:
    what, cure = sentences(problem, str)
    where = [f"sheet {problem.sheet}"] if problem.sheet else []
    where += [f"line {problem.line}"] if problem.line else []
    where += [problem.field] if problem.field else []
    return f"{', '.join(where) or 'the file'}: {what} {cure}"


def _text(report: "RosterReport", *, dry_run: bool) -> str:
    notes = [_line(each) for each in report.notes]
    if report.problems:
        lines = [_line(each) for each in report.problems]
        told = ["Nothing was added, because of this:", *lines, "Correct the list and import it again."]
        return "\n".join([*told, *notes])
    new, changed = ("would be new", "would change") if dry_run else ("new", "changed")
    heading = (
        f"{report.added} people {new}, {report.known} known already, {report.changed} of them {changed},"
        f" {report.classes_added} classes {new}."
    )
    rows = [(slip.name, slip.class_name, slip.login, slip.pin or slip.password or "") for slip in report.slips]
    if not rows:
        return "\n".join([heading, *notes])
    secrets = table([("name", "class", "login", "secret"), *rows])
    return "\n".join([heading, *notes, "These secrets are shown only now:", secrets])
