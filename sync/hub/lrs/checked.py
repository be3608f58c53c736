"""Statements of a request that were checked and have an id each: what may be stored.

    batch = check_batch(statements, version)
    batch.ready[0].id
"""

import uuid
from collections.abc import Iterator, Sequence

import msgspec
from msgspec import UNSET, Raw

from sync.hub.errors import StatementRefusedError
from sync.hub.lrs.facts import Facts, facts_of
from sync.hub.lrs.rules import Read, read_statement
from sync.hub.lrs.versions import Version


class Checked(msgspec.Struct, frozen=True):
    """A checked statement, its place in the request, and its id."""

    index: int
    id: uuid.UUID
    read: Read


class Batch(msgspec.Struct, frozen=True):
    """Statements that were checked and may be stored; `named`: the sender gave each its id.

    `packed` is the array of them all as it came, if it came compressed.
    """

    ready: Sequence[Checked]
    version: Version
    named: bool
    packed: bytes | None = None

    @property
    def hashes(self) -> frozenset[str]:
        """Name the contents of attachments that may come along."""
        return frozenset(one.sha2.lower() for ready in self.ready for one in ready.read.attachments)


def check_batch(statements: Sequence[Raw], version: Version) -> Batch:
    """Check every statement and give each an id.

    Raises:
        StatementRefusedError: One is not valid, or two have the same id.
    """
    ready: list[Checked] = []
    seen: set[uuid.UUID] = set()
    named = True
    for index, raw in enumerate(statements):
        read = read_statement(raw, index=index, version=version)
        given = read.statement.id
        named = named and given is not UNSET
        one = msgspec.convert(given, uuid.UUID) if given is not UNSET else uuid.uuid4()
        if one in seen:
            raise StatementRefusedError(index=index, problem="its id stands twice in this batch", statement_id=str(one))
        seen.add(one)
        if b"\\u0000" in bytes(raw) and any("\0" in text for text in _kept_as_text(read)):
            problem = "the character U+0000 stands where a text is to be found again"
            raise StatementRefusedError(index=index, problem=problem, statement_id=str(one))
        ready.append(Checked(index, one, read))
    return Batch(ready, version, named)


def texts_of(facts: Facts) -> set[str]:
    """Give every text of a statement that becomes a term."""
    titled = {iri for iri, _ in facts.titles}
    single = {facts.actor, facts.verb, facts.object, facts.class_id, facts.pack, facts.item}
    return single | facts.related | facts.members | titled


def _kept_as_text(read: Read) -> Iterator[str]:
    """Give every text that becomes a column: PostgreSQL takes no U+0000 (PROTOCOL 7.6)."""
    facts = facts_of(read)
    yield from texts_of(facts)
    yield facts.area
    for _, texts in facts.titles:
        yield from (*texts, *texts.values())
    for attachment in read.attachments:
        yield attachment.content_type
