"""Every input that once was a failure, without the engine."""

import pytest

from tests.fuzz.limits import execute, memory_limited, warm_up
from tests.fuzz.target import REGRESSIONS, load, names, regressions

KNOWN = [(name, path.name) for name in names() for path in regressions(name)]


@pytest.mark.parametrize(("name", "file"), KNOWN)
def test_what_once_failed_does_not_fail_again(name: str, file: str) -> None:
    warm_up(load(name))
    with memory_limited():
        execute(load(name), (REGRESSIONS / name / file).read_bytes())


def test_inputs_that_are_kept_belong_to_a_target() -> None:
    assert {path.name for path in REGRESSIONS.iterdir()} <= set(names())
