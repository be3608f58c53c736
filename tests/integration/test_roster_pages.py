"""A technician brings the school's list in through the pages: file, columns, check, slips; and takes it out again."""

import io
import logging
import re
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from schoolbox import logs
from schoolbox.services.roster import RosterReport
from schoolbox.services.roster_desk import KEPT_S, PIECE_BYTES_MAX
from tests.simulators.clock import HandClock
from tests.simulators.device import Device
from tests.simulators.rooms import TECHNICIAN, Pages, open_pages
from tests.simulators.rosters import HEADINGS, Rows, text, workbook

LIST = workbook([
    ["SHFMU Agimi, klasa VI-2", None, None, None], [], ["Nr", "Nxënësi", "Prindi", "Tel"],
    [1, "Blerta Zogaj", "Agim", "044 123 456"], [2, "Đorđe Petrović", "Milan", None],
])  # fmt: skip


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def pages(tmp_path: Path, clock: HandClock) -> Iterator[Pages]:
    with open_pages(tmp_path, clock=clock) as opened:
        yield opened


def technician(pages: Pages) -> Device:
    device = pages.device()
    assert device.sign_in_staff(TECHNICIAN).status_code == 303
    return device


def bring(device: Device, raw: bytes, name: str = "lista.xlsx") -> str:
    """Send a file as the form does; returns where it leads."""
    answer = device.post("/rosters", {"list": (io.BytesIO(raw), name)})
    assert answer.status_code == 303
    return answer.headers["Location"]


def people(pages: Pages) -> int:
    return pages.box.database.fetch_sql(int, "SELECT count(*) FROM person")[0]


def chosen(page: str) -> list[str]:
    """What the box takes each column for."""
    selects = re.findall(r'<select class="in" id="column\d+".*?</select>', page, re.DOTALL)
    return [next(iter(re.findall(r'value="(\w*)" selected', select)), "") for select in selects]


def test_a_list_goes_from_the_file_to_the_slips_and_out_again(pages: Pages) -> None:
    device, before = technician(pages), people(pages)
    assert bring(device, LIST) == "/rosters/columns"
    page = device.text("/rosters/columns?lang=en")
    assert chosen(page) == ["", "full_name", "parent_name", "phone"]
    assert "The headings stand in row 3." in page
    assert 'value="6/2"' in page
    fields = {f"column{place}": field for place, field in enumerate(["", "full_name", "parent_name", "phone"])}
    answer = device.post("/rosters/columns", {**fields, "role": "pupil", "class_name": "VII/2"})
    assert answer.headers["Location"] == "/rosters/check"
    page = device.text("/rosters/check")
    assert "Import 2 people" in page
    assert "Not kept, so not read: Parent" in page
    assert people(pages) == before
    assert device.post("/rosters/import").headers["Location"] == "/rosters/done"
    assert people(pages) == before + 2
    slips = device.text("/rosters/done")
    assert "djordje.petrovic" in slips
    assert "7/2" in slips
    [pin] = re.findall(r'blerta.zogaj</span> · 7/2</small></th><td class="code">(\d{4})<', slips)
    assert pin in device.text("/rosters/done"), "a line that broke must not cost a school its PINs"
    device.post("/rosters/put-away")
    assert device.get("/rosters/done").headers["Location"] == "/rosters"
    exported = device.get("/rosters/people.xlsx")
    [note] = pages.box.events.of(["roster_taken"], 5)
    assert note.facts == {"by": technician_id(pages), "people": people(pages)}
    assert "attachment" in exported.headers["Content-Disposition"]
    assert exported.headers["Cache-Control"] == "no-store"
    assert bring(device, exported.data) == "/rosters/columns"
    report = pages.box.roster_desk.check(by=technician_id(pages))
    assert (report.added, report.changed, report.problems) == (0, 0, ())
    assert device.get("/rosters/people.pdf").status_code == 404


def technician_id(pages: Pages) -> int:
    return pages.box.database.fetch_sql(int, "SELECT id FROM person WHERE login = ?", (TECHNICIAN,))[0]


