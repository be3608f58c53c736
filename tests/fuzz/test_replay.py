"""Every input that once was a failure, and every one that targets begin with, without the engine."""

import pytest

from tests.fuzz.limits import execute, memory_limited
from tests.fuzz.target import REGRESSIONS, load, names, regressions

KNOWN = [(name, path.name) for name in names() for path in regressions(name)]


@pytest.mark.parametrize(("name", "file"), KNOWN)
def test_what_once_failed_does_not_fail_again(name: str, file: str) -> None:
    with memory_limited():
        execute(load(name), (REGRESSIONS / name / file).read_bytes())


@pytest.mark.parametrize("name", names())
def test_what_a_target_begins_with_is_no_failure(name: str) -> None:
    seeds = list(load(name).seeds())
    assert seeds
    for data in seeds:
        execute(load(name), data)


def test_inputs_that_are_kept_belong_to_a_target() -> None:
    assert {path.name for path in REGRESSIONS.iterdir()} <= set(names())
