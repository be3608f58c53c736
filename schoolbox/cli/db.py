"""`schoolbox db check|snapshot`: whether the database is whole, and one more copy of it."""

from schoolbox.cli.asked import Asked, Parsers, noun, verb
from schoolbox.cli.outcome import Json, Outcome
from schoolbox.errors import DamagedDatabaseError


def add(nouns: Parsers) -> None:
    """Declare the noun and its verbs."""
    verbs = noun(nouns, "db", "the database of the box")
    verb(verbs, "check", check, "read the whole database and check it; what is found is mended at the next start")
    verb(verbs, "snapshot", snapshot, "copy the database now, for the day on which it is damaged")


def check(asked: Asked) -> Outcome:
    """Check the database.

    Raises:
        DamagedDatabaseError: It is damaged; the first finding is in it.
    """
    with asked.box() as box:
        findings = box.database_care.check()
    if findings:
        raise DamagedDatabaseError(problem=findings[0])
    data: Json = {"sound": True, "file": str(asked.config.database_file)}
    return Outcome(data, f"{asked.config.database_file} is whole.")


def snapshot(asked: Asked) -> Outcome:
    """Copy the database; the box may be serving meanwhile.

    Raises:
        DamagedDatabaseError: It cannot be read whole.
        WriteFailedError: The copy could not be written.
        DiskError: There is no room for it.
    """
    with asked.box() as box:
        taken = box.database_care.take_snapshot()
    data: Json = {"file": str(taken.file), "size_bytes": taken.size_bytes}
    return Outcome(data, f"Copied to {taken.file} ({taken.size_bytes:,} bytes).")
