"""Pages of places: what a ministry, a municipality and a school see, what they never see, and tables to take away."""

import csv
import io
import re
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import msgspec
import openpyxl
import pytest

from sync.hub.errors import BadRequestError, NotFoundError
from sync.hub.reports.places import EVERYTHING, Place
from tests.integration.test_hub_pages import sign_in
from tests.simulators.clock import HandClock
from tests.simulators.hub import RunningHub, running_hub
from tests.simulators.learning import WALL_AT, Classroom
from tests.simulators.printed import pages

PASSWORD = "tri fjalë të gjata"
SCHOOLS = {"Agimi": "Gjilan", "Drita": "Gjilan", "Ura": "Prizren / Prizreni"}
PUPILS = {"Agimi": 24, "Drita": 6, "Ura": 3}


@dataclass
class Country:
    """A hub with three schools in two municipalities, and a person of each level."""

    hub: RunningHub
    schools: dict[str, str]

    @contextmanager
    def signed_in(self, name: str) -> Iterator[httpx.Client]:
        with self.hub.client() as client:
            assert sign_in(client, name, PASSWORD).status_code == 303
            yield client


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory, new_database: Callable[[], str]) -> Iterator[Country]:
    with running_hub(tmp_path_factory.mktemp("hub") / "data", HandClock(WALL_AT), database=new_database()) as running:
        schools = {}
        for name, municipality in SCHOOLS.items():
            box_id = secrets.token_hex(16)
            enrolled = running.enrol(name, box_id, municipality=municipality)
            schools[name] = enrolled.school_id
            room = Classroom(box_id=box_id, school_id=enrolled.school_id)
            raws = [room.watched(pupil) for pupil in range(PUPILS[name])]
            raws += [room.passed(pupil, raw=4) for pupil in range(0, PUPILS[name], 2)]
            with running.client(enrolled.credentials) as box:
                answer = box.post("/xapi/statements", json=[msgspec.json.decode(raw) for raw in raws])
                assert answer.status_code == 200, answer.text
        places = running.hub.places
        people = {
            "Ministria": EVERYTHING, "Komuna": places.municipality("Gjilan"),
            "Shkolla": places.school(schools["Agimi"]),
        }  # fmt: skip
        for name, place in people.items():
            running.hub.admins.add(name, PASSWORD, secrets.token_bytes(16), place)
        running.hub.refresher.refresh()
        yield Country(running, schools)


SEES = {
    "/": (200, 200, 200),
    "/boxes": (200, 200, 200),
    "/enrolment": (200, 200, 403),
    "/orders": (200, 200, 404),
    "/refused": (200, 404, 404),
    "/municipalities/Gjilan/orders": (200, 200, 404),
    "/municipalities/Prizren%20~%20Prizreni/orders": (200, 404, 404),
    "/municipalities/Gjilan": (200, 200, 404),
    "/municipalities/Prizren%20~%20Prizreni": (200, 404, 404),
    "/municipalities/Nothing": (404, 404, 404),
    "/schools/{Agimi}": (200, 200, 200),
    "/schools/{Drita}": (200, 200, 404),
    "/schools/{Ura}": (200, 404, 404),
    "/courses/mash:thyesat-6": (200, 200, 200),
    "/schools/{Drita}/courses/mash:thyesat-6": (200, 200, 404),
    "/schools/{Ura}/courses/mash:thyesat-6": (200, 404, 404),
    "/municipalities/Gjilan/courses/mash:thyesat-6": (200, 200, 404),
    "/schools/{Ura}/courses/mash:nothing": (404, 404, 404),
    "/tables/places.csv": (200, 200, 200),
    "/tables/courses.xlsx": (200, 200, 200),
    "/report.pdf": (200, 200, 200),
    "/municipalities/Gjilan/report.pdf": (200, 200, 404),
    "/schools/{Ura}/report.pdf": (200, 404, 404),
    "/tables/languages.csv": (200, 200, 200),
    "/schools/{Ura}/tables/subjects.csv": (200, 404, 404),
    "/schools/{Ura}/tables/publishers.csv": (200, 404, 404),
    "/tables/nothing.csv": (404, 404, 404),
    "/tables/places.exe": (404, 404, 404),
    "/municipalities/Gjilan/tables/places.csv": (200, 200, 404),
    "/schools/{Ura}/tables/courses.csv": (200, 404, 404),
}
"""What a ministry, a municipality (Gjilan) and a school (Agimi) are answered."""


