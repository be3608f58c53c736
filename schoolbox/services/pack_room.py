"""What a pack keeps on the disk for itself alone: what removing it frees.

    room.freed_by("mash:thyesat-6")
"""

from content_packs.store import Store
from schoolbox.db.database import Database

SIZES_OF_OWN = """
SELECT DISTINCT f.sha256, f.size_bytes FROM file AS f WHERE f.pack_id = ?1
AND NOT EXISTS (SELECT 1 FROM file AS o WHERE o.sha256 = f.sha256 AND o.pack_id <> ?1)
AND NOT EXISTS (SELECT 1 FROM kept_file AS k WHERE k.sha256 = f.sha256 AND k.pack_id <> ?1)
"""
KEPT_OF_OWN = """
SELECT k.sha256 FROM kept_file AS k WHERE k.pack_id = ?1
AND NOT EXISTS (SELECT 1 FROM file AS o WHERE o.sha256 = k.sha256)
AND NOT EXISTS (SELECT 1 FROM kept_file AS o WHERE o.sha256 = k.sha256 AND o.pack_id <> ?1)
"""


class PackRoom:
    """Counts the room of packs; files that two packs share belong to neither."""

    def __init__(self, db: Database, *, store: Store) -> None:
        self._db = db
        self._store = store

    def freed_by(self, pack_id: str) -> int:
        """How many bytes removing a pack frees, its earlier version included."""
        own = self._db.fetch_sql(_size, SIZES_OF_OWN, (pack_id,))
        kept = self._db.fetch_sql(str, KEPT_OF_OWN, (pack_id,))
        return sum(own) + sum(self._store.size_of(sha256) for sha256 in kept)


def _size(_sha256: str, size_bytes: int) -> int:
    return size_bytes
