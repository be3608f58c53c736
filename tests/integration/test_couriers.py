"""What is learnt goes to the hub on a stick and the receipt comes back: nothing is lost, nothing counted twice."""

import json
import secrets
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from content_packs.durable import Disk
from content_packs.errors import OddNameError
from schoolbox.db.models import Quarantine
from sync.courier import FILE_BYTES_MAX, UNPACKED_BYTES_MAX, seal
from sync.courier_folder import RECEIPT_NAME, couriers_on, read_receipt
from sync.errors import NoCourierKeysError, NotEnrolledError, ReceiptError
from sync.hub.check import check
from sync.hub.courier_keys import CourierKeys
from sync.hub.errors import CourierRefusedError
from tests.simulators.courier_rig import Courier, courier_box
from tests.simulators.hub import RunningHub, running_hub


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    with running_hub(tmp_path_factory.mktemp("hub") / "data") as running:
        yield running


@pytest.fixture
def school(hub: RunningHub, tmp_path: Path) -> Iterator[Courier]:
    with courier_box(tmp_path / "box", hub) as courier:
        yield courier


def mine(school: Courier) -> list[str]:
    """What arrived of this box's, in the order of storing."""
    wanted = set(school.ids)
    return [each for each in school.arrived() if each in wanted]


def test_a_week_goes_to_town_on_a_stick_and_its_receipt_lets_it_go(school: Courier) -> None:
    school.learn(1203)
    stick = school.stick()
    written = school.box.couriers.write(stick)
    assert (written.couriers, written.statements, school.waiting()) == (1, 1203, 1203)
    brought = school.to_town(stick)
    assert [(one.number, one.new, one.again, one.twin) for one in brought.taken] == [(1, 1203, False, False)]
    assert mine(school) == school.ids
    settled = school.box.couriers.read(stick)
    assert (settled.couriers, settled.sent, settled.refused) == (1, 1203, 0)
    assert (school.waiting(), school.box.outbox.counts().sent_total) == (0, 1203)
    assert school.files(stick) == []  # what arrived is taken off the stick
    assert school.box.couriers.read(stick).couriers == 0
    known = school.hub.hub.boxes.one(school.box_id)
    assert (known.couriers, known.twin_at) == (1, None)
    assert check(school.hub.hub.database).problems == ()


def test_a_stick_that_is_lost_costs_nothing(school: Courier) -> None:
    school.learn(5)
    school.box.couriers.write(school.stick("lost"))
    school.learn(5)
    stick = school.stick("second")
    assert school.box.couriers.write(stick).statements == 10
    [taken] = school.to_town(stick).taken
    assert (taken.number, taken.new, taken.twin) == (2, 10, False)
    assert school.box.couriers.read(stick).sent == 10
    assert mine(school) == school.ids


def test_receipts_of_lost_sticks_do_not_pile_up(school: Courier) -> None:
    stick = school.stick()
    for number in range(1, 4):
        school.learn(1)
        lost = school.box.couriers.make()
        assert lost is not None
        assert lost.number == 2 * number - 1
        school.box.couriers.write(stick)
        school.to_town(stick)
        assert school.box.couriers.read(stick).sent == 1
        assert not school.box.couriers.awaits()
    school.learn(1)
    made = school.box.couriers.make()
    assert made is not None
    school.hub.hub.couriers.take(made.raw)
    raw = school.hub.hub.couriers.receipts(school.box_id)
    told = msgspec.json.decode(raw.split(b"\n", 3)[3])
    assert [each["number"] for each in told["couriers"]] == [7]


def test_a_stick_found_again_in_the_wrong_order_and_twice_counts_nothing_twice(school: Courier) -> None:
    school.learn(5)
    early, late = school.stick("early"), school.stick("late")
    school.box.couriers.write(early)
    school.learn(5)
    school.box.couriers.write(late)
    assert [one.new for one in school.to_town(late).taken] == [10]
    assert [(one.new, one.again) for one in school.to_town(early).taken] == [(0, False)]
    assert [(one.new, one.again) for one in school.to_town(early).taken] == [(0, True)]
    assert school.box.couriers.read(late).sent == 10
    assert school.box.couriers.read(early).sent == 0
    assert mine(school) == school.ids
    assert school.box.outbox.counts().sent_total == 10