@pytest.mark.parametrize("path", list(SEES))
def test_each_level_sees_its_place_and_nothing_outside(country: Country, path: str) -> None:
    answers = []
    for name in ("Ministria", "Komuna", "Shkolla"):
        with country.signed_in(name) as client:
            answers.append(client.get(path.format(**country.schools)).status_code)
    assert tuple(answers) == SEES[path]


def test_boxes_of_others_are_not_there(country: Country) -> None:
    boxes = {box.school: box.id for box in country.hub.hub.boxes.all()}
    with country.signed_in("Shkolla") as client:
        assert client.get(f"/boxes/{boxes['Agimi']}").status_code == 200
        for other in ("Drita", "Ura"):
            assert client.get(f"/boxes/{boxes[other]}").status_code == 404
        assert boxes["Ura"] not in client.get("/boxes").text
    with country.signed_in("Komuna") as client:
        assert client.get(f"/boxes/{boxes['Drita']}").status_code == 200
        assert client.get(f"/boxes/{boxes['Ura']}").status_code == 404


def test_what_a_level_sees_names_nothing_outside(country: Country) -> None:
    with country.signed_in("Komuna") as client:
        for path in ("/", "/boxes", "/tables/places.csv", "/courses/mash:thyesat-6"):
            text = client.get(path).text
            assert "Ura" not in text
            assert "Prizren" not in text


def test_a_ministry_reads_municipalities_and_a_municipality_its_schools(country: Country) -> None:
    with country.signed_in("Ministria") as client:
        page = client.get("/").text
        assert re.search(r'href="/municipalities/Prizren%20~%20Prizreni">Prizren / Prizreni</a>', page)
        inside = client.get("/municipalities/Prizren%20~%20Prizreni").text
        assert ">Ura</a>" in inside
        assert ">Agimi</a>" not in inside
    with country.signed_in("Komuna") as client:
        page = client.get("/").text
        assert ">Agimi</a>" in page
        assert ">Drita</a>" in page


def figures(page: str, name: str) -> list[str]:
    row = re.search(rf"<tr><th[^>]*>(?:<a[^>]*>)?{name}(?:</a>)?.*?</th>(.*?)</tr>", page)
    assert row, name
    return re.findall(r"<td[^>]*>([^<]*)</td>", row[1])


def test_figures_of_places_are_sums_and_small_groups_are_hidden(country: Country) -> None:
    with country.signed_in("Ministria") as client:
        page = client.get("/").text
        assert figures(page, "Gjilan") == ["0", "30", "30", "33 %", "0"]
        assert figures(page, "Prizren / Prizreni") == ["0", "few", "3", "–", "0"]
        items = client.get("/municipalities/Gjilan/courses/mash:thyesat-6").text
        assert figures(items, "Parts") == ["30", "0", "–"]
        assert figures(items, "Quiz: fractions") == ["12", "12", "80 %"], "three of Drita are left out"


def test_what_many_begin_and_few_finish_is_named(country: Country) -> None:
    with country.signed_in("Komuna") as client:
        page = client.get("/").text
        assert "Begun, but seldom finished" in page
        assert figures(page, "Parts") == ["30", "about 0 %"]
        assert "Begun, but seldom finished" not in client.get("/?grade=7").text


def test_a_reader_chooses_grade_and_area(country: Country) -> None:
    with country.signed_in("Ministria") as client:
        assert ">Fractions</a>" in client.get("/?grade=6&area=math").text
        for other in ("/?grade=7", "/?area=arts"):
            assert ">Fractions</a>" not in client.get(other).text
        for odd in ("/?grade=99", "/?grade=%C2%B2", "/?area='--", "/?period=century"):
            assert ">Fractions</a>" in client.get(odd).text


