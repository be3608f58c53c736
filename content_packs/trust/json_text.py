"""JSON that can be read in one way only, and written in one way only (FORMAT 5.9, 5.10).

Promises: two programs that follow the text read the same from the same bytes, or both refuse. The usual reader takes
the last of two equal names, floats, NaN and half characters, on which programs differ.

    canonical(read_json(b'{"b": 1, "a": 2}'))      # b'{"a":2,"b":1}'
"""

import json
from collections.abc import Iterator
from typing import NoReturn

from securesystemslib.formats import encode_canonical

LEVELS_MAX = 100
NUMBER_MAX = 2**53 - 1


def read_json(raw: bytes) -> object:
    """Read one JSON text.

    Raises:
        ValueError: It is none, or it could be read in more than one way.
    """
    try:
        value: object = json.loads(
            raw.decode(), object_pairs_hook=_object, parse_float=_refuse, parse_constant=_refuse, parse_int=_integer
        )
    except RecursionError as exc:
        raise ValueError("nested too deep") from exc
    for text in _strings(value):
        text.encode()  # UnicodeEncodeError, a ValueError, if there is half a character
    return value


def canonical(value: object) -> bytes:
    """Write what was read by `read_json` as canonical JSON."""
    text = encode_canonical(value)  # type: ignore[arg-type]  # everything that read_json gives is fine
    return (text or "").encode()


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Make an object, each name once."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("an object has a name twice")
    return found


def _integer(digits: str) -> int:
    """Read a whole number that every program can hold."""
    if len(digits) > 17 or abs(number := int(digits)) > NUMBER_MAX:
        raise ValueError("a number is too large")
    return number


def _refuse(text: str) -> NoReturn:
    """Refuse a number that is not whole."""
    raise ValueError(f"{text[:20]} is not a whole number")


def _strings(value: object) -> Iterator[str]:
    """Every string and name in a value, without recursion; a ValueError for what nests too deep."""
    level = [value]
    for _ in range(LEVELS_MAX):
        below: list[object] = []
        for part in level:
            if isinstance(part, str):
                yield part
            elif isinstance(part, list):
                below += part
            elif isinstance(part, dict):
                yield from part
                below += part.values()
        if not below:
            return
        level = below
    raise ValueError("nested too deep")
