"""The words of a batch as they lie in the database: a compressed JSON array, perhaps as its sender compressed it.

    unpack(pack([Raw(b"{}")]))
"""

from collections.abc import Iterable

import msgspec
from msgspec import Raw

from sync.codings import ZSTD, unpack_kept
from sync.codings import pack as pack_body
from sync.hub.database import Sql

NULL = Raw(b"null")
"""What stands in the place of a statement that is kept no longer, or not here."""


def pack(raws: Iterable[Raw]) -> bytes:
    """Compress statements as they came."""
    return pack_body(ZSTD, msgspec.json.encode(list(raws)))


def unpack(packed: bytes) -> list[Raw]:
    """Give the statements of a batch, each in its place.

    Raises:
        ValueError: It is damaged.
    """
    return msgspec.json.decode(unpack_kept(packed), type=list[Raw])


class Words:
    """The words of statements by their places, each batch unpacked once."""

    def __init__(self, db: Sql) -> None:
        self._db = db
        self._batches: dict[int, list[Raw]] = {}

    def at(self, batch: int, line: int) -> Raw:
        """Give the statement in one place."""
        if batch not in self._batches:
            packed = self._db.execute("SELECT packed FROM batch WHERE id = ?", (batch,)).fetchone()[0]
            self._batches[batch] = unpack(bytes(packed))
        return self._batches[batch][line]