def test_what_is_watched_is_told_by_subject_language_and_publisher(country: Country) -> None:
    with country.signed_in("Ministria") as client:
        page = client.get("/?lang=en").text
        assert figures(page, "Maths") == ["1", "33", "50", "34 %"]
        assert figures(page, "Shqip") == ["1", "33", "50", "34 %"]
        assert figures(page, "mash") == ["1", "33", "50", "34 %"]
        for name, heading in (("subjects", "Maths"), ("languages", "Shqip"), ("publishers", "mash")):
            table = client.get(f"/tables/{name}.csv?lang=en").content.decode("utf-8-sig")
            assert list(csv.reader(io.StringIO(table), delimiter=";"))[1] == [heading, "2025-09-22", "33", "50"]
        for chosen in ("subject=mathematics", "language=sq", "publisher=mash"):
            assert ">Fractions</a>" in client.get(f"/?{chosen}").text
        for other in ("subject=physics", "language=tr", "publisher=nobody", "language=%3Cb%3E"):
            text = client.get(f"/?{other}").text
            assert ">Fractions</a>" not in text
            assert "<b>" not in text.split('id="co"')[1].split("</section>")[0]
            assert "Begun, but seldom finished" not in text


def test_a_place_is_printed_in_the_letters_of_every_language(country: Country) -> None:
    with country.signed_in("Ministria") as client:
        answer = client.get("/report.pdf?lang=en")
        assert answer.headers["Content-Type"] == "application/pdf"
        assert answer.headers["Content-Disposition"].startswith('inline; filename="komuna-e-gjilanit-')
        printed = pages(answer.content)
        lines = [line for one in printed for line in one.lines]
        for words in ("Pupils learning", "Gjilan", "Prizren / Prizreni", "few", "Fractions · Mathematics"):
            assert words in lines, words
        assert [one.lines[-2] for one in printed] == ["Page 1 of 2", "Page 2 of 2"]
        municipality = {"sq": "Komuna", "sr-Cyrl": "Општина", "bs": "Općina", "tr": "Belediye", "rom": "Komuna"}
        for lang, words in municipality.items():
            first = pages(client.get(f"/report.pdf?lang={lang}").content)[0]
            assert words in first.lines, lang
            drawn = re.findall("<([0-9a-f]+)> Tj", first.drawn)
            assert not any("0000" in glyphs(text) for text in drawn), f"a letter of {lang} is missing"


def glyphs(text: str) -> list[str]:
    return [text[at : at + 4] for at in range(0, len(text), 4)]


def test_what_no_course_is_named_for_stands_under_none(tmp_path: Path) -> None:
    with running_hub(tmp_path / "hub", HandClock(WALL_AT)) as running:
        said = msgspec.json.decode(Classroom(box_id=secrets.token_hex(16)).watched())
        del said["context"]["contextActivities"], said["context"]["language"]
        with running.client(running.program()) as program:
            assert program.post("/xapi/statements", json=[said]).status_code == 200
        running.hub.refresher.refresh()
        [language] = running.hub.sources.of(EVERYTHING, "language")
        assert (language.name, language.courses, language.minutes, language.mastered_percent) == ("", 0, 1, None)
        assert running.hub.figures.courses(EVERYTHING) == []
        with running.client() as client:
            assert sign_in(client).status_code == 303
            assert client.get("/?lang=en").status_code == 200
            assert "Not known;2025-09-22;1;1" in client.get("/tables/languages.csv").text


def test_minutes_and_pupils_are_told_week_by_week(country: Country) -> None:
    with country.signed_in("Komuna") as client:
        page = client.get("/?lang=en").text
    assert "Week by week" in page
    assert figures(page, "22 September 2025") == ["30", "30"]


