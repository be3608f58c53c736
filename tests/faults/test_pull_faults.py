"""Pulling over lines that break, from places that lie, onto a disk that is full, by a program that is killed."""

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from securesystemslib.signer import CryptoSigner

from content_packs.durable import Disk
from content_packs.errors import (
    LineLostError,
    NoRootError,
    NotSignedError,
    StrangerAnswersError,
    TamperedError,
)
from content_packs.sign.academy import AcademyDesk
from schoolbox.config import Config
from schoolbox.messages import message_of
from schoolbox.services.pull_pace import Pace
from schoolbox.services.pull_sources import PullAsk
from schoolbox.wiring import open_box
from tests.simulators.clock import HandClock
from tests.simulators.loop_disk import LoopDisk
from tests.simulators.programs import Program, command
from tests.simulators.pull_rig import AT_ONCE, Rig, long_video
from tests.simulators.shelf_server import Asked
from tests.simulators.told import told
from tests.simulators.waiting import eventually

A, B = "mash:algjebra", "mash:biologji"
LONG = 400_000


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    with Rig(tmp_path) as made:
        made.ministry.publish(A, files={f"pjesa-{number}": long_video(LONG, mark=number) for number in range(3)})
        made.ministry.publish(B)
        made.box.subscriptions.add("*")
        yield made


def is_blob(asked: Asked) -> bool:
    return asked.name.startswith("blobs/")


def breaks_after(count: int) -> Callable[[Asked], bool]:
    """Hang up after so many bytes of a blob."""

    def trick(asked: Asked) -> bool:
        if not is_blob(asked):
            return False
        body, start = asked.content() or b"", asked.headers.get("Range", "bytes=0-")[6:-1]
        rest = body[int(start) :]
        asked.head(206 if int(start) else 200, Content_Length=str(len(rest)),
                   Content_Range=f"bytes {start}-{len(body) - 1}/{len(body)}")  # fmt: skip
        asked.wfile.write(rest[:count])
        return asked.hang_up()

    return trick


def damaged(asked: Asked) -> bool:
    """Give something else of the same size."""
    body = asked.content() or b""
    return is_blob(asked) and bool(body) and asked.answer(200, bytes(len(body)))


def test_a_place_that_does_not_answer_is_tried_four_times_and_told(rig: Rig) -> None:
    server = rig.serve()
    server.stop()
    before = rig.files()

    report = rig.pull(server.address)

    assert [type(place.error) for place in report.places] == [LineLostError]
    assert told(report.places[0].error, place="afar").startswith(f"Lidhja me {server.address} u këput, ose atje")
    assert (report.reached, len(rig.waited), rig.files()) == (False, 3, before)


def test_a_line_that_breaks_again_and_again_wastes_next_to_nothing(rig: Rig) -> None:
    server = rig.serve()
    server.trick = breaks_after(64_000)

    report = rig.pull(server.address)

    assert (report.whole, set(rig.versions())) == (True, {A, B})
    [place] = report.places
    needed = sum(each.size_bytes for each in rig.box.packs.list())
    assert place.bytes_in is not None
    assert place.bytes_in < 1.05 * needed
    assert len(rig.waited) > 10


def test_a_line_on_which_nothing_comes_any_more_is_given_up_and_the_rest_of_the_packs_too(rig: Rig) -> None:
    server = rig.serve()
    server.trick = breaks_after(0)

    report = rig.pull(server.address)

    assert [type(pack.error) for pack in report.packs] == [LineLostError, LineLostError]
    assert (rig.versions(), len(rig.waited)) == ({}, 3)
    server.trick = None
    assert rig.pull(server.address).whole


def test_a_page_of_the_network_in_place_of_the_hub_is_told_apart(rig: Rig) -> None:
    def portal(asked: Asked) -> bool:
        return asked.answer(200, b"<html>Welcome to the free Wi-Fi</html>", Content_Type="text/html")

    server = rig.serve()
    server.trick = portal
    before = rig.files()

    report = rig.pull(server.address)

    assert [type(place.error) for place in report.places] == [StrangerAnswersError]
    assert "përgjigjet diçka që nuk jep paketa (ndoshta një faqe hyrjeje" in told(report.places[0].error, place="afar")
    assert rig.files() == before


