"""Who may come in, how long they stay, and what a copied database gives away."""

import logging
import sqlite3
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from content_packs.durable import Disk
from schoolbox import logs
from schoolbox.errors import BadInputError, ConfigError, NotFoundError, SignInError, ThrottledError
from schoolbox.services.passwords import AT_ONCE, Passwords
from schoolbox.services.people_rows import NewPerson
from schoolbox.services.secrets import Secrets
from tests.simulators.people import IDLE_MINUTES, SchoolHouse, school_house, wait_after_many, wrong

DEVICE = "10.0.0.5/tablet"
PASSWORD = "tri fjalë të mira"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[SchoolHouse]:
    with school_house(tmp_path) as opened:
        yield opened


def teacher(house: SchoolHouse) -> int:
    return house.people.add(NewPerson("teacher", "Vlora", "Gashi", password=PASSWORD)).person_id


def test_a_pupil_signs_in_with_the_pin_and_is_known_by_a_short_name(house: SchoolHouse) -> None:
    person_id, pin = house.pupil()
    viewer = house.sign_in.viewer(house.sign_in.sign_in_pin(person_id, pin, device=DEVICE))
    assert viewer is not None
    assert (viewer.person_id, viewer.role, viewer.short_name) == (person_id, "pupil", "Arta K.")
    assert (viewer.class_name, viewer.grade, len(viewer.actor_id)) == ("6/2", 6, 32)


def test_a_viewer_is_told_apart_from_a_classmate_of_the_same_name(house: SchoolHouse) -> None:
    person_id, _ = house.pupil("Arta", "Krasniqi")
    house.pupil("Arta", "Kastrati")
    house.pupil("Arta", "Krueziu", class_name="8/1")
    viewer = house.sign_in.viewer(house.sign_in.start(person_id))
    assert viewer is not None
    assert viewer.short_name == "Arta Kr."


def test_a_wrong_pin_an_unknown_pupil_and_a_teachers_id_are_refused_alike(house: SchoolHouse) -> None:
    person_id, pin = house.pupil()
    typed = ((person_id, wrong(pin)), (999, pin), (teacher(house), pin), (person_id, ""), (person_id, "١٢٣٤"))
    for who, what in typed:
        with pytest.raises(SignInError):
            house.sign_in.sign_in_pin(who, what, device=DEVICE)


def test_a_pin_of_one_pupil_does_not_open_another_and_equal_pins_do_not_look_equal(house: SchoolHouse) -> None:
    person_id, pin = house.pupil()
    other_id, _ = house.pupil("Bardh", "Ademi")
    assert house.people.pin_mark(person_id, pin) != house.people.pin_mark(other_id, pin)


def test_a_copied_database_holds_no_token_and_no_pin_that_can_be_tried_without_the_key(house: SchoolHouse) -> None:
    person_id, pin = house.pupil()
    token = house.sign_in.sign_in_pin(person_id, pin, device=DEVICE)
    with closing(sqlite3.connect(house.db.path)) as copied:
        dump = "\n".join(copied.iterdump())
    assert token not in dump
    assert house.secrets.pin_key().hex() not in dump
    assert f"'{pin}'" not in dump


def test_a_wrong_pin_of_one_child_never_keeps_another_out(house: SchoolHouse) -> None:
    person_id, pin = house.pupil()
    other_id, other_pin = house.pupil("Bardh", "Ademi")
    assert wait_after_many(lambda: house.sign_in.sign_in_pin(person_id, wrong(pin), device=DEVICE)) > 0
    assert house.sign_in.sign_in_pin(other_id, other_pin, device=DEVICE)
    house.clock.tick(61)
    assert house.sign_in.sign_in_pin(person_id, pin, device=DEVICE)


def test_while_a_device_waits_even_the_right_pin_is_not_looked_at(house: SchoolHouse) -> None:
    person_id, pin = house.pupil()
    for _ in range(5):
        with pytest.raises(SignInError):
            house.sign_in.sign_in_pin(person_id, wrong(pin), device=DEVICE)
    with pytest.raises(ThrottledError) as refused:
        house.sign_in.sign_in_pin(person_id, pin, device=DEVICE)
    assert 0 < refused.value.wait_s <= 11


def test_a_teacher_signs_in_with_a_password_however_the_login_is_written(house: SchoolHouse) -> None:
    teacher(house)
    for login in ("vlora.gashi", "Vlora.Gashi", " vlora.gashi "):
        token = house.sign_in.sign_in_password(login, PASSWORD, device=DEVICE)
        viewer = house.sign_in.viewer(token)
        assert viewer is not None
        assert (viewer.role, viewer.class_id) == ("teacher", None)


