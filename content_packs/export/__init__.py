"""Writing packs of a box onto a stick (FORMAT 2.12 to 2.15): the other direction of installing."""

from content_packs.export.meter import StickProgress
from content_packs.export.writer import Options, StickWriter, Written, WrittenPack

__all__ = ["Options", "StickProgress", "StickWriter", "Written", "WrittenPack"]
