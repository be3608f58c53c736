"""Batches that were landed read as the whole statements do: whatever is odd in one, in whichever place."""

import json
import uuid
from collections.abc import Iterable

import pytest
from msgspec import Raw

from sync import iris
from sync.hub.accounts import Sender
from sync.hub.errors import StatementRefusedError
from sync.hub.landing.claims import Claimed
from sync.hub.landing.lines import NOTHING, Line
from sync.hub.landing.reading import Reader
from sync.hub.lrs.facts import facts_of
from sync.hub.lrs.ingest import people_of
from sync.hub.lrs.narrow import Head
from sync.hub.lrs.packing import pack
from sync.hub.lrs.parts import LENGTH_MAX
from sync.hub.lrs.rules import read_statement
from sync.hub.lrs.xapi import StatementRef
from sync.hub.moments import micros
from tests.simulators.country_day import CountryDay
from tests.simulators.learning import Classroom
from tests.unit.test_lrs_parts import changed

ROOM = Classroom()
DAY_US = 86_400_000_000
STORED_US = 20_600 * DAY_US
SENDER = Sender(
    credential=1, key="k", owner=7, scopes=frozenset({"define"}), box="b1", school=3,
)  # fmt: skip


def said(raw: bytes) -> tuple[object, ...]:
    """What a checked statement says, read as a whole."""
    read = read_statement(Raw(raw), index=0)
    facts, today = facts_of(read), STORED_US // DAY_US
    dated = read.said_at is not None and facts.clock_trusted
    day = min(micros(read.said_at) // DAY_US, today) if read.said_at and dated else today
    named = (facts.related | facts.members) - {facts.actor, facts.object, ""}
    scored = facts.score_milli is not None
    registration = uuid.UUID(facts.registration).bytes if facts.registration else None
    return (
        uuid.UUID(str(read.statement.id)), facts.actor, facts.verb, facts.object, registration, named,
        named & facts.members, facts.school, facts.class_id, facts.pack, facts.item, facts.area, facts.grade,
        facts.language, facts.completed, facts.titles, day, scored, facts.score_milli if scored else facts.watched_ms,
        people_of(facts), facts.object if isinstance(read.object, StatementRef) else None,
    )  # fmt: skip


def held(line: Line) -> tuple[object, ...]:
    """What a line says."""
    facts = line.kind.shape.facts
    shared = facts.related - {facts.object, ""} if line.kind.shape.is_shared else frozenset()
    return (
        uuid.UUID(bytes=line.id), line.actor.text, facts.verb, facts.object, line.registration,
        shared | line.own.mentions, line.own.members, facts.school, facts.class_id, facts.pack, facts.item, facts.area,
        facts.grade, facts.language, facts.completed, facts.titles, line.day, line.scored, line.amount, line.people,
        str(uuid.UUID(bytes=line.own.target)) if line.own.target else None,
    )  # fmt: skip


def lines(reader: Reader, raws: Iterable[bytes]) -> list[Line]:
    batch = [Raw(raw) for raw in raws]
    claimed = Claimed(5, Head(SENDER, STORED_US, 1), len(batch), pack(batch))
    return reader.read([claimed], lambda public_id, sender: sender.school + len(public_id))


def valid(raws: Iterable[bytes]) -> Iterable[bytes]:
    """Those that a hub takes, and that have an id, as what is landed has."""
    for raw in raws:
        try:
            if b'"id"' in raw and isinstance(read_statement(Raw(raw), index=0).statement.id, str):
                yield raw
        except StatementRefusedError:
            continue


def odd() -> list[bytes]:
    """Statements that no box writes, and ways to write what one does."""
    plain = json.loads(ROOM.passed())
    event, learning = iris.EXT_EVENT, iris.EXT_LEARNING

    def with_context(**parts: object) -> bytes:
        return json.dumps({**plain, "context": {**plain["context"], **parts}}).encode()

    def with_extension(name: str, value: object) -> bytes:
        return with_context(extensions={**plain["context"]["extensions"], name: value})

    member = {"account": {"homePage": iris.ACTOR_HOME, "name": "0" * 32}}
    return [
        json.dumps({**plain, "actor": {"mbox": "mailto:a@example.org"}}).encode(),
        json.dumps({**plain, "actor": {"objectType": "Group", "member": [member]}}).encode(),
        json.dumps({**plain, "actor": {**plain["actor"], "name": "x" * LENGTH_MAX}}).encode(),
        json.dumps({**plain, "timestamp": "2025-09-25T23:30:00-02:00"}).encode(),
        json.dumps({**plain, "timestamp": "2025-09-25 08:42:00"}).encode(),
        json.dumps({**plain, "timestamp": "2125-09-25T08:42:00.123456789Z"}).encode(),
        json.dumps({**plain, "result": {"score": {"scaled": -0.5}}}).encode(),
        json.dumps({**plain, "result": {"score": {"raw": 5}}}).encode(),
        json.dumps({**plain, "id": str(plain["id"]).upper()}).encode(),
        *(json.dumps({**plain, "object": target}).replace('"platform": "Schoolbox", ', "").encode() for target in
          ({"objectType": "Agent", **member}, {"objectType": "StatementRef", "id": str(uuid.UUID(int=5))})),
        with_context(registration="00112233-4455-6677-8899-AABBCCDDEEFF"),
        with_context(instructor={"mbox": "mailto:b@example.org"}),
        with_context(language="sr-Cyrl"),
        with_extension(event, {"clock_trusted": False}),
        with_extension(event, {"clock_trusted": "no"}),
        with_extension(event, [1]),
        with_extension(learning, {"area": "no area", "grade": 99}),
        with_extension(learning, {"area": 5}),
        with_extension("https://example.org/more", {"any": [1, None]}),
        ROOM.passed().replace(b"https://schoolbox", b"https:\\/\\/schoolbox"),
        ROOM.watched().replace(b"schoolbox.example/xapi/ext", b"schoolbox.\\u0065xample/xapi/ext"),
        *(ROOM.watched().replace(b'"PT60S"', f'"{duration}"'.encode()) for duration in
          ("PT1M30.5S", "P1Y", "P1D", "PT86401S", "PT86400S", "P1DT0.001S", "PT0S", "PT1H", "P1W")),
    ]  # fmt: skip


def test_what_boxes_say_is_read_in_one_go_and_says_the_same() -> None:
    reader = Reader()
    for batch in (*zip(CountryDay(schools=2).batches(), range(4), strict=False),):
        found = lines(reader, batch[0].raws)
        assert [held(line) for line in found] == [said(raw) for raw in batch[0].raws]
        assert all(line.own is NOTHING for line in found)
        assert len({line.kind for line in found}) < len(found) / 3


@pytest.mark.parametrize("raw", [ROOM.watched(), ROOM.passed()], ids=["watched", "passed"])
def test_whatever_is_changed_in_a_statement_a_line_says_what_the_statement_says(raw: bytes) -> None:
    raws = list(valid(changed(json.loads(raw))))
    assert len(raws) > 100
    right = [said(one) for one in raws]
    reader = Reader()
    assert [held(line) for one in raws for line in lines(reader, [one])] == right
    assert [held(line) for line in lines(Reader(), raws)] == right


def test_what_is_odd_says_the_same_alone_and_among_others() -> None:
    raws = odd()
    assert any(b'"PT86401S"' in raw for raw in raws)
    right = [said(one) for one in raws]
    assert [held(line) for one in raws for line in lines(Reader(), [one])] == right
    assert [held(line) for line in lines(Reader(), [*raws, *raws])] == [*right, *right]


def test_what_would_fill_the_memory_is_read_each_time() -> None:
    reader = Reader()
    long = json.loads(ROOM.passed())
    long["object"]["definition"]["name"]["en"] = "x" * LENGTH_MAX
    raw = json.dumps(long).encode()
    (one,), (other,) = lines(reader, [raw]), lines(reader, [raw])
    assert held(one) == held(other) == said(raw)
    assert one.kind is not other.kind