def test_tables_open_as_a_spreadsheet_does(country: Country) -> None:
    with country.signed_in("Ministria") as client:
        answer = client.get("/tables/places.csv")
        assert answer.headers["Content-Disposition"] == 'attachment; filename="schoolbox-places.csv"'
        rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
        assert rows[0][:2] == ["Municipality", "School"]
        assert rows[1][0] == "Gjilan"
        assert rows[2][3] == "few"
        sheet = openpyxl.load_workbook(io.BytesIO(client.get("/tables/courses.xlsx").content)).active
        assert sheet is not None
        assert [cell.value for cell in sheet[2]] == [
            "Fractions", "mash:thyesat-6", "mash", "Mathematics", "Maths", "Shqip", 30, 34,
        ]  # fmt: skip


def test_a_new_password_and_leaving_end_sessions(country: Country) -> None:
    admins = country.hub.hub.admins
    admins.add("Nora", PASSWORD, secrets.token_bytes(16))
    with country.signed_in("Nora") as client:
        assert client.get("/").status_code == 200
        admins.set_password("Nora", "katër fjalë më të gjata", secrets.token_bytes(16))
        assert client.get("/").status_code == 303
        assert sign_in(client, "Nora", PASSWORD).status_code == 422
        assert sign_in(client, "Nora", "katër fjalë më të gjata").status_code == 303
        admins.remove("Nora")
        assert client.get("/").status_code == 303


def test_people_that_cannot_be_are_refused(country: Country) -> None:
    admins, salt = country.hub.hub.admins, secrets.token_bytes(16)
    with pytest.raises(BadRequestError, match="called Komuna already"):
        admins.add(" Komuna ", PASSWORD, salt)
    with pytest.raises(BadRequestError, match="at least 10"):
        admins.set_password("Komuna", "short", salt)
    with pytest.raises(NotFoundError, match="Nobody here is called Askush"):
        admins.remove("Askush")
    with pytest.raises(NotFoundError, match="make a code for it first"):
        country.hub.hub.places.school_named("Agimi", "Prizren / Prizreni")
    assert [one.name for one in admins.all()][:2] == ["Drita", "Komuna"]


def test_places_lie_within_each_other() -> None:
    gjilan, agimi = Place("m:Gjilan", "Gjilan"), Place("s:1", "Gjilan", "a1", "Agimi")
    ura = Place("s:2", "Prizren", "u1", "Ura")
    assert agimi.within(gjilan)
    assert agimi.within(EVERYTHING)
    assert agimi.within(agimi)
    assert not ura.within(gjilan)
    assert not gjilan.within(agimi)
    assert not EVERYTHING.within(gjilan)


def asked(country: Country, path: str, *scopes: str) -> httpx.Response:
    with country.hub.client(country.hub.program(*scopes), version=None) as client:
        return client.get(path)


def test_a_program_reads_the_figures_of_a_place(country: Country) -> None:
    whole = asked(country, "/figures/v1/place?period=year", "figures/read").json()
    assert whole["place"]["summary"]["pupils"] == 30, "Ura has three pupils: 33 would say so"
    assert [(one["municipality"], one["summary"]["pupils"]) for one in whole["below"]] == [
        ("Gjilan", 30), ("Prizren / Prizreni", None),
    ]  # fmt: skip
    assert len(whole["weeks"]) == 52
    assert whole["weeks"][-1] == {"monday": "2025-09-22", "minutes": 33, "pupils": 30}
    assert whole["grades"] == [{"area": "math", "grade": 6, "percent": 34}]
    school = asked(country, f"/figures/v1/place?school_id={country.schools['Agimi']}", "figures/read").json()
    assert school["place"]["school"] == "Agimi"
    assert school["below"] == []
    town = asked(country, "/figures/v1/place?municipality=Prizren%20/%20Prizreni", "figures/read").json()
    assert [one["school"] for one in town["below"]] == ["Ura"]


