import json

import pytest

from sync.hub.lrs.nesting import NESTING_MAX, is_too_deep


def nested(levels: int) -> bytes:
    return b"[" * levels + b"]" * levels


LIMITS = [(1, False), (NESTING_MAX, False), (NESTING_MAX + 1, True), (10**6, True)]


@pytest.mark.parametrize(("levels", "refused"), LIMITS)
def test_nesting_is_refused_from_one_level_above_the_limit(levels: int, refused: bool) -> None:
    assert is_too_deep(nested(levels)) is refused


def test_brackets_in_words_and_many_beside_each_other_are_not_nesting() -> None:
    wide = [["[{" * 90, 'a quote " and a \\ before it', {"key[": "{"}] for _ in range(90)]
    assert not is_too_deep(json.dumps({"extensions": wide}).encode())


def test_a_backslash_before_the_last_quote_hides_no_brackets() -> None:
    assert is_too_deep(b'["\\\\", ' + nested(NESTING_MAX) + b', ""]')
    assert not is_too_deep(b'["' + b'a \\" [' * NESTING_MAX + b'"]')


def test_brackets_after_a_quote_inside_words_are_counted_right() -> None:
    assert is_too_deep(b'["\\"", ' + nested(NESTING_MAX) + b"]")
