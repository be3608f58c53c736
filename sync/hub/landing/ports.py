"""What landing and indexing need of a database beyond what every service needs: PostgreSQL has it."""

from contextlib import AbstractContextManager
from typing import Protocol, runtime_checkable

from sync.hub.database import Database, Sql


class Beside(Sql, Protocol):
    """A transaction beside others that write."""

    def copy(self, query: str, lines: str, /) -> None:
        """Send rows to COPY … FROM STDIN, as it reads them."""

    def alone(self) -> None:
        """Be the one that writes, from here to the end of the transaction."""


@runtime_checkable
class WideDatabase(Database, Protocol):
    """A database in which several write at once."""

    def beside(self) -> AbstractContextManager[Beside]:
        """Change what several may change at once, beside who writes."""