def test_on_a_stick_that_was_not_in_town_yet_only_what_is_new_is_added(school: Courier) -> None:
    stick = school.stick()
    school.learn(5)
    school.box.couriers.write(stick)
    school.learn(3)
    again = school.box.couriers.write(stick)
    assert (again.couriers, again.statements, again.already) == (1, 3, 5)
    assert school.files(stick) == ["00000001.courier", "00000002.courier"]
    assert [one.new for one in school.to_town(stick).taken] == [5, 3]
    assert school.box.couriers.read(stick).sent == 8


def test_a_courier_that_was_cut_off_on_the_stick_is_written_again(school: Courier) -> None:
    stick = school.stick()
    school.learn(5)
    school.box.couriers.write(stick)
    [found] = couriers_on(stick)
    path = stick / "courier" / found.box / found.name
    path.write_bytes(path.read_bytes()[:-20])
    [refused] = school.to_town(stick).refused
    assert refused.reason == "unreadable"
    assert mine(school) == []
    assert school.box.couriers.write(stick).statements == 5
    assert [one.new for one in school.to_town(stick).taken] == [5]


def test_whichever_is_first_stick_or_line_each_is_counted_once(school: Courier) -> None:
    school.learn(4)
    stick = school.stick()
    school.box.couriers.write(stick)
    school.learn(2)
    assert school.over_the_line().push.sent == 6
    assert [one.new for one in school.to_town(stick).taken] == [0]
    assert school.box.couriers.read(stick).sent == 0
    assert mine(school) == school.ids
    assert school.box.outbox.counts().sent_total == 6
    assert not school.box.couriers.awaits()


def test_a_line_brings_receipts_before_anything_is_sent_twice(school: Courier) -> None:
    school.learn(4)
    school.box.couriers.write(school.stick())
    school.to_town(school.stick())
    school.learn(1)
    assert school.over_the_line().push.sent == 1
    assert (school.waiting(), school.box.outbox.counts().sent_total) == (0, 5)
    assert mine(school) == school.ids


def test_what_the_hub_refuses_is_put_aside_with_its_reason(school: Courier) -> None:
    [good] = school.learn(1)
    bad = json.loads(school.classroom.passed())
    bad["verb"] = {"id": "not an address"}
    school.say(msgspec.json.encode(bad))
    stick = school.stick()
    school.box.couriers.write(stick)
    [taken] = school.to_town(stick).taken
    assert (taken.new, taken.refused) == (1, 1)
    settled = school.box.couriers.read(stick)
    assert (settled.sent, settled.refused) == (1, 1)
    assert mine(school) == [good]
    counts = school.box.outbox.counts()
    assert (counts.waiting, counts.quarantined) == (0, 1)
    [reason] = school.box.database.fetch(str, Quarantine.select(Quarantine.reason))
    assert "verb" in reason


def test_whom_the_school_erased_is_forgotten_by_stick_too(school: Courier) -> None:
    [gone] = school.learn(1)
    stick = school.stick()
    school.box.couriers.write(stick)
    school.to_town(stick)
    school.box.couriers.read(stick)
    assert mine(school) == [gone]
    actor = f"{school.classroom.box_id[:16]}{0:016x}"
    school.box.database.write(
        lambda: school.box.database.run_sql("INSERT INTO erasure VALUES (?, '2026-11-28T08:00:00+00:00')", (actor,))
    )
    assert school.box.couriers.write(stick).statements == 0
    school.to_town(stick)
    assert mine(school) == []
    school.box.couriers.read(stick)
    assert school.box.erasures.waiting() == []


