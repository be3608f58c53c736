"""Statements read by their parts read as by the decoder of whole statements, or are left to it."""

import json
from collections.abc import Iterator
from copy import deepcopy

import msgspec
import pytest
from msgspec import Raw

from sync.hub.lrs.facts import facts_of
from sync.hub.lrs.parts import KEPT, LENGTH_MAX, activity_of, by_parts
from sync.hub.lrs.rules import Read, read_object, read_statement
from sync.hub.lrs.xapi import Statement
from tests.simulators.country_day import CountryDay
from tests.simulators.learning import Classroom

Json = dict[str, object]
ROOM = Classroom()
ODD: tuple[object, ...] = (None, 5, "x", "", [], {}, [{}], {"x": 1}, 1e400, "2008-13-15T15:53:00Z", True)


def whole(raw: bytes) -> Read | None:
    """As the decoder of whole statements reads it."""
    try:
        statement = msgspec.json.decode(raw, type=Statement)
        msgspec.json.decode(raw)
        return Read(Raw(raw), statement, read_object(statement.object), None)
    except Exception:  # noqa: BLE001  whatever is wrong with it
        return None


def places(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every place in a document."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield (*path, key)
        yield from places(one, (*path, key))


def changed(statement: Json) -> Iterator[bytes]:
    """The statement with one thing wrong or strange, in every place."""
    for path in places(statement):
        for odd in (*ODD, ...):
            other = deepcopy(statement)
            inside: object = other
            for key in path[:-1]:
                inside = inside[key]  # type: ignore[index]
            if odd is ...:
                del inside[path[-1]]  # type: ignore[attr-defined]
            else:
                inside[path[-1]] = odd  # type: ignore[index]
            yield json.dumps(other).encode()
            if isinstance(inside, dict):
                inside["more"] = 1
                yield json.dumps(other).encode()


@pytest.mark.parametrize("raw", [ROOM.watched(), ROOM.passed()], ids=["watched", "passed"])
def test_whatever_is_changed_reads_as_the_decoder_of_whole_statements_says(raw: bytes) -> None:
    assert by_parts(Raw(raw))
    tried = 0
    for one in changed(json.loads(raw)):
        found, right = by_parts(Raw(one)), whole(one)
        assert found is None or (right is not None and found.statement == right.statement), one
        assert found is None or (right is not None and found.object == right.object), one
        tried += 1
    assert tried > 500


def test_what_boxes_say_is_read_by_parts_and_its_facts_are_the_same() -> None:
    for raw in next(CountryDay(schools=1).batches()).raws:
        read, right = read_statement(Raw(raw), index=0), whole(raw)
        assert read.surroundings
        assert right
        assert facts_of(read) == facts_of(right)


def test_a_part_that_would_fill_the_memory_is_not_kept() -> None:
    said = json.loads(ROOM.passed())
    said["object"]["definition"]["name"]["en"] = "x" * LENGTH_MAX
    before = activity_of.cache_info().currsize
    assert by_parts(Raw(json.dumps(said).encode())) is None
    assert activity_of.cache_info().currsize == before
    assert activity_of.cache_info().maxsize == KEPT
