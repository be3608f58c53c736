"""Which part of a file a request is due: conditional requests and ranges as functions of header values.

Promises (RFC 9110 sections 13 and 14): one range of bytes is honoured; several, or what cannot be read, is ignored and
the whole is sent; a range behind the end is refused with 416; entity tags are strong, because they are SHA-256 of
the bytes. Dates are never compared: a box without a battery does not know what day it is.

    decide(Conditions(range="bytes=0-99"), method="GET", etag='"ab12"', size_bytes=5000)   # Part(206, 0, 100)

`etag` is the quoted form everywhere.
"""

import re
from http import HTTPStatus

import msgspec

_RANGE = re.compile(r"bytes=[ \t]*([0-9]*)-([0-9]*)[ \t]*", re.IGNORECASE)
_TAG = re.compile(r'(W/)?("[^"]*")')
_DIGITS_MAX = 18
"""Positions with more digits lie behind the end of any file."""


class Conditions(msgspec.Struct, frozen=True, kw_only=True):
    """The headers of a request that say which part is wanted, and when; None where there is none."""

    range: str | None = None
    if_range: str | None = None
    if_match: str | None = None
    if_none_match: str | None = None


class Part(msgspec.Struct, frozen=True):
    """The answer's status and the bytes `[start, start + length)` that go with it, none unless it is 200 or 206."""

    status: int
    start: int = 0
    length: int = 0


def decide(conditions: Conditions, *, method: str, etag: str, size_bytes: int) -> Part:
    """Choose between the whole, a part, nothing new and a refusal, in the order of RFC 9110 section 13.2.2."""
    if conditions.if_match is not None and not _has_tag(conditions.if_match, etag, weak=False):
        return Part(HTTPStatus.PRECONDITION_FAILED)
    if conditions.if_none_match is not None and _has_tag(conditions.if_none_match, etag, weak=True):
        return Part(HTTPStatus.NOT_MODIFIED)
    whole = Part(HTTPStatus.OK, 0, size_bytes)
    if conditions.range is None or method != "GET":
        return whole
    if conditions.if_range is not None and conditions.if_range.strip() != etag:
        return whole
    return parse_range(conditions.range, size_bytes) or whole


def parse_range(header: str, size_bytes: int) -> Part | None:
    """Read a Range header for a file of that size; None means it is to be ignored.

    Source: RFC 9110 section 14.1.2.
    """
    match = _RANGE.fullmatch(header.strip())
    first, last = match.groups() if match else ("", "")
    if not first and not last:
        return None
    if not first:
        return _suffix(_position(last), size_bytes)
    start, end = _position(first), _position(last) if last else size_bytes - 1
    if last and _order(last) < _order(first):
        return None
    if start >= size_bytes:
        return Part(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
    return Part(HTTPStatus.PARTIAL_CONTENT, start, min(end, size_bytes - 1) - start + 1)


def _suffix(length: int, size_bytes: int) -> Part | None:
    """The last bytes of a file; of an empty file that is the whole, which no Content-Range could describe."""
    if not length:
        return Part(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
    if not size_bytes:
        return None
    length = min(length, size_bytes)
    return Part(HTTPStatus.PARTIAL_CONTENT, size_bytes - length, length)


def _position(digits: str) -> int:
    """Read a position, without working on numbers that are thousands of digits long."""
    digits = digits.lstrip("0") or "0"
    return int(digits) if len(digits) <= _DIGITS_MAX else 10**_DIGITS_MAX


def _order(digits: str) -> tuple[int, str]:
    """What numbers of any length are compared by."""
    bare = digits.lstrip("0")
    return len(bare), bare


def _has_tag(header: str, etag: str, *, weak: bool) -> bool:
    """Say whether a list of entity tags names this one; `weak` lets a proxy have weakened it."""
    if header.strip() == "*":
        return True
    return any(tag == etag and (weak or not mark) for mark, tag in _TAG.findall(header))
