"""How an `Outbox` behaves. Whoever implements one subclasses `OutboxContract` and gives it a `fill`-able outbox.

class TestOurOutbox(OutboxContract):
    @pytest.fixture
    def filled(self) -> Filled: ...      # an outbox with `FILLED` statements, and their seqs in order
"""

from dataclasses import dataclass

import pytest

from sync.ports import Outbox, OutboxCounts
from tests.simulators.outbox import MemoryOutbox

FILLED = 5


@dataclass
class Filled:
    outbox: Outbox
    seqs: list[int]


class OutboxContract:
    @pytest.fixture
    def filled(self) -> Filled:
        raise NotImplementedError

    def test_what_waits_comes_oldest_first_and_not_more_than_asked_for(self, filled: Filled) -> None:
        assert [row.seq for row in filled.outbox.pending(3)] == filled.seqs[:3]
        assert [row.seq for row in filled.outbox.pending(100)] == filled.seqs

    def test_asking_takes_nothing_out(self, filled: Filled) -> None:
        assert filled.outbox.pending(100) == filled.outbox.pending(100)
        assert filled.outbox.counts() == OutboxCounts(waiting=FILLED, quarantined=0, sent_total=0)

    def test_acknowledged_rows_are_gone_and_counted(self, filled: Filled) -> None:
        filled.outbox.acknowledge([filled.seqs[0], filled.seqs[2]])
        assert [row.seq for row in filled.outbox.pending(100)] == [filled.seqs[1], *filled.seqs[3:]]
        assert filled.outbox.counts() == OutboxCounts(waiting=FILLED - 2, quarantined=0, sent_total=2)

    def test_acknowledging_twice_or_the_unknown_is_harmless_and_not_counted(self, filled: Filled) -> None:
        filled.outbox.acknowledge([filled.seqs[0]])
        filled.outbox.acknowledge([filled.seqs[0], 999_999])
        filled.outbox.acknowledge([])
        assert filled.outbox.counts() == OutboxCounts(waiting=FILLED - 1, quarantined=0, sent_total=1)

    def test_a_quarantined_row_waits_no_more_and_is_not_lost(self, filled: Filled) -> None:
        filled.outbox.quarantine(filled.seqs[1], "400: verb.id is not an IRI")
        assert filled.seqs[1] not in [row.seq for row in filled.outbox.pending(100)]
        assert filled.outbox.counts() == OutboxCounts(waiting=FILLED - 1, quarantined=1, sent_total=0)

    def test_quarantining_what_is_gone_changes_nothing(self, filled: Filled) -> None:
        filled.outbox.acknowledge([filled.seqs[0]])
        filled.outbox.quarantine(filled.seqs[0], "too late")
        assert filled.outbox.counts() == OutboxCounts(waiting=FILLED - 1, quarantined=0, sent_total=1)


class TestMemoryOutbox(OutboxContract):
    @pytest.fixture
    def filled(self) -> Filled:
        outbox = MemoryOutbox()
        return Filled(outbox, [outbox.land(b'{"id":"%d"}' % number) for number in range(FILLED)])