def test_a_page_of_the_network_that_comes_in_the_middle_changes_nothing(rig: Rig) -> None:
    def portal_for_blobs(asked: Asked) -> bool:
        return is_blob(asked) and asked.answer(200, b"<html>Pay first</html>", Content_Type="text/html")

    server = rig.serve()
    server.trick = portal_for_blobs

    report = rig.pull(server.address)

    assert {type(pack.error) for pack in report.packs} == {StrangerAnswersError}
    assert rig.versions() == {}


def test_what_comes_damaged_from_the_first_is_taken_from_the_second(rig: Rig) -> None:
    near, far = rig.serve(), rig.serve()
    near.trick = damaged

    report = rig.pull(near.address, far.address)

    assert (report.whole, set(rig.versions())) == (True, {A, B})
    assert rig.box.packs.verify(A).sound
    assert not list((rig.box.config.data / "packs" / "staging").glob("*"))


def test_what_is_damaged_everywhere_does_not_stop_the_other_packs(rig: Rig) -> None:
    for path in rig.ministry.folder.glob("blobs/*/*"):
        if path.stat().st_size > LONG:
            path.write_bytes(bytes(path.stat().st_size))

    report = rig.pull(rig.serve().address, rig.serve().address)

    assert {pack.pack_id: type(pack.error) for pack in report.packs} == {A: TamperedError, B: type(None)}
    assert "Një skedar që erdhi nuk është ai që u nënshkrua" in told(report.packs[0].error, place="afar")
    assert rig.versions() == {B: 1}


def test_a_damaged_file_is_not_fetched_again_every_day_but_now_and_then_and_whenever_a_person_asks(rig: Rig) -> None:
    for path in rig.ministry.folder.glob("blobs/*/*"):
        if path.stat().st_size > LONG:
            path.write_bytes(bytes(path.stat().st_size))
    server = rig.serve()
    came = []
    for _ in range(8):
        report = rig.pull(server.address, by_itself=True)
        assert {pack.pack_id: type(pack.error) for pack in report.packs}[A] is TamperedError
        came.append(report.places[0].file_bytes > LONG)

    assert came == [True, False, True, False, False, False, True, False]
    assert rig.pull(server.address).places[0].file_bytes > LONG
    other = rig.serve(rig.neighbour("mended"))
    for number in range(3):
        mended = long_video(LONG, mark=number)
        sha256 = hashlib.sha256(mended).hexdigest()
        (other.folder / "blobs" / sha256[:2] / f"{sha256}.mp4").write_bytes(mended)
    assert rig.pull(server.address, other.address, by_itself=True).whole


def test_a_manifest_that_is_wrong_at_the_first_is_taken_from_the_second(rig: Rig) -> None:
    near, far = rig.serve(rig.neighbour("near")), rig.serve()
    for path in near.folder.glob("manifests/*"):
        path.write_bytes(bytes(path.stat().st_size))

    assert rig.pull(near.address, far.address).whole


def test_lists_that_nobody_signed_are_loud_and_packs_of_other_places_come(rig: Rig) -> None:
    near, far = rig.serve(rig.neighbour("near")), rig.serve()
    path = near.folder / "meta" / "registry.json"
    path.write_bytes(path.read_bytes().replace(b'"version":2', b'"version":3'))

    report = rig.pull(near.address, far.address)

    assert {type(each.error) for each in report.places[0].loud} == {NotSignedError}
    assert "dikush mund ta ketë ndryshuar" in told(report.places[0].loud[0].error, place="afar")
    assert (report.whole, set(rig.versions())) == (False, {A, B})


def test_when_the_hub_is_lost_on_the_way_what_the_neighbour_has_comes(rig: Rig) -> None:
    near, far = rig.serve(rig.neighbour("near", blobs=4)), rig.serve()

    def gone(asked: Asked) -> bool:
        """Hang up on everybody from the first file on."""
        if is_blob(asked):
            far.trick = lambda later: later.hang_up()
        return is_blob(asked) and asked.hang_up()

    far.trick = gone

    report = rig.pull(near.address, far.address)

    assert [type(place.error) for place in report.places] == [type(None), LineLostError]
    assert not report.whole
    assert any(pack.changed for pack in report.packs)
    assert rig.pull(rig.serve().address).whole


