"""`schoolbox sync refused | retry | set-aside`: what the hub refused, and what is to become of it."""

from schoolbox.cli.asked import Asked, Parsers, verb
from schoolbox.cli.outcome import Outcome, table
from schoolbox.errors import BadInputError
from schoolbox.services.quarantine import SHOWN, WHY_MAX


def add(verbs: Parsers) -> None:
    """Declare the verbs of the noun `sync`."""
    words = verb(verbs, "refused", show, "list what the hub refused, and why")
    words.add_argument("--set-aside", action="store_true", help="those that were set aside for good")
    words = verb(verbs, "retry", retry, "let refused statements wait for the hub again")
    words.add_argument("numbers", metavar="NUMBER", nargs="*", type=int, help="as `sync refused` lists them")
    words.add_argument("--all", action="store_true", help="all that were not set aside for good")
    words = verb(verbs, "set-aside", set_aside, "set refused statements aside for good; they stay on the box")
    words.add_argument("numbers", metavar="NUMBER", nargs="+", type=int, help="as `sync refused` lists them")
    words.add_argument("--why", default="", help=f"the reason, at most {WHY_MAX} characters, without names")


def show(asked: Asked) -> Outcome:
    """List them, the oldest first."""
    with asked.box() as box:
        page = box.quarantine.page(kept=asked.words.set_aside)
    rows = [(str(one.seq), f"{one.refused_at:%Y-%m-%d %H:%M}", one.kind, one.why) for one in page.refused]
    total = page.kept if asked.words.set_aside else page.open
    more = f"\nThe oldest {SHOWN} of {total}." if total > len(rows) else ""
    return Outcome(
        {
            "open": page.open, "set_aside": page.kept,
            "refused": [
                {
                    "number": one.seq, "id": one.id, "kind": one.kind, "why": one.why, "hub": one.said,
                    "refused_at": one.refused_at.isoformat(), "reason": one.kept_why or None,
                }
                for one in page.refused
            ],
        },
        f"{table(rows)}{more}" if rows else "None.",
    )  # fmt: skip


def retry(asked: Asked) -> Outcome:
    """Let some or all wait again.

    Raises:
        BadInputError: Neither numbers nor --all were given.
        NotFoundError: There is no such statement; those before it wait again.
    """
    numbers = asked.words.numbers
    if bool(numbers) == asked.words.all:
        raise BadInputError(field="NUMBER", problem="give numbers, or --all")
    with asked.box() as box:
        count = box.quarantine.retry_all(by=None) if asked.words.all else len(numbers)
        for seq in numbers:
            box.quarantine.retry(seq, by=None)
    return Outcome({"waiting_again": count}, f"{count} wait for the hub again.")


def set_aside(asked: Asked) -> Outcome:
    """Set some aside for good.

    Raises:
        NotFoundError: There is no such statement; those before it are set aside.
    """
    with asked.box() as box:
        for seq in asked.words.numbers:
            box.quarantine.keep(seq, why=asked.words.why, by=None)
    count = len(asked.words.numbers)
    return Outcome({"set_aside": count}, f"{count} set aside for good; they stay on the box.")
