"""A key that stands twice in one object: readers would disagree about which of the two is meant.

    refuse_doubles(b'{"verb": {"id": "http://e.org/a", "id": "http://e.org/b"}}')    # BadRequestError

What boxes send is not looked at: our own writer cannot do this, and looking costs as much as reading statements.
Source: xAPI 1.0.3 part 2 section 2.4 (each property at most once), RFC 8259 section 4.
"""

import json

from sync.hub.errors import BadRequestError


class _TwiceError(Exception):
    """Carries the key out of the reader; never leaves this file."""


def refuse_doubles(body: bytes) -> None:
    """Refuse JSON that has a key twice in one object; what is no JSON is for others to refuse.

    Raises:
        BadRequestError: The message says which key.
    """
    try:
        json.loads(body, object_pairs_hook=_see_once, parse_float=str, parse_int=str)
    except _TwiceError as exc:
        raise BadRequestError(f"The key {str(exc)[:40]!r} stands twice in one object. Nothing was stored.") from exc
    except (ValueError, RecursionError):
        return


def _see_once(pairs: list[tuple[str, object]]) -> None:
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            raise _TwiceError(key)
        seen.add(key)
