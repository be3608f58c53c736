"""How packs are to be written onto a stick, and what came of it: values, without what writes."""

from collections.abc import Mapping

import msgspec

from content_packs.errors import PackError
from content_packs.export.room import FAT_FILE_BYTES_MAX
from content_packs.manifest import File
from content_packs.trust import Refusal


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """How to write: `only` takes away what was not chosen; `quick` believes sizes instead of reading what is there."""

    only: bool = False
    quick: bool = False
    file_bytes_max: int = FAT_FILE_BYTES_MAX


class WrittenPack(msgspec.Struct, frozen=True):
    """A pack that is on the stick now; what the box itself lacks or has damaged is `missing` there."""

    pack_id: str
    version: int
    size_bytes: int
    files: int
    missing: tuple[File, ...]


class Written(msgspec.Struct, frozen=True):
    """What writing did: packs, and why others were not written; lists of the stick that were left though not right."""

    packs: tuple[WrittenPack, ...]
    failed: Mapping[str, PackError]
    kept: tuple[Refusal, ...]
    copied_bytes: int
    freed_bytes: int

    @property
    def whole(self) -> bool:
        """Whether all that was asked for is on the stick."""
        return not self.failed and not any(pack.missing for pack in self.packs)
