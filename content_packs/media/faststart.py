"""Putting the index of an MP4 before its data, so that it plays while it comes over (FORMAT 9.3).

Phones write the index when filming ends, behind everything. Promises: pictures and sound are copied as they are; of the
index only the positions change that it holds of them. Source: ISO/IEC 14496-12, 8.7.5 (`stco`, `co64`).

    with source.open("rb") as file, target.open("wb") as made:
        put_index_first(file, made.write)
"""

import os
import struct
from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import BinaryIO

from content_packs.media.mp4 import INDEX_BYTES_MAX, TopBox, inside, top_boxes

PIECE_BYTES = 1024 * 1024
_TABLE = (b"trak", b"mdia", b"minf", b"stbl")


def put_index_first(source: BinaryIO, write: Callable[[bytes | memoryview], object]) -> None:
    """Write the movie anew: what it is (`ftyp`), the index, then the rest in its order.

    Args:
        source: The movie.
        write: Takes the new one, piece by piece.

    Raises:
        ValueError: It is no MP4, or its index is broken; the text says how.
    """
    boxes = list(top_boxes(source))
    indexes = [box for box in boxes if box.kind == b"moov"]
    if len(indexes) != 1 or indexes[0].end - indexes[0].start > INDEX_BYTES_MAX:
        raise ValueError("it has no index, or more than one, or one that is too large")
    index = indexes[0]
    head = [box for box in boxes[:1] if box.kind == b"ftyp"]
    rest = [box for box in boxes if box is not index and box not in head]
    source.seek(index.start)
    content = bytearray(source.read(index.end - index.start))
    _move(memoryview(content), boxes, _new_places([*head, None, *rest], len(content) + 8))
    for box in head:
        _copy(source, box, write)
    write(struct.pack(">I4s", len(content) + 8, b"moov"))
    write(memoryview(content))
    for box in rest:
        _copy(source, box, write)


def _new_places(order: Sequence[TopBox | None], index_bytes: int) -> dict[int, int]:
    """How far each box moves, by where it began; None stands for the index."""
    places, at = {}, 0
    for box in order:
        if box is None:
            at += index_bytes
        else:
            places[box.offset] = at - box.offset
            at += box.end - box.offset
    return places


def _move(index: memoryview, boxes: Sequence[TopBox], moved: dict[int, int]) -> None:
    """Write the new positions into the index."""
    starts = [box.offset for box in boxes]

    def shifted(position: int) -> int:
        box = boxes[max(0, bisect_right(starts, position) - 1)]
        if box.offset not in moved or not box.start <= position <= box.end:
            raise ValueError("its index is broken")
        return position + moved[box.offset]

    try:
        for kind, letter in ((b"stco", "I"), (b"co64", "Q")):
            for table in inside(index, *_TABLE, kind):
                (count,) = struct.unpack_from(">I", table, 4)
                layout = f">{count}{letter}"
                if struct.calcsize(layout) > len(table) - 8:
                    raise ValueError("its index is broken")
                struct.pack_into(layout, table, 8, *map(shifted, struct.unpack_from(layout, table, 8)))
    except (struct.error, IndexError) as exc:
        raise ValueError("its index is broken") from exc


def _copy(source: BinaryIO, box: TopBox, write: Callable[[bytes | memoryview], object]) -> None:
    source.seek(box.offset, os.SEEK_SET)
    left = box.end - box.offset
    while left and (piece := source.read(min(left, PIECE_BYTES))):
        left -= len(piece)
        write(piece)
