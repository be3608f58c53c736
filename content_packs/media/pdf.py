"""How many pages a PDF has, without a PDF library: its page objects, also those inside compressed object streams.

A PDF that was edited in place may hold old pages too; its count is then a little high, which only changes a label.
Source: ISO 32000-1 §7.7.3 (page tree), §7.5.7 (object streams).
"""

import re
import zlib
from collections.abc import Iterator
from itertools import chain

PDF_BYTES_MAX = 200 * 1024 * 1024
PAGES_MAX = 5_000
_OBJECTS_BYTES_MAX = 32 * 1024 * 1024
"""How much all object streams of a PDF together may unpack to: they hold descriptions, not pictures."""
_STREAM = re.compile(rb"/Type\s*/ObjStm\b.{0,400}?stream\r?\n", re.DOTALL)
_PAGE = re.compile(rb"/Type\s*/Page\b")


def count_pages(raw: bytes) -> int:
    """Count the pages of a PDF.

    Raises:
        ValueError: It is no PDF, is locked by a password, is damaged, or has no page or far too many.
    """
    if not raw.startswith(b"%PDF-"):
        raise ValueError("it is not a PDF")
    if re.search(rb"/Encrypt\s+\d+\s+\d+\s+R", raw):
        raise ValueError("it is locked by a password")
    pages = sum(len(_PAGE.findall(objects)) for objects in chain((raw,), _object_streams(raw)))
    if not 0 < pages <= PAGES_MAX:
        raise ValueError(f"it has {pages} pages that can be found")
    return pages


def _object_streams(raw: bytes) -> Iterator[bytes]:
    """Unpack the streams that hold objects, one after the other, up to a limit for all of them."""
    left = _OBJECTS_BYTES_MAX
    for match in _STREAM.finditer(raw):
        unpacker = zlib.decompressobj()
        try:
            objects = unpacker.decompress(memoryview(raw)[match.end() :], left + 1)
        except zlib.error as exc:
            raise ValueError("it is damaged") from exc
        left -= len(objects)
        if left < 0:
            raise ValueError("its index is far too large")
        yield objects