def test_who_presses_import_twice_at_once_loses_no_slips(pages: Pages) -> None:
    desk, who = pages.box.roster_desk, technician_id(pages)
    desk.take(text("Emri;Mbiemri;Klasa", *(f"Emri{n};Mbiemri;6/2" for n in range(300))), name="a.csv", by=who)
    start = threading.Barrier(2)

    def press() -> RosterReport:
        start.wait()
        try:
            return desk.keep(by=who)
        finally:
            pages.box.database.close_thread()

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.submit(press), pool.submit(press)
    assert first.result() == second.result() == desk.report(by=who)
    assert len(desk.report(by=who).slips) == 300


@pytest.mark.parametrize("language", ["en", "sq"])
def test_a_list_with_mistakes_names_each_row_and_its_cure_and_imports_nothing(pages: Pages, language: str) -> None:
    device, before = technician(pages), people(pages)
    device.get(f"/rosters?lang={language}")
    bring(device, text("Emri;Mbiemri;Klasa", "Blerta;;6/2", "Dea;Limani;06.Feb"), "lista.csv")
    page = device.text("/rosters/check")
    assert {"en": "Row 2", "sq": "Rreshti 2"}[language] in page
    assert {"en": "It is missing.", "sq": "Mungon."}[language] in page
    assert {"en": "made a date of the class: “06.Feb”", "sq": "e ka bërë paralelen datë: „06.Feb”"}[language] in page
    assert "/rosters/import" not in page
    assert device.post("/rosters/import").headers["Location"] == "/rosters/check"
    assert people(pages) == before


def test_a_file_that_is_no_list_is_refused_on_the_first_page(pages: Pages) -> None:
    device = technician(pages)
    device.get("/rosters?lang=en")
    assert bring(device, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(64), "lista.xls") == "/rosters"
    assert "save it as .xlsx, without a password" in device.text("/rosters")
    answer = device.post("/rosters", {"list": (io.BytesIO(b""), "")})
    assert answer.headers["Location"] == "/rosters"
    assert "Choose a file first." in device.text("/rosters")


def test_a_list_with_headings_that_nobody_knows_is_explained_by_hand(pages: Pages) -> None:
    device = technician(pages)
    bring(device, text("Iskolánk", "Keresztnév;Vezetéknév;Osztály", "Blerta;Zogaj;6/2", "Dea;Limani;6/2"), "nevek.csv")
    page = device.text("/rosters/columns?lang=en")
    assert "No headings were found" in page
    assert chosen(page) == ["", "", ""]
    said = {"column0": "given_name", "column1": "surname", "column2": "class", "begin": "2"}
    device.post("/rosters/columns", said)
    report = pages.box.roster_desk.check(by=technician_id(pages))
    assert (report.added, report.problems) == (2, ())
    page = device.text("/rosters/columns")
    assert chosen(page) == ["given_name", "surname", "class"]
    assert '<option value="2" selected>Row 3: Blerta, Zogaj, 6/2</option>' in page


def test_another_sheet_is_chosen_before_its_columns(pages: Pages) -> None:
    device = technician(pages)
    more: dict[str, Rows] = {"7-1": [("Mbiemri", "Emri", "Klasa"), ("Hoxha", "Besa", "7/1")]}
    bring(device, workbook([HEADINGS, ("Blerta", "Zogaj", "6/2")], more=more))
    assert chosen(device.text("/rosters/columns")) == ["given_name", "surname", "class"]
    assert device.post("/rosters/columns", {"sheet": "1"}).headers["Location"] == "/rosters/columns"
    assert chosen(device.text("/rosters/columns")) == ["surname", "given_name", "class"]
    assert device.post("/rosters/columns", {"sheet": "9"}).headers["Location"] == "/rosters"


def test_a_large_list_comes_in_pieces(pages: Pages) -> None:
    device = technician(pages)
    raw = text("Emri;Mbiemri;Klasa", *(f"Emri{n};Mbiemri{n};{n % 9 + 1}/1" for n in range(12_000)))
    assert len(raw) > 256 * 1024
    at, answer = 0, None
    while at < len(raw):
        piece = raw[at : at + PIECE_BYTES_MAX]
        answer = device.send(f"/rosters/piece?at={at}&total={len(raw)}&name=gjithe.csv", piece, on="/rosters")
        assert answer.status_code == 200
        at = answer.json["at"] if answer.json else len(raw)
    assert answer is not None
    assert answer.json == {"at": len(raw), "open": "/rosters/columns"}
    assert pages.box.roster_desk.check(by=technician_id(pages)).added == 12_000


