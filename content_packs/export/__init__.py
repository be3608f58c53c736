"""Writing packs of a box onto a stick (FORMAT 2.12 to 2.15): the other direction of installing.

What writes, `content_packs.export.writer`, is loaded by whoever writes; what is here are the values that others read.
"""

from content_packs.export.meter import StickProgress
from content_packs.export.written import Options, Written, WrittenPack

__all__ = ["Options", "StickProgress", "Written", "WrittenPack"]
