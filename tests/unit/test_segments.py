"""Stretches of a video: read, joined, subtracted, counted."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schoolbox.errors import BadInputError
from schoolbox.services.segments import GAP_S, SEGMENTS_MAX, Segment, join, parse, total_s, without, write

PLACES = st.floats(min_value=0, max_value=700, allow_nan=False).map(lambda value: round(value, 1))
SEGMENTS = st.lists(st.tuples(PLACES, PLACES), max_size=30)


def test_stretches_are_read_as_a_player_writes_them() -> None:
    assert parse("0-12.3,20-31") == ((0.0, 12.3), (20.0, 31.0))
    assert parse("") == ()


@pytest.mark.parametrize(
    "text",
    ["-", "1", "1-", "-1-2", "nan-3", "0-inf", "1e3-2", "0-1,", ",", "0-1;2-3", "0 - 1", "0-1\n", "٣-٤", "0-9999999",
     "0-1.1234567", "x" * 10_000],
)  # fmt: skip
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(BadInputError):
        parse(text)


def test_too_many_stretches_are_refused() -> None:
    with pytest.raises(BadInputError):
        parse(",".join(["0-1"] * (SEGMENTS_MAX + 1)))


def test_stretches_that_touch_or_overlap_become_one() -> None:
    assert join([(20, 31), (0, 12.3), (12.0, 20.0)], length_s=90) == ((0, 31),)


def test_stretches_are_cut_to_the_video() -> None:
    assert join([(80, 200), (300, 400)], length_s=90) == ((80, 90),)


def test_reversed_and_empty_stretches_are_dropped() -> None:
    assert join([(5, 3), (4, 4)], length_s=90) == ()


def test_more_stretches_than_watching_makes_are_let_go_shortest_first() -> None:
    many = [(place * 10.0, place * 10.0 + 1) for place in range(SEGMENTS_MAX + 5)]
    kept = join([*many, (9_000, 9_999)], length_s=10_000)
    assert len(kept) == SEGMENTS_MAX
    assert max(kept) == (9_000.0, 9_999.0)
    assert parse(write(kept)) == kept


@given(SEGMENTS)
def test_joined_stretches_are_in_order_apart_and_inside(segments: list[Segment]) -> None:
    joined = join(segments, length_s=600)
    for start, end in joined:
        assert 0 <= start < end <= 600
    for (_, end), (start, _) in itertools.pairwise(joined):
        assert start - end > GAP_S
    assert total_s(joined) <= 600 + 1e-6


@given(SEGMENTS)
def test_joining_again_changes_nothing(segments: list[Segment]) -> None:
    joined = join(segments, length_s=600)
    assert join(joined, length_s=600) == joined
    assert join([*joined, *segments], length_s=600) == joined


@given(SEGMENTS)
def test_what_is_written_is_read_again(segments: list[Segment]) -> None:
    joined = join(segments, length_s=600)
    assert parse(write(joined)) == tuple((round(start, 1), round(end, 1)) for start, end in joined)


@given(SEGMENTS, SEGMENTS)
def test_without_leaves_only_what_was_not_known(one: list[Segment], other: list[Segment]) -> None:
    segments, known = join(one, length_s=600), join(other, length_s=600)
    left = without(segments, known)
    assert without(segments, segments) == ()
    assert total_s(left) <= total_s(segments) + 1e-6
    for start, end in left:
        assert not any(known_start < end - 1e-9 and known_end > start + 1e-9 for known_start, known_end in known)


def test_without_cuts_out_of_the_middle() -> None:
    assert without([(0, 60)], [(10, 20), (50, 70)]) == ((0, 10), (20, 50))
