"""The hunt itself: what is a failure, and what is none; and that changes of an input are what they say."""

import json
import random
import time
from collections.abc import Callable

import pytest

from tests.fuzz.json_mutations import mutate_json, with_head
from tests.fuzz.limits import TooSlowError, execute, memory_limited
from tests.fuzz.script import Script
from tests.fuzz.target import Target


def target(run: Callable[[bytes], object], *allowed: type[Exception]) -> Target:
    """A target that does one thing."""

    def do(data: bytes) -> None:
        run(data)

    return Target(run=do, allowed=allowed or (KeyError,), seeds=lambda: [b""])


def test_what_is_documented_is_no_failure_and_everything_else_is_one() -> None:
    known: dict[bytes, int] = {}
    execute(target(lambda data: known[data]), b"x")
    with pytest.raises(ValueError, match="invalid literal"):
        execute(target(int), b"x")


def test_an_input_that_keeps_the_program_busy_is_a_failure() -> None:
    def busy(_: bytes) -> None:
        end_s = time.thread_time() + 0.2
        while time.thread_time() < end_s:
            pass

    with pytest.raises(TooSlowError):
        execute(target(busy), b"x", cpu_s_max=0.1)
    execute(target(busy), b"x")


def test_an_input_that_takes_too_much_memory_is_a_failure_and_the_limit_ends_with_it() -> None:
    with memory_limited(), pytest.raises(MemoryError):
        execute(target(lambda _: bytes(800_000_000)), b"x")
    execute(target(lambda _: bytes(800_000_000)), b"x")


def test_changes_of_json_are_the_same_for_the_same_seed_and_mostly_json() -> None:
    raw = b'{"format":1,"title":{"sq":"Thyesat"},"units":[1,2,{"a":null}]}'

    def plain(data: bytes, size: int) -> bytes:
        return data[:size]

    made = [mutate_json(raw, 100_000, seed, plain) for seed in range(200)]
    assert made == [mutate_json(raw, 100_000, seed, plain) for seed in range(200)]
    assert len(set(made)) > 100
    assert sum(_is_json(each) for each in made) > 100
    assert not all(_is_json(each) for each in made)
    headed = [with_head(2)(b"ab" + raw, 100_000, seed, plain) for seed in range(100)]
    assert sum(each.startswith(b"ab") for each in headed) > 60


def _is_json(raw: bytes) -> bool:
    try:
        json.loads(raw)
    except (ValueError, RecursionError):
        return False
    return True


def test_a_script_goes_on_with_first_choices_when_its_bytes_run_out() -> None:
    script = Script(bytes([5, 1, 2, 3]))
    assert (script.number(0, 9), script.choice("abc"), script.more) == (5, "b", True)
    assert (script.rest(), script.more, script.number(7, 9), script.choice("abc")) == (b"\x02\x03", False, 7, "a")
    assert all(3 <= Script(random.Random(seed).randbytes(4)).number(3, 300) <= 300 for seed in range(50))