def test_an_unknown_login_and_a_wrong_password_are_refused_alike(house: SchoolHouse) -> None:
    teacher(house)
    house.pupil()
    for login, password in (("vlora.gashi", "something else"), ("nobody", "x" * 300), ("arta.krasniqi", PASSWORD)):
        with pytest.raises(SignInError):
            house.sign_in.sign_in_password(login, password, device=DEVICE)


def test_made_up_logins_are_spaced_like_real_ones(house: SchoolHouse) -> None:
    teacher(house)
    real = wait_after_many(lambda: house.sign_in.sign_in_password("vlora.gashi", "wrong wrong", device=DEVICE))
    made_up = wait_after_many(lambda: house.sign_in.sign_in_password("made.up", "wrong wrong", device=DEVICE))
    assert real == made_up > 0


def test_a_pupil_is_signed_out_after_some_quiet_minutes_but_not_while_a_video_reports(house: SchoolHouse) -> None:
    token = house.sign_in.start(house.pupil()[0])
    for _ in range(200):
        house.clock.tick(15)
        assert house.sign_in.viewer(token) is not None
    house.clock.tick(IDLE_MINUTES * 60 + 61)
    assert house.sign_in.viewer(token) is None
    house.clock.tick(-IDLE_MINUTES * 60)
    assert house.sign_in.viewer(token) is None


def test_a_jump_of_the_wall_clock_signs_nobody_out(house: SchoolHouse) -> None:
    token = house.sign_in.start(house.pupil()[0])
    for year in (1970, 2099):
        house.clock.at = house.clock.at.replace(year=year)
        assert house.sign_in.viewer(token) is not None


def test_after_a_power_cut_staff_stay_signed_in_and_pupils_do_not(house: SchoolHouse) -> None:
    pupil, staff = house.sign_in.start(house.pupil()[0]), house.sign_in.start(teacher(house))
    house.clock.monotonic = 5.0
    after = house.rebooted().sign_in
    assert after.viewer(pupil) is None
    assert after.viewer(staff) is not None
    house.clock.tick(30)
    assert after.viewer(staff) is not None


def test_a_restart_of_the_program_alone_ends_no_session(house: SchoolHouse) -> None:
    token = house.sign_in.start(house.pupil()[0])
    again = SchoolHouse(house.data, house.db, house.clock, boot_id=house.boot_id)
    assert again.sign_in.viewer(token) is not None


def test_a_teacher_who_forgot_to_sign_out_is_signed_out_by_the_next_morning(house: SchoolHouse) -> None:
    token = house.sign_in.start(teacher(house))
    house.clock.tick(11 * 3600)
    assert house.sign_in.viewer(token) is None


def test_signing_out_ends_this_session_only(house: SchoolHouse) -> None:
    person_id, _ = house.pupil()
    phone, tablet = house.sign_in.start(person_id), house.sign_in.start(person_id)
    house.sign_in.sign_out(tablet)
    house.sign_in.sign_out("made up")
    assert house.sign_in.viewer(tablet) is None
    assert house.sign_in.viewer(phone) is not None


def test_sessions_of_one_pupil_do_not_grow_without_end(house: SchoolHouse) -> None:
    person_id, _ = house.pupil()
    tokens = []
    for _ in range(30):
        house.clock.tick(1)
        tokens.append(house.sign_in.start(person_id))
    alive = [house.sign_in.viewer(token) is not None for token in tokens]
    assert alive == [False] * 20 + [True] * 10


def test_a_new_pin_replaces_the_old_one_and_ends_what_it_began(house: SchoolHouse) -> None:
    person_id, pin = house.pupil()
    token = house.sign_in.start(person_id)
    fresh = house.people.new_pin(person_id)
    assert house.sign_in.viewer(token) is None
    assert house.sign_in.sign_in_pin(person_id, fresh, device=DEVICE)
    if fresh != pin:
        with pytest.raises(SignInError):
            house.sign_in.sign_in_pin(person_id, pin, device=DEVICE)


def test_only_a_pupil_gets_a_pin_and_only_staff_a_password(house: SchoolHouse) -> None:
    house.pupil()
    with pytest.raises(NotFoundError):
        house.people.new_pin(teacher(house))
    with pytest.raises(BadInputError):
        house.people.new_password("arta.krasniqi", "long enough it is")


def test_a_new_password_ends_the_old_one_and_its_sessions(house: SchoolHouse) -> None:
    teacher(house)
    login = "vlora.gashi"
    first = house.people.new_password(login)
    token = house.sign_in.sign_in_password(login, first, device=DEVICE)

    second = house.people.new_password(login)

    assert house.sign_in.viewer(token) is None
    assert house.sign_in.sign_in_password(login, second, device=DEVICE)
    with pytest.raises(SignInError):
        house.sign_in.sign_in_password(login, first, device=DEVICE)


