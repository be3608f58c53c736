"""The country of `make hub-demo`, made smaller: what it holds is real, whole, and shows what a ministry looks for."""

from pathlib import Path

from deploy.demo.country import PEOPLE, make_country
from deploy.demo.country_names import COURSES, MUNICIPALITIES, TIRING
from sync.hub.check import check
from sync.hub.reports.places import EVERYTHING
from tests.integration.test_hub_pages import sign_in
from tests.simulators.hub import running_hub

PASSWORD = "tri fjalë të gjata"


def test_a_small_country_is_whole_and_shows_each_municipality(tmp_path: Path) -> None:
    make_country(tmp_path / "hub", PASSWORD, schools=len(MUNICIPALITIES))
    with running_hub(tmp_path / "hub") as hub:
        assert check(hub.hub.database).problems == ()
        places = [one.place.municipality for one in hub.hub.figures.below(EVERYTHING, 365)]
        assert set(places) == set(MUNICIPALITIES)
        assert len(places) == 38
        summary = hub.hub.figures.summary(EVERYTHING, 365)
        assert (summary.pupils or 0) > 500
        assert (summary.enrolled or 0) > 1500
        languages = [one.name for one in hub.hub.sources.of(EVERYTHING, "language")]
        assert sorted(languages) == ["bs", "sq", "sr", "tr"]
        for name, (municipality, _school) in PEOPLE.items():
            with hub.client() as client:
                assert sign_in(client, name, PASSWORD).status_code == 303
                page = client.get("/?period=year").text
                assert ("Prizren" in page) == (not municipality)


def test_every_grade_has_courses_and_every_tiring_lesson_is_one() -> None:
    for grade in range(1, 10):
        for language, least in {"sq": 3, "sr": 2, "tr": 2, "bs": 2}.items():
            assert len([one for one in COURSES if grade in one.grades and one.language == language]) >= least
    assert {item.id for course in COURSES for item in course.items()} >= TIRING
