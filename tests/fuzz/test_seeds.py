"""Every input that targets begin with, where no engine runs them (see `test_short_hunt.py`)."""

import pytest

from tests.fuzz.limits import execute, warm_up
from tests.fuzz.target import load, names


@pytest.mark.parametrize("name", names())
def test_what_a_target_begins_with_is_no_failure(name: str) -> None:
    seeds = list(load(name).seeds())
    assert seeds
    warm_up(load(name))
    for data in seeds:
        execute(load(name), data)
