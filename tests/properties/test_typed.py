"""What people type and others send in one line, near what is right: each parser keeps what it promises."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.targets.typed import PARSERS
from tests.properties.bounded import bounded

_PIECES = st.sampled_from(
    ("rsync://", "http://", "https://", "hub.example", "box@", "[", "]", "::1", "%25eth0", ":", "873", "99999", "/",
     "//", "packs", "..", ".", "-e", "*", "?", "mash", "thyesat-6", "box-", "ab" * 16, "K7PM", "k7pm-2r9x-0qtb", " ",
     "\\", "\t", "\n", "\0", "\udc98", "é", "ß", "ı", "\u202e", "\u2028", "zip", "folder", "1f2e3d4c", "PK\x03\x04",
     "-1", "12", "23", "[sender]", "[receiver]", "failed", "No space left", "{", "}", '"', "%(name)s", "x" * 300),
)  # fmt: skip
near = st.one_of(st.text(max_size=60), st.lists(_PIECES, max_size=7).map("".join))


@pytest.mark.parametrize("parser", PARSERS, ids=lambda parser: parser.__name__)
def test_each_parser_keeps_what_it_promises_for_all_that_is_near(parser: Callable[[str], None]) -> None:
    @bounded(50)
    @given(near)
    def holds(text: str) -> None:
        parser(text)

    holds()
