"""Taking what a box subscribes to over real lines: what comes, from where, and what it costs when nothing changed."""

import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from content_packs.durable import locked
from content_packs.errors import (
    CodeNeededError,
    NoRootError,
    NotEnoughSpaceError,
    OlderMetadataError,
    StoreBusyError,
    UnknownPublisherError,
)
from schoolbox.config import Config
from schoolbox.errors import BadInputError, NoSourceError, NotThereYetError
from schoolbox.services.pull_pace import Pace
from schoolbox.services.pull_sources import PullAsk
from schoolbox.wiring import open_box
from tests.simulators.media import mp4
from tests.simulators.pull_rig import Rig, long_video
from tests.simulators.shelf_server import Asked
from tests.simulators.waiting import eventually

A, B = "mash:algjebra", "mash:biologji"


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    with Rig(tmp_path) as made:
        made.ministry.publish(A)
        made.ministry.publish(B)
        yield made


def test_what_is_subscribed_comes_and_of_the_rest_not_even_the_manifest(rig: Rig) -> None:
    server = rig.serve()
    rig.box.subscriptions.add(A)

    report = rig.pull(server.address)

    assert (report.whole, rig.versions()) == (True, {A: 1})
    own = next(each for each in rig.ministry.listings("mash") if each.pack_id == A)
    asked = [name for name in server.names() if name.startswith("manifests/")]
    assert asked == [f"manifests/{own.manifest_sha256}.json"]


def test_a_new_version_costs_what_changed_in_it(rig: Rig) -> None:
    server = rig.serve()
    rig.box.subscriptions.add(A)
    rig.pull(server.address)
    server.asked.clear()
    rig.ministry.publish(A, 2)

    [pack] = rig.pull(server.address).packs

    assert (pack.before, pack.version, pack.changed, pack.state) == (1, 2, True, "whole")
    assert len([name for name in server.names() if name.startswith("blobs/")]) == 1
    assert sorted(name for name in server.names() if name.startswith("meta/")) == [
        "meta/cat/mash.json", "meta/index.json",
    ]  # fmt: skip


def test_when_nothing_changed_one_small_request_is_all(rig: Rig) -> None:
    server = rig.serve()
    rig.box.subscriptions.add("*")
    rig.pull(server.address)
    server.asked.clear()
    before = rig.files()

    report = rig.pull(server.address)

    assert (report.whole, report.packs) == (True, ())
    assert server.names() == ["meta/index.json"]
    [place] = report.places
    assert (place.bytes_in or 0) + (place.bytes_out or 0) < 1_000
    assert rig.files() == before


def test_half_from_the_neighbour_and_the_rest_from_the_hub(rig: Rig) -> None:
    rig.ministry.publish(B, 2, files={f"pjesa-{number}": mp4(seconds=10 + number) for number in range(6)})
    near, far = rig.serve(rig.neighbour("near", blobs=4)), rig.serve()
    rig.box.subscriptions.add(B)

    report = rig.pull(near.address, far.address)

    assert (report.whole, rig.versions()) == (True, {B: 2})
    gave = {name for name in near.names() if name.startswith("blobs/") and (near.folder / name).is_file()}
    rest = [name for name in far.names() if name.startswith("blobs/")]
    assert (0 < len(gave) < 6, len(gave) + len(rest), gave & set(rest)) == (True, 6, set())
    assert [place.file_bytes > 0 for place in report.places] == [True, True]


def test_a_neighbour_with_an_older_version_gives_the_files_that_stayed_the_same(rig: Rig) -> None:
    near = rig.serve(rig.neighbour("near"))
    rig.ministry.publish(A, 2)
    far = rig.serve()
    rig.box.subscriptions.add(A)

    report = rig.pull(near.address, far.address)

    assert (report.whole, rig.versions()) == (True, {A: 2})
    assert len([name for name in far.names() if name.startswith("blobs/")]) == 1


