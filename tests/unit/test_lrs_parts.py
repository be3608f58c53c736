"""Statements read by their parts read as by the decoder of whole statements, or are left to it."""

import json
from collections.abc import Iterator
from copy import deepcopy

import msgspec
import pytest
from msgspec import UNSET, Raw

from sync import iris
from sync.hub.errors import StatementRefusedError
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


def outcome(raw: bytes) -> str | Statement:
    """What a hub says of a statement, or reads in it but for its version."""
    try:
        return msgspec.structs.replace(read_statement(Raw(raw), index=0).statement, version=UNSET)
    except StatementRefusedError as exc:
        return str(exc)


def as_a_whole(raw: bytes) -> bytes:
    """The same statement, with a field that parts do not know."""
    return raw[:-1] + b', "version": "1.0.3"}'


def nested(levels: int) -> object:
    return [nested(levels - 1)] if levels else 5


def broken_rules() -> Iterator[Json]:
    """Statements that are wrong, or only just right, as no field alone can tell."""
    plain = json.loads(ROOM.passed())
    twice = {"id": "a", "description": {"en": "x"}}
    for path, value in (
        (("actor",), {**plain["actor"], "mbox": "mailto:a@example.org"}),
        (("actor",), {"objectType": "Agent"}),
        (("actor",), {**plain["actor"], "member": []}),
        (("actor",), {"objectType": "Group"}),
        (("actor",), {"objectType": "Group", "member": [{"objectType": "Group", "member": []}]}),
        (("verb", "id"), iris.VOIDED),
        (("object", "definition", "correctResponsesPattern"), ["a"]),
        (("object", "definition"), {"interactionType": "choice", "choices": [twice, twice]}),
        (("object", "definition"), {"interactionType": "choice", "scale": [twice]}),
        (("result", "score"), {"min": 5, "max": 5}),
        (("result", "score"), {"raw": 6, "max": 5}),
        (("result", "score"), {"raw": 5, "max": 5}),
        (("timestamp",), "2025-09-25T08:42:00-00:00"),
        (("timestamp",), "2025-02-30T08:42:00Z"),
        (("context", "language"), "no language"),
        (("context", "language"), "x" * 3000),
        *((path, nested(levels)) for levels in (58, 60, 61, 62, 63, 64) for path in (
            ("actor", "name"), ("object", "definition", "extensions", "http://e.org/x"), ("result", "extensions", "http://e.org/x"),
            ("context", "extensions", "http://e.org/x"), ("context", "contextActivities", "other"),
        )),
    ):  # fmt: skip
        other = deepcopy(plain)
        inside = other
        for key in path[:-1]:
            inside = inside.setdefault(key, {})
        inside[path[-1]] = value
        yield other


@pytest.mark.parametrize("raw", [ROOM.watched(), ROOM.passed()], ids=["watched", "passed"])
def test_by_its_parts_a_statement_is_taken_or_refused_as_it_is_as_a_whole(raw: bytes) -> None:
    for one in changed(json.loads(raw)):
        assert outcome(one) == outcome(as_a_whole(one)), one


def test_by_its_parts_a_statement_breaks_no_rule_that_it_breaks_as_a_whole() -> None:
    outcomes = []
    for said in broken_rules():
        one = json.dumps(said).encode()
        outcomes.append(outcome(one))
        assert outcomes[-1] == outcome(as_a_whole(one)), one
        assert outcomes[-1] == outcome(one), one
    assert sum(isinstance(one, str) for one in outcomes) > 20
    assert sum(isinstance(one, Statement) for one in outcomes) > 5


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
