"""The real database, and how often it was asked: what a pack costs must not grow with the library.

    db = CountingDatabase(path, clock=clock); db.open(); db.statements, db.transactions
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import peewee

from content_packs.clock import Clock
from schoolbox.db.database import Database, Value

T = TypeVar("T")


class CountingDatabase(Database):
    """Counts statements (one for each call, however many rows) and write transactions."""

    def __init__(self, path: Path, *, clock: Clock) -> None:
        super().__init__(path, clock=clock)
        self.statements = 0
        self.transactions = 0

    def write(self, work: Callable[[], T]) -> T:
        """Write, and count it."""
        self.transactions += 1
        return super().write(work)

    def run(self, query: peewee.Query) -> int:
        """Change, and count it."""
        self.statements += 1
        return super().run(query)

    def run_sql(self, sql: str, values: Sequence[Value] = ()) -> int:
        """Change, and count it."""
        self.statements += 1
        return super().run_sql(sql, values)

    def run_many(self, sql: str, rows: Iterable[Sequence[Value] | Mapping[str, Value]]) -> None:
        """Change, and count it."""
        self.statements += 1
        super().run_many(sql, rows)

    def fetch(self, record: Callable[..., T], query: peewee.Query) -> list[T]:
        """Read, and count it."""
        self.statements += 1
        return super().fetch(record, query)

    def fetch_sql(self, record: Callable[..., T], sql: str, values: Sequence[Value] = ()) -> list[T]:
        """Read, and count it."""
        self.statements += 1
        return super().fetch_sql(record, sql, values)