def test_a_phone_takes_one_along(school: Courier) -> None:
    school.learn(2)
    made = school.box.couriers.make()
    assert made is not None
    assert (made.name, made.statements) == ("00000001.courier", 2)
    assert school.hub.hub.couriers.take(made.raw).new == 2
    assert school.box.couriers.settle(school.hub.hub.couriers.receipts(school.box_id)).sent == 2
    assert school.box.couriers.make() is None


def test_a_cloned_box_is_noticed_and_loses_nothing(school: Courier, hub: RunningHub, tmp_path: Path) -> None:
    school.learn(1)
    twin_data = tmp_path / "twin"
    twin_data.mkdir()
    school.box.database.write(lambda: None)
    shutil.copytree(school.folder / "data", twin_data / "data")
    with courier_box(twin_data, hub, enrolled=False) as twin:
        twin.classroom.seq = 100
        mine_too = twin.learn(2)
        school.learn(1)
        one, other = school.stick("one"), school.stick("other")
        school.box.couriers.write(one)
        twin.box.couriers.write(other)
        assert [each.twin for each in school.to_town(one).taken] == [False]
        assert [each.twin for each in school.to_town(other).taken] == [True]
        assert hub.hub.boxes.one(school.box_id).twin_at is not None
        assert set(mine_too) | set(school.ids) <= set(school.arrived())
        assert school.box.couriers.read(one).sent == 2
        assert twin.box.couriers.read(other).sent == 3  # each box believes only the receipt of its own courier


