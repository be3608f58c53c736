"""A short hunt through every target: the same number of inputs and the same beginning of chance each time."""

from pathlib import Path

import pytest

from tests.fuzz.campaign import hunt
from tests.fuzz.target import load, names


@pytest.mark.parametrize("name", names())
def test_a_short_hunt_finds_nothing(tmp_path: Path, name: str) -> None:
    done = hunt(name, tmp_path, [f"-runs={load(name).runs}", "-seed=20260925"])
    assert done.sound, done.log
    assert done.executions >= load(name).runs
    assert done.corpus > 0
