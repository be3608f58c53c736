"""Watched stretches as a player reports them: refused, or joined in order inside the video, written and read again.

The first two bytes are the length of the video in seconds.
"""

import math
from itertools import pairwise

from schoolbox.errors import BadInputError
from schoolbox.services.segments import GAP_S, SEGMENTS_MAX, join, parse, total_s, without, write
from tests.fuzz.script import Script
from tests.fuzz.target import Target


def run(data: bytes) -> None:
    script = Script(data)
    length_s = float(script.number(1, 65_000))
    played = parse(script.rest().decode("utf-8", "replace"))
    joined = join(played, length_s=length_s)
    assert len(joined) <= SEGMENTS_MAX
    assert all(0 <= start < end <= length_s for start, end in joined)
    assert all(after[0] - before[1] > GAP_S for before, after in pairwise(joined))
    assert join(joined, length_s=length_s) == joined
    assert 0 <= total_s(joined) <= length_s + 1e-6
    assert without(joined, joined) == ()
    assert math.isclose(total_s(without(joined, ())), total_s(each for each in joined if each[1] - each[0] > GAP_S))
    assert len(parse(write(joined))) == len(joined)


TARGET = Target(
    run=run,
    allowed=(BadInputError,),
    seeds=lambda: [b"\x5a\x00" + text for text in (b"", b"0-12.3,20-31", b"5-4,0-90", b"0-1," * 300 + b"80-99.999999")],
    words=(b"0-1,", b"999999.999999-", b",", b"-", "٣-٤".encode()),
    max_bytes=16_384,
    runs=3000,
)