def test_a_piece_that_is_not_the_next_one_or_of_far_too_large_a_file_is_refused(pages: Pages) -> None:
    device = technician(pages)
    for query in ("at=5&total=10", "at=0&total=3", "at=0&total=99999999", "at=x&total=10", "at=-1&total=10"):
        assert device.send(f"/rosters/piece?{query}&name=a", b"piece", on="/rosters").status_code == 400
    assert device.send("/rosters/piece?at=0&total=10&name=a", b"piece", on="/rosters").status_code == 200
    assert device.send("/rosters/piece?at=4&total=10&name=a", b"piece", on="/rosters").status_code == 400
    assert device.get("/rosters/columns").headers["Location"] == "/rosters"


def test_a_list_is_forgotten_after_half_an_hour_and_never_on_the_disk(
    pages: Pages, clock: HandClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "no such folder"))  # a temporary file would be an error
    device = technician(pages)
    raw = text("Emri;Mbiemri;Klasa", *(f"Zymrytesha;Mbiemri{n};6/2" for n in range(4_000)))
    bring(device, raw, "lista.csv")
    assert "Zymrytesha" in device.text("/rosters/columns")
    device.text("/rosters/check")
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files
    assert not [path for path in files if b"Zymrytesha" in path.read_bytes()]
    clock.tick(KEPT_S + 1)
    assert technician(pages).get("/rosters/columns").headers["Location"] == "/rosters"


@pytest.mark.parametrize("raw", [LIST, text("Emri;Mbiemri;Klasa", "Blerta;Zogaj;6/2")], ids=["xlsx", "csv"])
def test_nothing_of_a_list_is_written_into_a_temporary_file_on_its_way_in_or_out(
    pages: Pages, raw: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = technician(pages)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "no such folder"))
    bring(device, raw)
    assert device.post("/rosters/import").headers["Location"] == "/rosters/done"
    for form in ("csv", "xlsx"):
        assert device.get(f"/rosters/people.{form}").status_code == 200


def test_each_technician_has_a_list_of_their_own_and_the_oldest_makes_room(pages: Pages, clock: HandClock) -> None:
    desk = pages.box.roster_desk
    for by in (901, 902, 903):
        desk.take(text("Emri;Mbiemri;Klasa", f"Arta;Gashi{by};6/2"), name="a.csv", by=by)
    assert [bool(desk.draft(by)) for by in (901, 902, 903)] == [False, True, True]
    desk.put_away(902)
    assert desk.draft(902) is None
    clock.tick(KEPT_S + 1)
    assert desk.draft(903) is None


def test_what_the_school_keeps_is_chosen_on_the_page_and_the_rest_is_erased(pages: Pages) -> None:
    device = technician(pages)
    device.post("/rosters/kept", {"field": ["parent_name", "phone"]})
    assert pages.box.kept_fields.kept() == {"parent_name", "phone"}
    bring(device, LIST)
    device.post("/rosters/import")
    stored = "SELECT parent_name || phone FROM person WHERE login = 'blerta.zogaj'"
    assert pages.box.database.fetch_sql(str, stored) == ["Agim044 123 456"]
    device.post("/rosters/kept", {"field": []})
    assert pages.box.database.fetch_sql(str, stored) == [""]
    assert device.post("/rosters/kept", {"field": ["surname"]}).status_code == 400


def test_no_name_of_a_list_is_logged_or_noted(pages: Pages, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    logs.keep_values_out()
    device = technician(pages)
    for raw in (LIST, text("Emri;Mbiemri;Klasa", "Blerta;;6/2"), LIST[:900]):
        bring(device, raw, "lista-e-Blertës.csv")
        device.get("/rosters/check")
        device.post("/rosters/import")
        device.get("/rosters/done")
    noted = f"{caplog.text} {pages.box.events.latest(20)}"
    assert "added=2" in noted
    for private in ("Blert", "Zogaj", "Petrovi", "blerta.zogaj", "044 123 456"):
        assert private not in noted
