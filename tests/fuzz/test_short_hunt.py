"""A short hunt through every target: the same number of inputs and the same beginning of chance each time.

What a target begins with is run on the way; `test_seeds.py` does that where there is no engine.
"""

from pathlib import Path

import pytest

from tests.fuzz.campaign import hunt
from tests.fuzz.target import load, names, regressions


@pytest.mark.parametrize("name", names())
def test_a_short_hunt_finds_nothing(tmp_path: Path, name: str) -> None:
    target = load(name)
    known = {*target.seeds(), *(path.read_bytes() for path in regressions(name))}
    done = hunt(name, tmp_path, [f"-runs={len(known) + target.runs}", "-seed=20260925"])
    assert done.sound, done.log
    assert done.executions >= len(known) + target.runs
    assert done.corpus > 0
