"""`schoolbox-hub db upkeep` and `db count-late`: what a hub does every night, and what a person lets count.

    schoolbox-hub db upkeep --dry-run
    schoolbox-hub db count-late --box 0123456789abcdef0123456789abcdef
"""

import argparse

from sync.hub.command_line import Commands, add_command, answer
from sync.hub.deeds import COMMAND
from sync.hub.errors import BadRequestError
from sync.hub.landing.partitions import KeptUp
from sync.hub.opening import opened
from sync.hub.retention.letting_go import WEEKS_AT_ONCE, LetGo

_FOR_EVER = "Statements are kept for ever (keep_months = 0)."


def add_keeping(database: Commands) -> None:
    """Describe the commands."""
    about = "let go of statements older than keep_months; with PostgreSQL make partitions ahead and pack quiet ones"
    words = add_command(database, "upkeep", about, _upkeep)
    words.add_argument("--dry-run", action="store_true", help="say what would go, and change nothing")
    words.add_argument(
        "--weeks", type=int, default=WEEKS_AT_ONCE, metavar="N", help="at most so many weeks go at once (%(default)s)"
    )
    late = add_command(database, "count-late", "count statements that a box brought too late, each once", _late)
    late.add_argument("--box", required=True, metavar="NUMBER", help="as db refused says it")


def _upkeep(arguments: argparse.Namespace) -> int:
    """Do what is done every night."""
    if arguments.weeks < 1:
        raise BadRequestError("At least one week goes at once. What is kept for ever is said by keep_months = 0.")
    with opened(arguments.data) as hub:
        months = hub.settings.values.keep_months
        if arguments.dry_run:
            plan = hub.retention.plan()
            answer(arguments, plan, _told(plan, months, "would go; nothing was changed") if months else _FOR_EVER)
            return 0
        kept = hub.partitions.keep_up() if hub.partitions else KeptUp((), ())
        gone = hub.retention.let_go(weeks=arguments.weeks)
    made, packed = (", ".join(names) or "none" for names in (kept.made, kept.packed))
    lines = [f"Partitions made: {made}. Packed: {packed}."] if hub.partitions else []
    lines.append(_told(gone, months, "went; figures stay as they were") if months else _FOR_EVER)
    answer(arguments, {"partitions": kept, "retention": gone}, "\n".join(lines))
    return 0


def _told(gone: LetGo, months: int, what: str) -> str:
    """Say what goes, week by week."""
    lines = [f"Statements older than {months} months: {gone.statements} {what}."]
    lines += [f"  week of {week.monday}: {week.statements}" for week in gone.weeks]
    if gone.floor:
        lines.append(f"All from {gone.floor:%Y-%m-%d} on is kept. What boxes still bring of before: db refused")
    return "\n".join(lines)


def _late(arguments: argparse.Namespace) -> int:
    """Count what came late from a box."""
    with opened(arguments.data) as hub:
        counted = hub.late.count(arguments.box, by=COMMAND)
    answer(arguments, {"counted": counted}, f"{counted} statements count now, on the days on which they happened.")
    return 0
