"""Range and conditional headers against a straightforward reading of RFC 9110: the same part, always inside the file.

Four lines: Range, If-Range, If-Match, If-None-Match; an empty line means that the header is not there. The first byte
is the size of the file.
"""

from sync.conditions import Conditions, decide, parse_range
from tests.fuzz.script import Script
from tests.fuzz.target import Target

TAG = '"5ec1"'


def run(data: bytes) -> None:
    script = Script(data)
    size_bytes = script.number(0, 255)
    lines = [line or None for line in script.rest().decode("latin-1").split("\n")] + [None] * 4
    conditions = Conditions(range=lines[0], if_range=lines[1], if_match=lines[2], if_none_match=lines[3])
    for method in ("GET", "HEAD"):
        part = decide(conditions, method=method, etag=TAG, size_bytes=size_bytes)
        assert part.status in (200, 206, 304, 412, 416)
        assert 0 <= part.start <= part.start + part.length <= size_bytes
        assert part.status in (200, 206) or part.length == 0
        assert part.status != 206 or (method == "GET" and part.length > 0)
        assert part.status != 200 or (part.start, part.length) == (0, size_bytes)
    if lines[0] is not None:
        found = parse_range(lines[0], size_bytes)
        assert (None if found is None else (int(found.status), found.start, found.length)) == plainly(lines[0],
        size_bytes)


def plainly(header: str, size_bytes: int) -> tuple[int, int, int] | None:
    """Read one range by trying every byte of the file; None for what is to be ignored."""
    unit, equals, wanted = header.strip().partition("=")
    wanted = wanted.strip(" \t")
    first, dash, last = wanted.partition("-")
    if unit.lower() != "bytes" or not equals or not dash or not (first or last):
        return None
    if not all(letter in "0123456789" for letter in first + last):
        return None
    low = int(first[:4000]) if first else None
    high = int(last[:4000]) if last else None
    if low is None:
        covered = [at for at in range(size_bytes) if at >= size_bytes - (high or 0)]
        if not covered and high and not size_bytes:
            return None
    else:
        if high is not None and high < low:
            return None
        covered = [at for at in range(size_bytes) if at >= low and (high is None or at <= high)]
    return (206, covered[0], len(covered)) if covered else (416, 0, 0)


TARGET = Target(
    run=run,
    allowed=(),
    seeds=lambda: [
        b"\x64" + text.encode()
        for text in (
            "bytes=0-0", "bytes=-5", "bytes=90-", "bytes=0-5,7-9", f"bytes=0-9\n{TAG}", f'\n\n{TAG}\nW/{TAG}, "x"',
            "\n\n*",
            "bytes= 5 - 6", "BYTES=5-6 ",
        )
    ],
    words=(b"bytes=", b"-", b"W/", TAG.encode(), b"*", b", "),
    max_bytes=5000,
    runs=4000,
)  # fmt: skip
