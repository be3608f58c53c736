"""What landing and indexing need of a database beyond what every service needs: PostgreSQL has it."""

from collections.abc import Collection
from contextlib import AbstractContextManager
from typing import Protocol, runtime_checkable

from sync.hub.database import Database, Sql


class Beside(Sql, Protocol):
    """A transaction beside others that write."""

    def copy(self, query: str, rows: bytes, /) -> None:
        """Send rows to COPY … FROM STDIN, as it reads them."""

    def copy_new(self, query: str, rows: bytes, /) -> bool:
        """Send rows to COPY … FROM STDIN; False, and nothing was sent, if one is there already."""

    def alone(self, schools: Collection[int], /) -> None:
        """Be the one that changes figures of schools, and let nobody write alone, from here to the end."""


@runtime_checkable
class WideDatabase(Database, Protocol):
    """A database in which several write at once."""

    def beside(self) -> AbstractContextManager[Beside]:
        """Change what several may change at once, beside who writes."""
