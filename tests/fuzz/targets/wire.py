"""The records of the wire: what decodes is complete and bounded, and everything else is one documented error.

The first byte chooses the record.
"""

from datetime import datetime

import msgspec

from sync.wire import (
    BoxStatus,
    ClassOnBox,
    EnrolAnswer,
    EnrolRequest,
    PackOnBox,
    Refusal,
    StatusAnswer,
    WireRecord,
    decode_record,
)
from tests.fuzz.json_mutations import with_head
from tests.fuzz.target import Target

EXAMPLES: tuple[WireRecord, ...] = (
    BoxStatus(
        version="0.1.0", waiting=3, quarantined=0, disk_free_bytes=52_000_000_000, disk_total_bytes=64_000_000_000,
        clock_at="2025-09-25T08:42:00.000Z", clock_trusted=True, school="Agimi", municipality="Gjilan",
        packs=(PackOnBox(id="mash:thyesat-6", version=1),), classes=(ClassOnBox(id="c62", name="6/2", grade=6,
        pupils=28),),
    ),
    StatusAnswer(hub_at="2025-09-25T08:42:00Z", school_id="s1"),
    EnrolRequest(code="K7PM-2R9X", box_id="ab" * 16, secret="s" * 43, version="0.1.0"),
    EnrolAnswer(key="b1", school_id="s1", school="Agimi", municipality="Gjilan", hub="Komuna e Gjilanit"),
    Refusal(error="statement-refused", message="Statement 3 was refused.", index=2),
)  # fmt: skip


def run(data: bytes) -> None:
    kind = type(EXAMPLES[(data[0] if data else 0) % len(EXAMPLES)])
    record = decode_record(data[1:], kind)
    assert decode_record(msgspec.json.encode(record), kind) == record
    if isinstance(record, BoxStatus):
        assert datetime.fromisoformat(record.clock_at).tzinfo
        assert all(pack.id.isascii() and pack.id.isprintable() for pack in record.packs)
    if isinstance(record, StatusAnswer):
        assert datetime.fromisoformat(record.hub_at).tzinfo
    if isinstance(record, EnrolRequest):
        assert record.secret.isprintable()
        assert len(bytes.fromhex(record.box_id)) == 16


TARGET = Target(
    run=run,
    allowed=(msgspec.DecodeError,),
    seeds=lambda: [bytes([way]) + msgspec.json.encode(each) for way, each in enumerate(EXAMPLES)],
    mutate=with_head(1),
    max_bytes=8192,
    runs=3000,
)
