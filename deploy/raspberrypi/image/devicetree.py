"""Reads from a flattened device tree which devices a board has: the `compatible` names that a driver must know.

Source: Devicetree Specification v0.4, chapter 5 (header, structure block, strings block).
"""

import struct

from deploy.raspberrypi.image.errors import ImageError

MAGIC = 0xD00DFEED
BEGIN, END, PROPERTY, NOTHING, LAST = 1, 2, 3, 4, 9


def compatible(tree: bytes) -> set[str]:
    """Every `compatible` name of every device in it.

    Raises:
        ImageError: These bytes are no device tree.
    """
    magic, _, at, strings = struct.unpack_from(">4I", tree)
    if magic != MAGIC:
        raise ImageError("A file that should be a device tree is none. Check the kernel's package.")
    found: set[str] = set()
    while (token := _word(tree, at)) != LAST:
        at += 4
        if token == BEGIN:
            at = _aligned(tree.index(b"\0", at) + 1)
        elif token == PROPERTY:
            length, name_at = _word(tree, at), strings + _word(tree, at + 4)
            if tree[name_at : tree.index(b"\0", name_at)] == b"compatible":
                found.update(tree[at + 8 : at + 8 + length].rstrip(b"\0").decode().split("\0"))
            at = _aligned(at + 8 + length)
        elif token not in (END, NOTHING):
            raise ImageError("A device tree of the kernel's package is damaged.")
    return found


def _word(tree: bytes, at: int) -> int:
    return int.from_bytes(tree[at : at + 4], "big")


def _aligned(at: int) -> int:
    return (at + 3) & ~3
