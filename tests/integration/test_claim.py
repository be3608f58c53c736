"""How a new box gets its owner, once."""

import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from schoolbox.errors import BadInputError, NotFoundError, SignInError
from schoolbox.services.claim import Owner
from tests.simulators.people import SchoolHouse, school_house, wait_after_many

DEVICE = "10.0.0.5/laptop"
PASSWORD = "tri fjalë të mira"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[SchoolHouse]:
    with school_house(tmp_path) as opened:
        yield opened


def owner(code: str, password: str = PASSWORD) -> Owner:
    return Owner(code=code, school="Shkolla „Agimi”", municipality="Gjilan", password=password)


def test_a_new_box_shows_a_code_and_whoever_reads_it_becomes_technician(house: SchoolHouse) -> None:
    code = house.claim.prepare()
    assert code is not None
    file = house.data / "CLAIM.txt"
    assert file.read_text() == f"{code}\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    viewer = house.sign_in.viewer(house.claim.claim(owner(code.lower().replace("-", " ")), device=DEVICE))
    assert viewer is not None
    assert viewer.role == "technician"
    assert house.school.name() == "Shkolla „Agimi”, Gjilan"
    assert not file.exists()
    assert house.sign_in.sign_in_password("teknik", PASSWORD, device=DEVICE)


def test_the_code_works_once_and_stays_the_same_until_then(house: SchoolHouse) -> None:
    code = house.claim.prepare()
    assert code is not None
    assert house.claim.prepare() == code
    house.claim.claim(owner(code), device=DEVICE)
    assert house.claim.prepare() is None
    assert not house.claim.needed()
    with pytest.raises(NotFoundError):
        house.claim.claim(owner(code), device=DEVICE)


def test_a_lost_claim_file_gives_a_new_code_and_the_old_one_is_dead(house: SchoolHouse) -> None:
    old = house.claim.prepare()
    (house.data / "CLAIM.txt").unlink()
    new = house.claim.prepare()
    assert old is not None
    assert new != old
    with pytest.raises(SignInError):
        house.claim.claim(owner(old), device=DEVICE)


def test_a_refused_claim_changes_nothing_and_the_code_stays_good(house: SchoolHouse) -> None:
    code = house.claim.prepare()
    assert code is not None
    for bad in (owner(code, password="short"), Owner(code, "", "Gjilan", PASSWORD)):
        with pytest.raises(BadInputError):
            house.claim.claim(bad, device=DEVICE)
    assert not house.people.has_technician()
    assert house.school.name() == ""
    assert house.claim.prepare() == code


def test_of_two_people_with_the_same_code_one_owns_the_box(house: SchoolHouse) -> None:
    code = house.claim.prepare()
    assert code is not None

    def attempt(number: int) -> bool:
        try:
            house.claim.claim(owner(code), device=f"10.0.0.{number}/c")
        except (SignInError, NotFoundError, BadInputError):
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(attempt, range(6))) == [False] * 5 + [True]
    assert house.db.fetch_sql(int, "SELECT count(*) FROM person") == [1]


def test_codes_cannot_be_guessed_quickly(house: SchoolHouse) -> None:
    house.claim.prepare()
    assert wait_after_many(lambda: house.claim.claim(owner("AAAA-AAAA"), device=DEVICE)) > 0