def test_a_program_reads_languages_and_publishers(country: Country) -> None:
    for kind, name in (("languages", "sq"), ("publishers", "mash")):
        [found] = asked(country, f"/figures/v1/{kind}?municipality=Gjilan", "figures/read").json()[kind]
        weeks = found.pop("weeks")
        assert found == {"name": name, "courses": 1, "minutes": 30, "statements": 45, "mastered_percent": 33}
        assert len(weeks) == 52
        assert weeks[-1] == {"monday": "2025-09-22", "minutes": 30, "statements": 45}
    chosen = asked(country, "/figures/v1/courses?language=sq&publisher=mash", "figures/read").json()["courses"]
    assert [one["language"] for one in chosen] == ["sq"]
    assert asked(country, "/figures/v1/courses?language=tr", "figures/read").json()["courses"] == []


def test_a_program_reads_courses_and_items(country: Country) -> None:
    found = asked(country, "/figures/v1/courses?grade=6&area=math", "figures/read").json()
    assert [(one["id"], one["pupils"]) for one in found["courses"]] == [("mash:thyesat-6", 30)]
    assert [one["title"]["en"] for one in found["unfinished"]] == ["Parts"]
    assert asked(country, "/figures/v1/courses?grade=7", "figures/read").json()["courses"] == []
    course = asked(country, "/figures/v1/courses/mash:thyesat-6?municipality=Gjilan", "figures/read").json()
    assert {item["title"]["en"]: item["started"] for item in course["items"]} == {"Parts": 30, "Quiz: fractions": 12}


@pytest.mark.parametrize(
    ("path", "status", "word"),
    [
        ("place?period=century", 400, "no period"), ("courses?grade=99", 400, "no grade"),
        ("courses?area=magic", 400, "no area"), ("place?municipality=Nowhere", 404, "no such municipality"),
        ("place?school_id=nothing", 404, "no such school"), ("courses/mash:nothing", 404, "Nobody here began"),
    ],
)  # fmt: skip
def test_a_program_that_asks_wrongly_is_told_how(country: Country, path: str, status: int, word: str) -> None:
    answer = asked(country, f"/figures/v1/{path}", "figures/read")
    assert answer.status_code == status
    assert word in answer.json()["message"]


@pytest.mark.parametrize("kind", ["curl", "python"])
def test_the_examples_of_the_guide_run(country: Country, kind: str) -> None:
    guide = (Path(__file__).parents[2] / "docs" / "figures.md").read_text(encoding="utf-8")
    program = country.hub.program("figures/read")
    [example] = re.findall(rf"^```{kind}\n(.*?)^```$", guide, re.MULTILINE | re.DOTALL)
    for named, real in (("https://hub.example", country.hub.url), ("KEY:", f"{program.key}:"),
                        (":SECRET", f":{program.secret}"), ('"KEY"', f'"{program.key}"'),
                        ('"SECRET"', f'"{program.secret}"')):  # fmt: skip
        example = example.replace(named, real)
    words = ["bash", "-euc"] if kind == "curl" else [sys.executable, "-c"]
    done = subprocess.run([*words, example], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    assert ('"languages":[{"name":"sq"' if kind == "curl" else "Gjilan 30\n  sq [0, 0, 0, 30]\n") in done.stdout


@pytest.mark.parametrize("path", ["place", "courses", "courses/mash:thyesat-6", "languages", "publishers"])
def test_the_guide_names_every_fact_of_an_answer(country: Country, path: str) -> None:
    guide = (Path(__file__).parents[2] / "docs" / "figures.md").read_text(encoding="utf-8")
    told = set(re.findall(r"`(\w+)`", guide))
    assert names(asked(country, f"/figures/v1/{path}", "figures/read").json()) <= told | {"sq", "en"}


def names(answer: object) -> set[str]:
    if isinstance(answer, dict):
        return set(answer).union(*map(names, answer.values()))
    return set().union(*map(names, answer)) if isinstance(answer, list) else set()


def test_figures_need_a_scope_and_give_nothing_else(country: Country) -> None:
    assert asked(country, "/figures/v1/place", "statements/read").status_code == 200
    assert asked(country, "/figures/v1/place", "statements/write").status_code == 403
    with country.hub.client(country.hub.program("figures/read")) as client:
        assert client.get("/xapi/statements").status_code == 403
