"""An error as it is kept, so that its three sentences can be told later and in any language.

Promises: only plain facts are kept, cut to a length no page minds; an error that has no row of its own in the table of
messages is kept as the nearest class above it.

    fault = fault_of(error)                  # Fault("NotEnoughSpaceError", {"needs_bytes": 3200000000, ...})
    happened, safe, todo = fault_sentences(fault, _, write_size=size)
"""

from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from schoolbox.messages import TABLE, UNEXPECTED, Translate, message_at, plain_size, write_sentences
from schoolbox.told import Place

FACT_LENGTH_MAX = 200
Facts = Mapping[str, str | int]


class Fault(msgspec.Struct, frozen=True):
    """What went wrong: the name of an error class (empty for one that nobody foresaw) and its facts."""

    name: str
    facts: Facts = msgspec.field(default_factory=dict)


def fault_of(error: BaseException) -> Fault:
    """Keep an error."""
    name = next((kind.__name__ for kind in type(error).__mro__ if kind in TABLE), "")
    facts = {key: _plain(value) for key, value in vars(error).items() if not key.startswith("_")}
    return Fault(name, {key: value for key, value in facts.items() if value is not None})


def write_fault(fault: Fault | None) -> str:
    """A fault as the database keeps it; empty for none."""
    return msgspec.json.encode(fault).decode() if fault else ""


def read_fault(raw: str) -> Fault | None:
    """The same back."""
    return msgspec.json.decode(raw, type=Fault) if raw else None


def fault_sentences(
    fault: Fault, translate: Translate, *, write_size: Callable[[int], str] = plain_size, place: Place = "stick"
) -> tuple[str, str, str]:
    """What happened, what is safe, what to do next; of a fault an older program wrote, at least that it happened."""
    message = message_at(fault.name, fault.facts, place) or _ROWS.get(fault.name, UNEXPECTED)
    try:
        return write_sentences(message, fault.facts, translate, write_size=write_size)
    except KeyError:
        return write_sentences(UNEXPECTED, {}, translate, write_size=write_size)


def _plain(value: object) -> str | int | None:
    """A fact as JSON and a page can take it; None for what is no plain fact."""
    if isinstance(value, int):
        return value
    if isinstance(value, (str, Path)):
        return str(value)[:FACT_LENGTH_MAX].encode("utf-8", "replace").decode()
    return None


_ROWS = {kind.__name__: message for kind, message in TABLE.items()}
