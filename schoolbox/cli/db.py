"""`schoolbox db check`: whether the database is whole."""

from schoolbox.cli.asked import Asked, Parsers, noun, verb
from schoolbox.cli.outcome import Json, Outcome
from schoolbox.errors import DamagedDatabaseError


def add(nouns: Parsers) -> None:
    """Declare the noun."""
    verb(noun(nouns, "db", "the database of the box"), "check", check, "read the whole database and check it")


def check(asked: Asked) -> Outcome:
    """Check the database.

    Raises:
        DamagedDatabaseError: It is damaged; the first finding is in it.
    """
    with asked.box() as box:
        findings = box.database.check()
    if findings:
        raise DamagedDatabaseError(problem=findings[0])
    data: Json = {"sound": True, "file": str(asked.config.database_file)}
    return Outcome(data, f"{asked.config.database_file} is whole.")
