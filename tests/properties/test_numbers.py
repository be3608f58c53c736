"""Numbers that others send: ranges of bytes, stretches of a video, answers to a question."""

import math

from hypothesis import example, given
from hypothesis import strategies as st

from content_packs.judging import is_right
from content_packs.quiz import Question
from schoolbox.services.segments import GAP_S, join, parse, total_s, without, write
from sync.answers import retry_after_s
from sync.conditions import parse_range
from tests.fuzz.targets.ranges import plainly
from tests.properties.bounded import bounded

_RANGE = st.one_of(
    st.builds("bytes={}-{}".format, st.one_of(st.just(""), st.integers(0, 40)), st.one_of(st.just(""),
    st.integers(0, 40))),
    st.from_regex(r"[Bb]ytes= ?[0-9]{0,25}-[0-9]{0,25} ?", fullmatch=True),
    st.text(max_size=20),
)
stretches = st.lists(st.tuples(st.floats(0, 200), st.floats(0, 200)), max_size=12)


@bounded(250)
@given(_RANGE, st.integers(0, 30))
@example("bytes=-" + "0" * 30 + "5", 10)
@example("bytes=0-" + "9" * 4000, 10)
def test_a_range_is_read_as_one_would_by_trying_every_byte(header: str, size_bytes: int) -> None:
    found = parse_range(header, size_bytes)
    assert (None if found is None else (int(found.status), found.start, found.length)) == plainly(header, size_bytes)


@bounded(200)
@given(stretches, stretches, st.floats(1, 150))
def test_stretches_are_joined_once_and_for_all(one: list[tuple[float, float]], other: list[tuple[float, float]],
length_s: float) -> None:
    joined = join(one, length_s=length_s)
    assert join(joined, length_s=length_s) == joined
    assert join([*one, *one], length_s=length_s) == joined
    both = join([*one, *other], length_s=length_s)
    assert total_s(joined) <= total_s(both) + 1e-6 <= length_s + 2e-6
    assert all(end - start > GAP_S for start, end in without(both, joined))
    assert len(parse(write(joined))) == len(joined)


@bounded(200)
@given(st.text(max_size=30), st.sampled_from(("0,5", "-2", "2/7", "1000000")))
def test_any_answer_can_be_judged_and_only_numbers_near_it_are_right(typed: str, right: str) -> None:
    question = Question(id="q", type="number", prompt={"sq": "?"}, correct=(right,), tolerance=0.25)
    assert is_right(question, (right,))
    if is_right(question, (typed,)):
        assert any(digit.isdigit() for digit in typed)


@bounded(200)
@given(st.one_of(st.none(), st.text(max_size=60), st.integers(0, 10**400).map(str)), st.one_of(st.none(),
st.text(max_size=60)))
@example("Thu, 25 Sep 99999999999999999999 08:42:00 GMT", "Thu, 25 Sep 2025 08:42:00 GMT")
def test_what_a_hub_says_of_waiting_is_a_time_or_nothing(value: str | None, date: str | None) -> None:
    wait_s = retry_after_s(value, date)
    assert wait_s is None or (wait_s >= 0 and not math.isnan(wait_s))