def test_a_pack_that_was_installed_in_part_is_completed(rig: Rig) -> None:
    rig.ministry.publish(A, 2, files={f"pjesa-{number}": mp4(seconds=20 + number) for number in range(4)})
    stick = rig.neighbour("stick")
    for path in sorted(stick.glob("blobs/*/*"))[::2]:
        path.unlink()
    rig.box.packs.install(rig.ministry.shelf.__class__(stick), A, progress=lambda _: None)
    assert rig.box.packs.gaps(A)

    report = rig.pull(rig.serve().address)

    assert (report.whole, rig.box.packs.gaps(A)) == (True, ())
    assert [(pack.before, pack.version, pack.state) for pack in report.packs] == [(2, 2, "whole")]


def test_what_no_place_has_is_listed_and_asked_for_again(rig: Rig) -> None:
    rig.ministry.publish(A, 2, files={f"pjesa-{number}": mp4(seconds=20 + number) for number in range(4)})
    server = rig.serve(rig.neighbour("near", blobs=5))
    rig.box.subscriptions.add(A)

    first, again = rig.pull(server.address), rig.pull(server.address)

    assert [(pack.state, pack.changed) for pack in (*first.packs, *again.packs)] == [
        ("incomplete", True), ("incomplete", False),
    ]  # fmt: skip
    assert not again.whole


def test_a_publisher_that_was_revoked_is_hidden_by_the_next_pull(rig: Rig) -> None:
    server = rig.serve()
    rig.box.subscriptions.add("*")
    rig.pull(server.address)

    rig.ministry.revoke("mash")
    report = rig.pull(server.address)

    assert rig.versions() == {}
    assert [type(each.error) for each in report.places[0].refused] == [UnknownPublisherError]
    assert report.packs == ()


def test_an_older_hub_changes_nothing_and_is_no_alarm(rig: Rig) -> None:
    old = rig.serve(rig.neighbour("old"))
    rig.ministry.publish(A, 2)
    rig.box.subscriptions.add("*")
    rig.pull(rig.serve().address)
    before = {name: digest for name, digest in rig.files().items() if not name.startswith("cache/")}

    report = rig.pull(old.address)

    assert (report.whole, rig.versions()) == (True, {A: 2, B: 1})
    assert {type(each.error) for each in report.places[0].refused} == {OlderMetadataError}
    assert {name: digest for name, digest in rig.files().items() if not name.startswith("cache/")} == before


def test_what_a_person_removed_or_went_back_from_does_not_come_back(rig: Rig) -> None:
    server = rig.serve()
    rig.box.subscriptions.add("*")
    rig.pull(server.address)
    rig.ministry.publish(A, 2)
    rig.pull(server.address)

    rig.box.packs.undo(A)
    rig.box.packs.remove(B)

    assert (rig.pull(server.address).packs, rig.versions()) == ((), {A: 1})
    rig.ministry.publish(A, 3)
    assert (rig.pull(server.address).whole, rig.versions()) == (True, {A: 3})


def test_a_dry_run_says_how_much_would_come_and_changes_nothing_that_pupils_see(rig: Rig) -> None:
    server = rig.serve()
    rig.box.subscriptions.add("*")

    report = rig.pull(server.address, dry_run=True)

    assert [(pack.pack_id, pack.state, pack.need_bytes) for pack in report.packs] == [
        (A, "coming", 950), (B, "coming", 950)
    ]  # fmt: skip
    assert not [name for name in server.names() if name.startswith("blobs/")]
    assert rig.versions() == {}


