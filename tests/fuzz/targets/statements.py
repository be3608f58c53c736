"""Statements at the hub: valid ones can be stored, counted and given out again; all others are refused by their place.

The body is an array of statements, as a box sends it.
"""

import msgspec
from msgspec import Raw

from sync.hub.bodies import STATEMENTS_MAX, split_batch
from sync.hub.errors import StatementRefusedError, TooLargeError, UnreadableBodyError
from sync.hub.lrs.facts import facts_of
from sync.hub.lrs.fingerprint import fingerprint
from sync.hub.lrs.formats import reduced
from sync.hub.lrs.nesting import NESTING_MAX, is_too_deep
from sync.hub.lrs.rules import read_statement
from tests.fuzz.json_mutations import mutate_json
from tests.fuzz.material import scratch
from tests.fuzz.target import Target


def run(data: bytes) -> None:
    assert is_too_deep(data) == (_depth(data) > NESTING_MAX) or not _is_json(data)
    raws = split_batch(data)
    assert len(raws) <= STATEMENTS_MAX
    for index, raw in enumerate(raws):
        read = read_statement(raw, index=index)
        assert len(fingerprint(raw)) == 16
        facts = facts_of(read)
        assert -1 <= facts.grade <= 13
        assert facts.score_milli is None or 0 <= facts.score_milli <= 1000
        assert 0 <= facts.watched_ms <= 86_400_000
        for form in ("ids", "canonical", "exact"):
            msgspec.json.decode(reduced(raw, form, ("sq", "en")))


def _depth(data: bytes) -> int:
    """How deep brackets stand in each other, counted letter by letter."""
    depth = deepest = 0
    inside = escaped = False
    for byte in data:
        if inside:
            inside = escaped or byte != 0x22
            escaped = byte == 0x5C and not escaped
        elif byte == 0x22:
            inside = True
        elif byte in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif byte in b"]}":
            depth -= 1
    return deepest


def _is_json(data: bytes) -> bool:
    """Whether brackets mean anything here."""
    try:
        msgspec.json.decode(data, type=Raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return True


def _seeds() -> list[bytes]:
    """What a class sends, and statements of other programs."""
    from tests.simulators.learning import Classroom

    assert scratch("statements")
    room = Classroom()
    agents = [{"mbox": "mailto:a@e.org"}, {"objectType": "Group", "member": [{"openid": "https://e.org/a"}]}]
    objects: list[object] = [
        {"id": "https://e.org/x"}, {"objectType": "StatementRef", "id": "01890a5d-ac96-774b-bcce-b302099a8057"},
        agents[0],
        {"objectType": "SubStatement", "actor": agents[0], "verb": {"id": "https://e.org/v"},
        "object": {"id": "https://e.org/y"}},
    ]  # fmt: skip
    others = [
        {"actor": agent, "verb": {"id": "https://e.org/v", "display": {"sq": "bëri"}}, "object": thing,
         "result": {"score": {"scaled": 0.5, "raw": 1, "min": 0, "max": 2}, "duration": "PT1M", "response": "a"},
         "timestamp": "2025-09-25T08:42:00.123+02:00", "context": {"extensions": {"https://e.org/e": {"a": [1, 2.5]}}}}
        for agent in agents for thing in objects
    ]  # fmt: skip
    return [b"[" + room.watched() + b"," + room.passed() + b"]", room.passed(), *map(msgspec.json.encode, others)]


TARGET = Target(
    run=run,
    allowed=(StatementRefusedError, TooLargeError, UnreadableBodyError),
    seeds=_seeds,
    mutate=mutate_json,
    max_bytes=16_384,
    runs=250,
)
