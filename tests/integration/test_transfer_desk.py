"""At the technician's desk: a wrong code, sticks that the box writes itself, and a box that was started anew."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from content_packs.transfer import read_receipt
from schoolbox.services.arrivals import KEPT_S
from schoolbox.wiring import open_box
from tests.integration.test_certificates import finish
from tests.simulators.clock import HandClock
from tests.simulators.device import shown
from tests.simulators.stick_rig import put_in
from tests.simulators.two_schools import SchoolDesk, two_schools

WRONG = "K7PM-2R9X-0QTB"


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def schools(tmp_path: Path, clock: HandClock) -> Iterator[tuple[SchoolDesk, SchoolDesk]]:
    with two_schools(tmp_path, clock) as opened:
        yield opened


def stick_in(desk: SchoolDesk, folder: Path) -> str:
    """Put an empty stick in; gives its number."""
    folder.mkdir(exist_ok=True)
    (folder / "klasa.jpg").write_bytes(b"somebody's own")
    [found] = put_in(desk.box, folder)
    return found.id


def test_after_a_wrong_code_the_sealed_file_waits_for_the_next_try(
    schools: tuple[SchoolDesk, SchoolDesk], clock: HandClock
) -> None:
    old, new = schools
    file, code = old.hand_over(old.school.arta)
    page = new.desk.text("/transfers")
    assert "still here" not in page
    new.open(file, WRONG)
    page = new.desk.text("/transfers")
    assert 'class="msg m-warn" role="alert"' in page
    assert "The code does not open this file." in page
    assert "The file is still here, sealed." in page
    assert "transfer.schoolbox" in page
    assert " required" not in page.partition('type="file" id="transfer"')[2].partition(">")[0]
    new.open(b"", WRONG)
    assert "The code does not open this file." in shown(new.desk, "/transfers")
    assert new.open(b"", code).headers["Location"] == "/transfers/arriving"
    new.take_in_opened()
    assert "still here" not in new.desk.text("/transfers")

    new.open(file, WRONG)
    clock.tick(KEPT_S + 1)
    assert "still here" not in new.desk.text("/transfers"), "swept"
    assert "This is no transfer file." in new.refused(b"", code)


def test_only_a_file_whose_code_was_wrong_is_kept_and_for_whoever_brought_it(
    schools: tuple[SchoolDesk, SchoolDesk],
) -> None:
    old, new = schools
    file, code = old.hand_over(old.school.arta)
    for odd in (b"%PDF-1.7", file[:-9], file + b"x"):
        new.open(odd, WRONG)
        assert "still here" not in new.desk.text("/transfers")
    new.open(file, WRONG)
    assert new.box.arrivals.sealed(by=new.technician + 1) is None
    new.open(b"%PDF-1.7", code)
    assert "still here" not in new.desk.text("/transfers"), "the other file took its place, and is none"


def test_the_box_writes_file_and_receipt_onto_a_stick_and_reads_them_from_it(
    schools: tuple[SchoolDesk, SchoolDesk], tmp_path: Path
) -> None:
    old, new = schools
    kingston, sandisk = tmp_path / "KINGSTON", tmp_path / "SANDISK"
    pupil = old.school.pupil("Xhevahire", "Mustafa", old.school.arta.class_id)
    code, path = old.make(pupil.person_id), f"/people/{pupil.person_id}/transfer"
    assert "Or put a stick into the box" in shown(old.desk, path)
    form = {"stick": stick_in(old, kingston)}
    for _ in range(2):
        assert old.desk.post(f"{path}/stick", form, on=path).status_code == 303
        assert "It is on the stick “KINGSTON”, as transfer-" in shown(old.desk, path)
    [written] = kingston.glob("*.schoolbox")
    assert written.read_bytes() == old.desk.get(f"{path}/file").data

    stick_id = stick_in(new, kingston)
    chosen = {"on_stick": f"{stick_id} {written.name}", "code": code}
    assert new.desk.post("/transfers", chosen, on="/transfers").headers["Location"] == "/transfers/arriving"
    arrival = new.take_in_opened()
    path = f"/transfers/{arrival.id}"
    for _ in range(2):
        assert new.desk.post(f"{path}/receipt/stick", {"stick": stick_id}, on=path).status_code == 303
        assert "as receipt-" in shown(new.desk, path)
    [receipt] = kingston.glob("receipt-*.txt")
    assert read_receipt(receipt.read_bytes()) is not None

    kingston.rename(sandisk)
    stick_id = stick_in(old, sandisk)
    (sandisk / "receipt-link.txt").symlink_to(sandisk / receipt.name)
    page = shown(old.desk, "/transfers")
    assert f"SANDISK: {receipt.name}" in page
    assert "receipt-link" not in page
    for odd in ("receipt-link.txt", "../receipt-x.txt", "letter.txt"):
        assert old.desk.post("/transfers/end", {"on_stick": f"{stick_id} {odd}"}, on="/transfers").status_code == 404
    old.desk.post("/transfers/end", {"on_stick": f"{stick_id} {receipt.name}"}, on="/transfers")
    assert "Erased from this box." in shown(old.desk, "/transfers")


def test_what_lies_on_the_stick_under_the_same_name_is_left_alone(
    schools: tuple[SchoolDesk, SchoolDesk], tmp_path: Path
) -> None:
    old, _ = schools
    stick, outside = tmp_path / "KINGSTON", tmp_path / "outside"
    outside.write_bytes(b"mine")
    path = f"/people/{old.school.arta.person_id}/transfer"
    old.make(old.school.arta.person_id)
    name = old.box.departures.file(old.school.arta.person_id)[0]
    form = {"stick": stick_in(old, stick)}
    (stick / name).symlink_to(outside)
    harms_at = stick / name.replace(".schoolbox", "-2.schoolbox")
    harms_at.mkdir()
    (stick / name.replace(".schoolbox", "-3.schoolbox")).write_bytes(b"of another day")
    old.desk.post(f"{path}/stick", form, on=path)
    assert f"as {name.replace('.schoolbox', '-4.schoolbox')}" in shown(old.desk, path)
    assert outside.read_bytes() == b"mine"
    assert (stick / name).is_symlink()
    assert len([*stick.iterdir()]) == 5
    for number in range(4, 21):
        (stick / name.replace(".schoolbox", f"-{number}.schoolbox")).write_bytes(b"x")
    old.desk.post(f"{path}/stick", form, on=path)
    assert "Too many files of this name are on the stick." in shown(old.desk, path)


def test_a_stick_that_was_pulled_out_is_told_and_nothing_is_lost(
    schools: tuple[SchoolDesk, SchoolDesk], tmp_path: Path
) -> None:
    old, _ = schools
    path = f"/people/{old.school.arta.person_id}/transfer"
    old.make(old.school.arta.person_id)
    form = {"stick": stick_in(old, tmp_path / "KINGSTON")}
    (tmp_path / "KINGSTON").rename(tmp_path / "pocket")
    old.desk.post(f"{path}/stick", form, on=path)
    page = old.desk.text(path)
    assert 'class="msg m-warn" role="alert"' in page
    assert [one.name for one in (tmp_path / "pocket").iterdir()] == ["klasa.jpg"]
    old.desk.post(f"{path}/stick", {"stick": "nothing"}, on=path)
    assert "The stick is no longer in the box." in old.desk.text(path)


def test_a_certificate_is_known_as_ones_own_after_the_box_was_started_anew(
    schools: tuple[SchoolDesk, SchoolDesk],
) -> None:
    old, new = schools
    finish(old.school)
    [issued] = old.box.certificates.own(old.school.arta.person_id, "mash:thyesat-6")
    file, code = old.hand_over(old.school.arta)
    old.box.close()
    again = open_box(old.box.config)
    try:
        for text in (issued.code, issued.short):
            checked = again.certificates.check(text)
            assert checked.state == "known"
            assert checked.signer is not None
            assert checked.signer.own
        assert again.departures.take_code(old.school.arta.person_id, by=old.technician) == "", "no code is kept"
        assert again.departures.file(old.school.arta.person_id)[1] == file
    finally:
        again.close()
    assert new.open(file, code).headers["Location"] == "/transfers/arriving", "the code on paper is good for ever"