def test_a_pack_that_does_not_fit_is_said_and_what_one_can_go_back_to_is_kept(rig: Rig) -> None:
    server = rig.serve()
    rig.box.subscriptions.add(A)
    rig.pull(server.address)
    rig.ministry.publish(A, 2)
    rig.pull(server.address)
    huge = rig.ministry.publish(B, 2, files={"vet": mp4(seconds=77)}).size_bytes
    rig.box.subscriptions.add(B)
    free = rig.box.disk.free_bytes(rig.box.config.data)
    tight = open_box(Config(data=rig.box.config.data, reserve_mb=free // 1_000_000 + 1_000))

    try:
        ask = PullAsk(addresses=(server.address,), neighbours=False)
        report = tight.puller.pull(ask, Pace(threading.Event(), clock=tight.clock), show=lambda _: None)
    finally:
        tight.close()

    [pack] = report.packs
    assert isinstance(pack.error, NotEnoughSpaceError)
    assert pack.error.needs_bytes == huge
    assert [row.previous_version for row in rig.box.packs.list()] == [1]


def test_a_version_that_is_announced_before_it_is_there_is_waited_for(rig: Rig) -> None:
    server = rig.serve()
    rig.box.subscriptions.add(A)
    for path in rig.ministry.folder.glob("manifests/*"):
        path.unlink()

    [pack] = rig.pull(server.address).packs

    assert isinstance(pack.error, NotThereYetError)
    assert (pack.pack_id, pack.version) == (A, 1)


def test_a_neighbour_s_code_is_asked_for_kept_and_given_to_nobody_else(rig: Rig) -> None:
    def guarded(asked: Asked) -> bool:
        return asked.headers.get("Authorization") != "Bearer K7QF-2M9X" and asked.answer(401)

    near, other = rig.serve(), rig.serve()
    near.trick = guarded
    rig.box.subscriptions.add("*")

    [place] = rig.pull(near.address, code="AAAA-AAAA").places
    assert isinstance(place.error, CodeNeededError)
    assert rig.pull(near.address, code="K7QF-2M9X").whole
    assert rig.pull(near.address, other.address).whole

    kept = rig.box.config.data / "keys" / "neighbours.json"
    assert (stat.S_IMODE(kept.stat().st_mode), "AAAA" in kept.read_text()) == (0o600, False)
    assert not any("Authorization" in request.headers for request in other.asked)


def test_a_code_for_no_place_in_particular_is_refused(rig: Rig) -> None:
    with pytest.raises(BadInputError):
        rig.pull(code="K7QF-2M9X")


@pytest.mark.parametrize("address", ["", "ftp://10.0.0.7/shelf", "/nowhere/at/all", "10.0.0.7", "http://[10.0.0.7/shelf"])
def test_what_is_no_address_is_refused(rig: Rig, address: str) -> None:
    with pytest.raises(BadInputError):
        rig.pull(address)


def test_without_any_place_and_without_a_root_it_says_what_to_do(rig: Rig, tmp_path: Path) -> None:
    with pytest.raises(NoSourceError):
        rig.pull()
    new = open_box(Config(data=tmp_path / "new", reserve_mb=0))
    try:
        with pytest.raises(NoRootError):
            new.puller.pull(PullAsk(), Pace(threading.Event(), clock=new.clock), show=lambda _: None)
    finally:
        new.close()


def test_a_second_pull_is_told_that_one_is_on_its_way(rig: Rig) -> None:
    server = rig.serve()
    with locked(rig.box.config.data / "pull.lock", wait=False), pytest.raises(StoreBusyError):
        rig.pull(server.address)
    assert server.asked == []


def test_a_teacher_with_a_stick_comes_before_a_pull_which_then_goes_on(rig: Rig) -> None:
    rig.ministry.publish(A, 2, files={"gjate": long_video(100_000)})
    server = rig.serve()
    rig.box.subscriptions.add(A)
    installed, ended = threading.Event(), threading.Event()

    def trickle(asked: Asked) -> bool:
        """Two kilobytes a second until the teacher is done."""
        if not asked.name.startswith("blobs/") or installed.is_set():
            return False
        body = asked.content() or b""
        asked.head(200, Content_Length=str(len(body)))
        for start in range(0, len(body), 100):
            asked.wfile.write(body[start : start + 100])
            asked.wfile.flush()
            if installed.wait(0.05):
                break
        return asked.hang_up()

    def slow_pull() -> None:
        rig.pull(server.address)
        rig.box.database.close_thread()
        ended.set()

    server.trick = trickle
    puller = threading.Thread(target=slow_pull)
    puller.start()
    eventually(lambda: rig.seen and rig.seen[-1].bytes_done)

    rig.box.packs.install(rig.ministry.shelf, B, progress=lambda _: None)

    seen = rig.versions()
    installed.set()
    assert (seen, ended.is_set()) == ({B: 1}, False)
    puller.join(45)
    assert (ended.is_set(), rig.versions()) == (True, {A: 2, B: 1})


def test_stopping_ends_a_pull_between_two_pieces(rig: Rig) -> None:
    server = rig.serve()
    rig.box.subscriptions.add("*")
    rig.stop.set()

    report = rig.pull(server.address)

    assert (report.stopped, report.whole, rig.versions()) == (True, False, {})
