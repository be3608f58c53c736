"""`schoolbox roster import`: a school's people from a table, all or nothing."""

from pathlib import Path

from schoolbox.cli.asked import Asked, Parsers, noun, verb
from schoolbox.cli.outcome import Json, Outcome, exit_code_of, table
from schoolbox.errors import BadInputError
from schoolbox.services.roster import RosterReport


def add(nouns: Parsers) -> None:
    """Declare the noun."""
    verbs = noun(nouns, "roster", "the people of the school from a table")
    words = verb(verbs, "import", import_roster, "add classes and people; nothing is added if a line is wrong")
    words.add_argument("file", metavar="FILE", type=Path, help="CSV with given_name, surname, role, class, grade ...")
    words.add_argument("--dry-run", action="store_true", help="only say what it would do")


def import_roster(asked: Asked) -> Outcome:
    """Import a roster; secrets of new people are in the answer and nowhere else."""
    try:
        raw = asked.words.file.read_bytes()
    except OSError as exc:
        raise BadInputError(field=str(asked.words.file), problem=f"it cannot be read: {exc.strerror}") from exc
    with asked.box() as box:
        report = box.roster.load(raw, dry_run=asked.words.dry_run)
    exit_code = exit_code_of(BadInputError(field="", problem="")) if report.problems else 0
    return Outcome(_data(report), _text(report, dry_run=asked.words.dry_run), exit_code)


def _data(report: RosterReport) -> Json:
    return {
        "added": report.added, "known": report.known, "classes_added": report.classes_added,
        "slips": [
            {"role": slip.role, "name": slip.name, "class": slip.class_name, "login": slip.login, "pin": slip.pin,
             "password": slip.password}
            for slip in report.slips
        ],
        "problems": [{"line": each.line, "field": each.field, "problem": each.problem} for each in report.problems],
    }  # fmt: skip


def _text(report: RosterReport, *, dry_run: bool) -> str:
    if report.problems:
        lines = [f"line {each.line}, {each.field}: {each.problem}" for each in report.problems]
        return "\n".join(["Nothing was added, because of this:", *lines, "Correct the table and import it again."])
    new = "would be new" if dry_run else "new"
    heading = f"{report.added} people {new}, {report.known} known already, {report.classes_added} classes {new}."
    rows = [(slip.name, slip.class_name, slip.login, slip.pin or slip.password or "") for slip in report.slips]
    if not rows:
        return heading
    return f"{heading}\nThese secrets are shown only now:\n{table([('name', 'class', 'login', 'secret'), *rows])}"
