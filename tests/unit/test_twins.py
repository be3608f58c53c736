"""When two boxes carry one number (PROTOCOL 6.6), as a function of what was heard."""

import pytest

from sync.hub.twins import Start, are_two

A1, A2, B1 = Start("a1", "aa", 10), Start("a2", "aa", 20), Start("b1", "bb", 15)


@pytest.mark.parametrize(
    ("before", "now", "two"),
    [
        ([], A1, False),
        ([A1], Start("a1", "aa", 12), False),
        ([A1], A2, False),  # started anew
        ([A1], B1, False),  # the card was put into another machine
        ([A1, B1], Start("a1", "aa", 16), True),  # and the first one speaks, too
        ([A1, B1], Start("b1", "bb", 16), False),
        ([A2], Start("a3", "aa", 5), False),  # the same machine, set back to an older copy
        ([A2], B1, True),  # a copy of the card as it was before
        ([A2], Start("b1", "", 5), True),
        ([Start("a2", "", 20)], Start("b1", "", 20), False),
    ],
)
def test_a_start_that_speaks_again_or_an_order_that_goes_back_is_another_box(
    before: list[Start], now: Start, two: bool
) -> None:
    assert are_two(before, now) is two
