"""Changing JSON as somebody would who knows what it means: values, names and order, and what no encoder would write.

The engine alone mostly breaks the brackets, and then every input is refused at the first one. The same data and seed
give the same result.

    mutate_json(b'{"version":1}', 4096, 7, plain)     # b'{"version":1e999}'
"""

import json
import random
from typing import TypeAlias, cast

from tests.fuzz.target import Bytewise, Mutator

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"
Place: TypeAlias = "tuple[dict[str, Json], str] | tuple[list[Json], int]"

_RAW = "\ue000raw"
"""Stands for a piece of text that is put in as it is, after encoding."""
RAW_PIECES = (
    "1e999", "-1e999", "1e-999", "-0", "0.1e1", "NaN", "Infinity", "9" * 400, "9" * 5000, "1" + "0" * 25, "1.0",
    '"\\ud800"', '"\\u0000"', '"a" ', "[" * 300 + "]" * 300, "[" * 3000 + "]" * 3000, '{"a":' * 1500 + "1" + "}" * 1500,
    '{"a":1,"a":2}', '"\x01"', "tru", "", "null", '"\\u00e9\\u0065\\u0301"',
)  # fmt: skip
STRANGE_TEXTS = (
    "", " ", "\n", "a\n", "\r", "\x00", "\x1b[2J", "\u202e", "\u2066", "\ufeff", "\ud800", "\U0010ffff", "é", "e\u0301",
    "İ", "../../etc/passwd", "..", ".", "/", "C:\\", "con", "__proto__", "constructor", "%(name)s", "{0}", "%s",
    "<script>", "</title>", "nan", "inf", "1_0", "'", '"', "mash:thyesat", "qendra:python", "MASH:Thyesat", "mash:",
    ":", "mash:thyesat\n", "٣",
    "a" * 300, "2026-02-30T00:00:00Z", "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "0" * 64,
    "f" * 63 + "F",
)  # fmt: skip
STRANGE_NUMBERS = (
    0, -1, 1, 2, 13, 14, 2**31, 2**31 + 1, 2**32, 2**53 + 1, 2**63, 2**64, -(2**63) - 1, 0.5, 1e308, 1e-308,
)  # fmt: skip


def mutate_json(data: bytes, max_bytes: int, seed: int, plain: Bytewise) -> bytes:
    """Change a JSON document in one to four places; what is no JSON, and now and then the rest, is changed bytewise."""
    chance = random.Random(seed)
    whole = None if chance.random() < 0.2 else parse(data)
    if not isinstance(whole, dict | list) or not whole:
        return plain(data, max_bytes)
    pieces: list[str] = []
    for _ in range(chance.randint(1, 4)):
        change_somewhere(whole, chance, pieces)
    try:
        return write(whole, chance, pieces)[:max_bytes]
    except RecursionError:
        return plain(data, max_bytes)


def parse(data: bytes) -> Json:
    """Read JSON as loosely as Python can; None if it cannot."""
    try:
        return cast("Json", json.loads(data))
    except (ValueError, RecursionError):
        return None


def write(whole: Json, chance: random.Random, pieces: list[str]) -> bytes:
    """Write a document, with the pieces that no encoder would write in their places."""
    separators = chance.choice(((",", ":"), (", ", ": ")))
    text = json.dumps(whole, ensure_ascii=chance.random() < 0.3, separators=separators)
    for number, piece in enumerate(pieces):
        for quoted in (json.dumps(f"{_RAW}{number}"), json.dumps(f"{_RAW}{number}", ensure_ascii=False)):
            text = text.replace(quoted, piece, 1)
    return text.encode("utf-8", "surrogatepass")


def change_somewhere(whole: Json, chance: random.Random, pieces: list[str]) -> None:
    """Change one value or name at a place chosen by chance."""
    places = list(_places(whole))
    if not places:
        return
    holder, key = chance.choice(places)
    act = chance.randrange(8)
    if act == 0:
        del holder[key]  # type: ignore[arg-type]  # a name for an object, a place for a list
    elif act == 1:
        other, there = chance.choice(places)
        holder[key] = _copy(other[there])  # type: ignore[index]
    elif act == 2 and isinstance(holder, list):
        holder.extend([_copy(holder[0])] * chance.choice((1, 2, 30)))
    elif act == 3 and isinstance(holder, dict):
        holder[chance.choice((*STRANGE_TEXTS, "sq", "en", "custom", "version"))] = holder.pop(str(key))
    elif act == 4:
        pieces.append(chance.choice(RAW_PIECES))
        holder[key] = f"{_RAW}{len(pieces) - 1}"  # type: ignore[index]
    else:
        holder[key] = _other(holder[key], chance)  # type: ignore[index]


def _other(value: Json, chance: random.Random) -> Json:
    """A value in place of another one, mostly of its kind."""
    if chance.random() < 0.15:
        return chance.choice((None, True, False, [], {}, 0, "", 1.5))
    if isinstance(value, bool | None):
        return not value
    if isinstance(value, int | float):
        return chance.choice((*STRANGE_NUMBERS, value + 1, value - 1))
    if isinstance(value, str):
        at = chance.randint(0, len(value))
        text = chance.choice(STRANGE_TEXTS)
        return chance.choice((text, value[:at] + text + value[at:], value[:at], value + value, value.upper()))
    return value


def _places(value: Json) -> "list[Place]":
    """Every place in a document where something stands, without walking too deep."""
    found: list[Place] = []
    todo: list[Json] = [value]
    while todo and len(found) < 2000:
        holder = todo.pop()
        if isinstance(holder, dict):
            found += [(holder, name) for name in holder]
            todo += holder.values()
        elif isinstance(holder, list):
            found += [(holder, place) for place in range(len(holder))]
            todo += holder
    return found


def _copy(value: Json) -> Json:
    """A value of its own; one that is nested too deep is let go."""
    try:
        return cast("Json", json.loads(json.dumps(value)))
    except RecursionError:
        return None


def with_head(size_bytes: int, inner: Mutator = mutate_json) -> Mutator:
    """Keep the first bytes of an input, which choose how it is used, for what they are; change them now and then."""

    def mutate(data: bytes, max_bytes: int, seed: int, plain: Bytewise) -> bytes:
        head, rest = data[:size_bytes].ljust(size_bytes, b"\0"), data[size_bytes:]
        chance = random.Random(seed)
        if chance.random() < 0.2:
            head = bytes(chance.randrange(256) for _ in head)
            return (head + rest)[:max_bytes]
        return head + inner(rest, max_bytes - size_bytes, seed, plain)

    return mutate