@pytest.mark.parametrize(
    ("harm", "reason"),
    [
        (lambda _: b"", "not-a-courier"),
        (lambda _: b"hello", "not-a-courier"),
        (lambda raw: raw[: len(raw) // 2], "unreadable"),
        (lambda raw: raw[:-1] + bytes([raw[-1] ^ 1]), "unreadable"),
        (lambda raw: raw + b"x", "unreadable"),
        (lambda raw: raw + b"x" * FILE_BYTES_MAX, "too-large"),
    ],
)
def test_what_is_no_whole_courier_is_refused(school: Courier, harm: Callable[[bytes], bytes], reason: str) -> None:
    school.learn(1)
    made = school.box.couriers.make()
    assert made is not None
    with pytest.raises(CourierRefusedError) as refused:
        school.hub.hub.couriers.take(harm(made.raw))
    assert refused.value.reason == reason
    assert mine(school) == []


def test_a_courier_for_another_hub_or_of_a_box_nobody_knows_is_refused(
    school: Courier, hub: RunningHub, tmp_path: Path
) -> None:
    school.learn(1)
    made = school.box.couriers.make()
    assert made is not None
    with running_hub(tmp_path / "elsewhere") as other, pytest.raises(CourierRefusedError) as refused:
        other.hub.couriers.take(made.raw)
    assert refused.value.reason == "unreadable"
    with hub.hub.database.write() as db:
        db.execute("UPDATE box SET public = NULL WHERE id = ?", (school.box_id,))
    with pytest.raises(CourierRefusedError) as refused:
        hub.hub.couriers.take(made.raw)
    assert refused.value.reason == "unknown-box"


def test_a_box_that_was_withdrawn_is_refused(school: Courier, hub: RunningHub) -> None:
    school.learn(1)
    made = school.box.couriers.make()
    assert made is not None
    hub.hub.care.withdraw(school.box_id, by="test")
    with pytest.raises(CourierRefusedError) as refused:
        hub.hub.couriers.take(made.raw)
    assert refused.value.reason == "withdrawn-box"


def test_a_courier_in_the_name_of_another_box_is_refused(school: Courier, hub: RunningHub, tmp_path: Path) -> None:
    with courier_box(tmp_path / "thief", hub) as thief:
        thief.learn(1)
        plain = _opened(hub, thief)
        forged = plain.replace(thief.box_id.encode(), school.box_id.encode())
        with pytest.raises(CourierRefusedError) as refused:
            hub.hub.couriers.take(seal(forged, thief.box.uplink.courier_keys().recipient))  # type: ignore[union-attr]
    assert refused.value.reason == "forged"


def _opened(hub: RunningHub, school: Courier) -> bytes:
    made = school.box.couriers.make()
    assert made is not None
    keys = CourierKeys.open(hub.folder, Disk())
    return keys.unseal(made.raw)


def test_receipts_of_others_change_nothing(school: Courier, hub: RunningHub, tmp_path: Path) -> None:
    school.learn(3)
    made = school.box.couriers.make()
    assert made is not None
    hub.hub.couriers.take(made.raw)
    right = hub.hub.couriers.receipts(school.box_id)
    with running_hub(tmp_path / "elsewhere") as other:
        foreign = other.hub.couriers.receipts(school.box_id)
    stranger = hub.hub.couriers.receipts(secrets.token_hex(16))
    for wrong in (b"", b"hello", foreign, stranger, right[:-1], right.replace(b'"number":1', b'"number":2')):
        with pytest.raises(ReceiptError):
            school.box.couriers.settle(wrong)
    assert school.waiting() == 3
    assert school.box.couriers.settle(right).sent == 3


def test_a_box_without_a_hub_or_its_keys_says_so(hub: RunningHub, tmp_path: Path) -> None:
    with courier_box(tmp_path / "new", hub, enrolled=False) as school:
        with pytest.raises(NotEnrolledError):
            school.box.couriers.write(school.stick())
        school.box.uplink.remember(msgspec.structs.replace(hub.enrol("Agimi", school.box_id), courier=None))  # old
        with pytest.raises(NoCourierKeysError):
            school.box.couriers.make()


def test_a_link_on_a_stick_leads_nowhere(school: Courier, tmp_path: Path) -> None:
    stick, elsewhere = school.stick(), tmp_path / "elsewhere"
    elsewhere.mkdir()
    (stick / "courier").symlink_to(elsewhere)
    school.learn(1)
    with pytest.raises(OddNameError):
        school.box.couriers.write(stick)
    (elsewhere / school.box_id).mkdir()
    (elsewhere / school.box_id / RECEIPT_NAME).write_bytes(b"x")
    assert read_receipt(stick, school.box_id, limit=10) is None
    assert list((elsewhere / school.box_id).iterdir()) == [elsewhere / school.box_id / RECEIPT_NAME]


def test_what_does_not_fit_into_one_courier_goes_in_the_next(school: Courier) -> None:
    fat = json.loads(school.classroom.passed())
    fat["result"]["extensions"] = {"https://example.org/fat": "x" * 200_000}
    many = UNPACKED_BYTES_MAX // 200_000 + 20
    for _ in range(many):
        school.say(msgspec.json.encode(fat | {"id": school.classroom.ids.next_id()}))
    stick = school.stick()
    written = school.box.couriers.write(stick)
    assert (written.couriers, written.statements) == (2, many)
    assert sum(one.new for one in school.to_town(stick).taken) == many
    settled = school.box.couriers.read(stick)
    assert (settled.couriers, settled.sent, school.waiting()) == (2, many, 0)


def test_a_hub_killed_in_the_middle_of_a_courier_takes_the_rest_when_it_reads_it_again(
    school: Courier, hub: RunningHub
) -> None:
    school.learn(700)
    made = school.box.couriers.make()
    assert made is not None
    calls = 0
    intake = hub.hub.couriers._of.intake
    real = intake.take

    def dies(*arguments: object) -> object:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise SystemExit(1)
        return real(*arguments)  # type: ignore[arg-type]

    intake.take = dies  # type: ignore[method-assign, assignment]
    try:
        with pytest.raises(SystemExit):
            hub.hub.couriers.take(made.raw)
    finally:
        del intake.take
    assert len(mine(school)) == 500
    taken = hub.hub.couriers.take(made.raw)
    assert (taken.statements, taken.new, taken.again) == (700, 200, False)
    assert sorted(mine(school)) == sorted(school.ids)
