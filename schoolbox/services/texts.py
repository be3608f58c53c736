"""Texts as the database keeps them: JSON objects from language to words, and lists of grades or names.

    write_json({"sq": "Thyesat"})
    read_texts('{"sq":"Thyesat"}')
"""

from collections.abc import Mapping, Sequence

import msgspec

Texts = Mapping[str, str]
"""The same words per language: BCP 47 tag to text."""

_TEXTS = msgspec.json.Decoder(dict[str, str])
_LISTS = msgspec.json.Decoder(dict[str, tuple[str, ...]])
_NUMBERS = msgspec.json.Decoder(tuple[int, ...])
_NAMES = msgspec.json.Decoder(tuple[str, ...])


def write_json(value: Mapping[str, str] | Mapping[str, tuple[str, ...]] | Sequence[str] | Sequence[int]) -> str:
    """Write texts, lists of texts, numbers or names as the database keeps them."""
    return msgspec.json.encode(value).decode()


def read_texts(raw: str) -> dict[str, str]:
    """Read a text per language."""
    return _TEXTS.decode(raw)


def read_lists(raw: str) -> dict[str, tuple[str, ...]]:
    """Read a list of sentences per language."""
    return _LISTS.decode(raw)


def read_numbers(raw: str) -> tuple[int, ...]:
    """Read a list of numbers, such as grades."""
    return _NUMBERS.decode(raw)


def read_names(raw: str) -> tuple[str, ...]:
    """Read a list of names, such as authors."""
    return _NAMES.decode(raw)
