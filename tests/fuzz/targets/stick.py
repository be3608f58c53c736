"""A whole stick that anything happened to on its way: only what was signed is ever shown (FORMAT 2.4, 2.11, 6, 8).

The input is a script: whether the stick is plugged in or uploaded as one file, and what is done to which file before.
Afterwards the box looks at it and installs what it offers.
"""

from tests.fuzz.script import Script
from tests.fuzz.sticks import check, folder_shelf, fresh_box, fresh_stick, harm, try_everything, zip_shelf
from tests.fuzz.target import Target


def run(data: bytes) -> None:
    script = Script(data)
    make = script.choice((folder_shelf, zip_shelf))
    further = Script(script.take(6))
    stick = fresh_stick()
    box = fresh_box()
    harm(stick, script)
    try_everything(box, make(stick, further))
    check(box)


TARGET = Target(
    run=run,
    allowed=(),
    seeds=lambda: [
        bytes([way, 0, 1, 9, 9, 9, 9, act, file, 7, 9, 11]) for way in (0, 1) for act in range(11) for file in (3,)
    ],
    max_bytes=64,
    runs=15,
)
