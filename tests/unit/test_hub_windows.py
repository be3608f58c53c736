"""Stretches of the order of statements: together they are the whole, in the order asked for."""

import pytest

from sync.hub.lrs.windows import FIRST, stretches


@pytest.mark.parametrize("ascending", [True, False])
@pytest.mark.parametrize("high", [0, 1, FIRST, FIRST + 1, 40 * FIRST, 4000 * FIRST])
def test_stretches_leave_nothing_out_and_meet_end_to_end(high: int, ascending: bool) -> None:
    found = list(stretches(0, high, ascending=ascending))
    ordered = found if ascending else found[::-1]
    assert all(low < top for low, top in found)
    assert [low for low, _ in ordered] == [0, *(top for _, top in ordered)][: len(ordered)]
    assert not ordered or ordered[-1][1] == high
    assert len(found) < 8
