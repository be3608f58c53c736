"""How deep JSON is nested, told without reading it: Python's own limit differs from version to version.

    is_too_deep(b'{"extensions": [[[...]]]}')
"""

import re

NESTING_MAX = 64
"""Deepest nesting of a statement that is taken in; real ones stay below 12."""

_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_BRACKET = re.compile(rb"[\[{\]}]")


def is_too_deep(raw: bytes) -> bool:
    """Say whether arrays and objects stand deeper in each other than `NESTING_MAX`."""
    if raw.count(b"[") + raw.count(b"{") <= NESTING_MAX:
        return False
    depth = 0
    for bracket in _BRACKET.finditer(_STRING.sub(b"", raw)):
        depth += 1 if bracket.group() in b"[{" else -1
        if depth > NESTING_MAX:
            return True
    return False