def test_a_pull_that_is_killed_goes_on_where_it_was(rig: Rig) -> None:
    server = rig.serve()
    held: list[bool] = []

    def stalls(asked: Asked) -> bool:
        if not is_blob(asked) or held:
            return False
        held.append(True)
        body = asked.content() or b""
        asked.head(200, Content_Length=str(len(body)))
        asked.wfile.write(body[: LONG // 2])
        asked.wfile.flush()
        asked.connection.recv(1)
        return asked.hang_up()

    server.trick = stalls
    data = rig.box.config.data
    pull = ("schoolbox", "--data", data, "pack", "pull", "--json", "--no-neighbours", "--from", server.address)
    program = Program.start(pull)
    staged = data / "packs" / "staging"
    eventually(lambda: any(path.stat().st_size >= LONG // 4 for path in staged.glob("*.part")), saying=program.said)
    program.kill()
    server.asked.clear()

    done = command(*pull)

    assert (done.returncode, json.loads(done.stdout)["whole"]) == (0, True)
    [first, *_] = [request for request in server.asked if request.name.startswith("blobs/")]
    assert int(first.headers["Range"][6:-1]) >= LONG // 4
    assert set(rig.versions()) == {A, B}
    assert rig.box.packs.verify(A).sound


def test_on_a_disk_without_room_the_small_pack_comes_and_the_large_one_is_told(tmp_path: Path) -> None:
    with LoopDisk(tmp_path / "disk", size_mb=32) as disk, Rig(tmp_path / "school") as rig:
        rig.ministry.publish(A, files={"gjate": long_video(40_000_000)})
        rig.ministry.publish(B)
        server, settings = rig.serve(), tmp_path / "settings.toml"
        settings.write_text(f'data = "{disk.folder / "data"}"\nreserve_mb = 4\n', encoding="utf-8")
        box = ("schoolbox", "--config", settings)
        assert command(*box, "trust", "add", rig.ministry.folder / "meta" / "1.root.json").returncode == 0
        assert command(*box, "pack", "subscribe", "*").returncode == 0

        done = command(*box, "pack", "pull", "--no-neighbours", "--from", server.address, "--json")

    facts = json.loads(done.stdout)
    assert (done.returncode, facts["whole"]) == (3, False)
    assert {pack["pack"]: (pack["error"] or {}).get("error") for pack in facts["packs"]} == {
        A: "NotEnoughSpaceError", B: None
    }  # fmt: skip


def test_a_hub_that_is_down_is_one_sentence_and_one_code(tmp_path: Path) -> None:
    with Rig(tmp_path) as rig:
        server = rig.serve()
        server.stop()
        data = rig.box.config.data

        done = command(
            "schoolbox", "--data", data, "pack", "pull", "--no-neighbours", "--once", "--from", server.address
        )  # fmt: skip

    assert done.returncode == message_of(LineLostError(shelf="")).exit_code
    assert done.stderr.startswith(f"The line to {server.address} broke, or nobody answers there.")
    assert "Traceback" not in done.stderr


def test_whatever_the_first_place_answers_the_next_one_is_asked(rig: Rig) -> None:
    """A tag that no request can hold stays with the copy of a list, so that the next pull meets it again."""
    strange, good = rig.serve(rig.neighbour("strange", blobs=0)), rig.serve()
    strange.trick = lambda asked: asked.answer(200, asked.content(), ETag='"\xe9"')

    reports = [rig.pull(first, good.address) for first in (strange.address, strange.address, "http://hub..example/x")]

    assert [report.places[0].looked for report in reports] == [True, True, False]
    assert all(report.places[1].looked for report in reports)
    assert rig.versions() == {A: 1, B: 1}


def test_a_place_without_anything_that_this_box_trusts_does_not_hide_the_next(rig: Rig, tmp_path: Path) -> None:
    """A box that was only told of the academy of a school nearby meets the shelf of a ministry first."""
    desk = AcademyDesk(tmp_path / "academy", CryptoSigner.generate_ed25519(), disk=Disk(), clock=HandClock())
    introduction = desk.introduce({"sq": "Shkolla"}, held=None)
    box = open_box(Config(data=tmp_path / "other box", reserve_mb=0))
    try:
        box.trust.accept(introduction)
        ask = PullAsk(addresses=(rig.serve().address, str(tmp_path / "academy")), neighbours=False)
        report = box.puller.pull(ask, Pace(rig.stop, clock=box.clock, pauses_s=AT_ONCE), show=lambda _: None)
    finally:
        box.close()

    assert [(type(place.error), place.looked) for place in report.places] == [(NoRootError, False), (type(None), True)]