def test_pins_are_four_digits_and_none_is_the_first_a_child_would_guess(house: SchoolHouse) -> None:
    pins = {house.pupil(f"P{number}", "X")[1] for number in range(60)}
    assert all(len(pin) == 4 and pin.isdecimal() for pin in pins)
    assert not pins & {"0000", "1111", "1234", "4321", "7890"}


def test_a_hostile_name_is_refused_and_nobody_is_added(house: SchoolHouse) -> None:
    for bad in (
        NewPerson("pupil", "", "Krasniqi"), NewPerson("pupil", "A" * 81, "K"), NewPerson("pupil", "A\nB", "K\x00"),
        NewPerson("head", "Arta", "K"), NewPerson("teacher", "Arta", "K", login="a b"),
        NewPerson("teacher", "Arta", "K", password="short"),
    ):  # fmt: skip
        with pytest.raises(BadInputError):
            house.people.add(bad)
    assert house.db.fetch_sql(int, "SELECT count(*) FROM person") == [0]


def test_forty_teachers_at_once_are_hashed_two_at_a_time_and_all_get_in(house: SchoolHouse) -> None:
    for number in range(40):
        house.people.add(NewPerson("teacher", f"T{number}", "Gashi", password=f"password {number:02}"))
    assert AT_ONCE == 2

    def enter(number: int) -> str:
        return house.sign_in.sign_in_password(f"t{number}.gashi", f"password {number:02}", device=f"10.0.0.{number}/c")

    with ThreadPoolExecutor(40) as pool:
        assert len(set(pool.map(enter, range(40)))) == 40


def test_passwords_are_hashed_with_parameters_in_the_text_and_can_be_raised() -> None:
    weak, strong = Passwords(cost_log2=4), Passwords(cost_log2=5)
    stored = weak.hash("tri fjalë të mira")
    assert stored.startswith("scrypt$4$8$1$")
    assert strong.verify("tri fjalë të mira", stored)
    assert strong.verify("tri fjale\u0308 te\u0308 mira", stored)
    assert not strong.verify("tri fjale te mira", stored)
    assert not strong.verify("tri fjalë të mira", None)
    assert len(weak.make()) >= 10
    assert weak.make() != weak.make()


def test_keys_are_made_once_and_only_the_box_may_read_them(tmp_path: Path) -> None:
    first, second = Secrets(tmp_path / "keys", Disk()), Secrets(tmp_path / "keys", Disk())
    assert first.pin_key() == second.pin_key() != first.web_key()
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "keys").iterdir()} == {0o600}


def test_a_damaged_key_is_refused_and_not_replaced(tmp_path: Path) -> None:
    Secrets(tmp_path, Disk()).pin_key()
    (tmp_path / "pin.key").write_bytes(b"half")
    with pytest.raises(ConfigError):
        Secrets(tmp_path, Disk()).pin_key()
    assert (tmp_path / "pin.key").read_bytes() == b"half"


def test_signing_in_logs_ids_only(house: SchoolHouse, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    logs.keep_values_out()
    person_id, pin = house.pupil()
    house.sign_in.sign_in_pin(person_id, pin, device=DEVICE)
    with pytest.raises(SignInError):
        house.sign_in.sign_in_pin(person_id, wrong(pin), device=DEVICE)
    assert f"person={person_id}" in caplog.text
    for private in ("Arta", "Krasniqi", "arta.krasniqi", pin, wrong(pin)):
        assert private not in caplog.text


def test_somebody_who_guesses_is_seen_by_the_technician(house: SchoolHouse) -> None:
    person_id, pin = house.pupil()
    for number in range(30):
        with pytest.raises(SignInError):
            house.sign_in.sign_in_pin(person_id, wrong(pin), device=f"10.0.0.{number}/c")
    [event] = house.events.latest(10)
    assert (event.code, dict(event.facts)) == ("sign_in_guessing", {"person": person_id})


def test_the_numbers_of_box_and_school_are_made_once(house: SchoolHouse) -> None:
    facts = house.school.facts()
    house.school.set("Agimi", "Gjilan")
    again = house.rebooted().school.facts()
    assert (again.box_id, again.school_id) == (facts.box_id, facts.school_id)
    assert len(facts.box_id) == 32
    assert facts.box_id != facts.school_id


def test_events_keep_the_newest_by_order_whatever_the_clock_says(house: SchoolHouse) -> None:
    for number in range(1_010):
        house.clock.at = house.clock.at.replace(year=1970 + number % 60)
        house.events.note("started", number=number)
    latest = house.events.latest(2_000)
    assert [event.facts["number"] for event in latest] == list(range(1_009, 9, -1))
