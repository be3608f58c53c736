"""Tests: prepared, opened and closed by the teacher's hand, answered once, shown when the teacher shows them."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from schoolbox.errors import BadInputError, NotFoundError
from schoolbox.services.class_test_rows import TestWish
from schoolbox.services.people_rows import NewPerson
from tests.simulators.clock import HandClock
from tests.simulators.device import Device, shown
from tests.simulators.own_quiz import QUESTIONS, use, write_quiz
from tests.simulators.quiz_kinds import fill
from tests.simulators.rooms import STRANGER, Pages, open_pages
from tests.simulators.seeded import QUIZ, Pupil

FORM = {"item": QUIZ, "title": "Fractions, part 1", "minutes": "0", "whom": "all"}


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def pages(tmp_path: Path, clock: HandClock) -> Iterator[Pages]:
    with open_pages(tmp_path, clock=clock) as opened:
        yield opened


@pytest.fixture
def desk(pages: Pages) -> Device:
    return pages.staff(pages.seeded.teacher)


def teacher(pages: Pages) -> int:
    return pages.seeded.pupils[0].person_id - 1


def phone(pages: Pages, pupil: int | Pupil = 0) -> Device:
    who = pages.seeded.pupils[pupil] if isinstance(pupil, int) else pupil
    device = pages.device(f"10.0.1.{who.person_id}")
    device.sign_in(who)
    device.get("/?lang=en")
    return device


def elsewhere(pages: Pages) -> Pupil:
    class_id = pages.box.people.class_add("9/1", 9)
    made = pages.box.people.add(NewPerson("pupil", "Drin", "Berisha", class_ids=(class_id,)))
    return Pupil(made.person_id, class_id, made.pin or "")


def hold(pages: Pages, item: str = QUIZ, *, minutes: int = 0, pupils: tuple[int, ...] = ()) -> int:
    """A test that is open."""
    wish = TestWish(item, "Fractions, part 1", minutes, pupils)
    test_id = pages.box.class_tests.make(teacher(pages), pages.class_id, wish)
    pages.box.class_tests.open(teacher(pages), test_id)
    return test_id


def begin(device: Device, item: str = QUIZ) -> None:
    assert device.post(f"/quizzes/{item}/again").status_code == 303


def say(desk: Device, test_id: int, what: str) -> str:
    """Press a button of the teacher's page; give the page after it."""
    page = f"/tests/{test_id}"
    assert desk.post(f"{page}/state", {"do": what}, on=page).status_code == 303
    return shown(desk, page)


def answers(pages: Pages) -> list[str]:
    return pages.box.database.fetch_sql(str, "SELECT question_id || response FROM answer ORDER BY 1")


def test_a_test_is_held_from_preparing_it_to_showing_what_was_right(pages: Pages, desk: Device) -> None:
    new = f"/classes/{pages.class_id}/tests/new?item={QUIZ}"
    assert "40 questions" in shown(desk, new)
    made = desk.post(f"/classes/{pages.class_id}/tests", {**FORM, "open": "0"}, on=new)
    test = made.headers["Location"]
    test_id = int(test.rpartition("/")[2])
    assert "Prepared for 4 pupils no limit of time The test is prepared." in shown(desk, test)
    arta, other = phone(pages), phone(pages, 1)
    assert "Fractions, part 1" not in shown(arta, "/")

    assert "Have begun 0 of 4" in say(desk, test_id, "open")
    assert "Test: Fractions, part 1 To the test" in shown(arta, "/")
    assert arta.get(test).headers["Location"] == f"/quizzes/{QUIZ}"
    words = shown(arta, f"/quizzes/{QUIZ}")
    assert "Test: Fractions, part 1 40 questions You can answer it once." in words
    begin(arta)
    for number in range(40):
        reply = arta.answer(QUIZ, f"q{number}", ["b" if number < 30 else "a"])
        assert "is-ok" not in arta.text(reply.headers["Location"] if number < 39 else f"/quizzes/{QUIZ}/hand-in")
    begin(other)
    other.answer(QUIZ, "q0", ["b"])
    words = shown(desk, test)
    assert "Have begun 2 of 4 Are through 0 of 4" in words
    assert "40 of 40 answered" in words
    assert "1 of 40 answered" in words
    assert " right" not in words.partition("Who is where")[2].partition("Show me right and wrong")[2]
    assert "30 right" in shown(desk, f"{test}?results=1")

    assert arta.post(f"/quizzes/{QUIZ}/hand-in", {"go": "1"}).status_code == 303
    for path in (f"/quizzes/{QUIZ}", f"/quizzes/{QUIZ}/result", f"/quizzes/{QUIZ}?question=q0"):
        page = arta.client.get(path, follow_redirects=True)
        assert "Your answers are in the box." in page.text
        assert "is-ok" not in page.text
    progress = pages.box.learning.progress
    assert progress(pages.seeded.pupils[0].person_id, [QUIZ])[QUIZ].questions == 0

    assert "Closed, results not shown" in say(desk, test_id, "close")
    assert "This test is closed." not in shown(other, test)
    assert "Your answers are in the box." in shown(other, test)
    assert "You have not answered it." in shown(phone(pages, 2), test)
    assert "Results shown" in say(desk, test_id, "show")
    assert "Test: Fractions, part 1 See what was right" in shown(arta, "/")
    assert "30 of 40 right" in shown(arta, test)
    assert "is-ok" in arta.text(test)
    assert "See what was right" not in shown(arta, "/")
    assert "1 of 40 right" in shown(other, test)
    assert "You have not answered this test." in shown(phone(pages, 2), test)
    assert re.search(r"Fractions, part 1 \w+ \d+ \w+, \d\d:\d\d Results shown", shown(arta, "/my-tests"))
    assert progress(pages.seeded.pupils[0].person_id, [QUIZ])[QUIZ].done
    assert not progress(pages.seeded.pupils[1].person_id, [QUIZ])[QUIZ].done


def test_nobody_but_its_pupils_can_see_or_answer_a_test(pages: Pages, desk: Device) -> None:
    item = use(desk, write_quiz(desk, "Plan", {"text": QUESTIONS["text"]}, where="tests"))
    chosen = pages.seeded.pupils[0].person_id
    test_id = hold(pages, item, pupils=(chosen,))
    inside = phone(pages)
    begin(inside, item)
    stranger, guest = pages.staff(STRANGER), pages.device()
    for outside in (phone(pages, 1), phone(pages, elsewhere(pages)), guest):
        assert "Fractions, part 1" not in shown(outside, "/")
        assert outside.get(f"/quizzes/{item}").status_code == 404
        assert outside.answer(item, "q1", ["numerator"]).status_code == 404
        assert outside.post(f"/quizzes/{item}/again").status_code == 404 or outside is guest
        assert outside.post(f"/quizzes/{item}/hand-in", {"go": "1"}).status_code == 404
        if outside is not guest:
            assert outside.get(f"/tests/{test_id}").status_code == 404
    for path in (f"/tests/{test_id}", f"/tests/{test_id}/live", f"/classes/{pages.class_id}/tests"):
        assert stranger.get(path).status_code == 404
    for what in ("open", "close", "show", "delete"):
        assert stranger.post(f"/tests/{test_id}/state", {"do": what}).status_code == 404
    assert stranger.post(f"/tests/{test_id}/pupils/{chosen}", {"do": "let-in"}).status_code == 404
    assert answers(pages) == []
    inside.answer(item, "q1", ["numerator"])
    assert answers(pages) == ['q1["numerator"]']


def test_a_quiz_that_is_a_test_cannot_be_practised_by_its_pupils_and_guests(pages: Pages, desk: Device) -> None:
    before = phone(pages)
    before.answer(QUIZ, "q0", ["a"])
    test_id = hold(pages)
    guest = pages.device()
    assert guest.get(f"/quizzes/{QUIZ}").status_code == 404
    assert before.answer(QUIZ, "q1", ["b"], go=1).status_code == 303  # the page of the practice was still open
    assert answers(pages) == ['q0["a"]']
    others = phone(pages, elsewhere(pages))
    others.answer(QUIZ, "q0", ["b"])
    assert "is-ok" in others.text(f"/quizzes/{QUIZ}?question=q0")
    begin(before)
    before.answer(QUIZ, "q0", ["b"], go=2)
    say(desk, test_id, "close")
    assert guest.get(f"/quizzes/{QUIZ}").status_code == 200
    for number in (0, 2):
        pupil = phone(pages, number)
        assert pupil.get(f"/quizzes/{QUIZ}").headers["Location"] == f"/tests/{test_id}"
    say(desk, test_id, "show")
    assert "Question 1 of 40" in shown(phone(pages, 2), f"/quizzes/{QUIZ}")


def test_after_closing_no_replayed_post_changes_anything(pages: Pages, desk: Device) -> None:
    test_id = hold(pages)
    pupil, late = phone(pages), phone(pages, 1)
    begin(pupil)
    pupil.answer(QUIZ, "q0", ["b"])
    say(desk, test_id, "close")
    kept = answers(pages)
    tries = pages.box.database.fetch_sql(str, "SELECT id || finished_at FROM attempt")
    for device in (pupil, late):
        for go in ("1", "2", "3"):
            device.answer(QUIZ, "q1", ["b"], go=int(go))
            device.post(f"/quizzes/{QUIZ}/hand-in", {"go": go})
        device.post(f"/quizzes/{QUIZ}/again")
    say(desk, test_id, "close")
    say(desk, test_id, "open")
    pupil.answer(QUIZ, "q1", ["b"])
    assert answers(pages) == kept
    assert pages.box.database.fetch_sql(str, "SELECT id || finished_at FROM attempt") == tries


def test_one_try_and_no_way_back_after_handing_in(pages: Pages) -> None:
    hold(pages)
    pupil = phone(pages)
    begin(pupil)
    pupil.answer(QUIZ, "q0", ["a"])
    pupil.answer(QUIZ, "q0", ["b"])  # until then every answer can be changed
    pupil.post(f"/quizzes/{QUIZ}/hand-in", {"go": "1"})
    begin(pupil)
    for go in (1, 2):
        pupil.answer(QUIZ, "q0", ["a"], go=go)
    assert answers(pages) == ['q0["b"]']


def test_time_of_a_test_is_its_own_and_one_pupil_gets_more(pages: Pages, desk: Device, clock: HandClock) -> None:
    test_id = hold(pages, minutes=10)
    slow, quick = phone(pages), phone(pages, 1)
    for pupil in (slow, quick):
        begin(pupil)
        pupil.answer(QUIZ, "q0", ["b"])
    person = pages.seeded.pupils[0].person_id
    assert desk.post(f"/tests/{test_id}/pupils/{person}", {"do": "time", "minutes": "5"}).status_code == 303
    assert "5 min more" in shown(desk, f"/tests/{test_id}")
    clock.tick(11 * 60)
    for pupil in (slow, quick):
        pupil.answer(QUIZ, "q1", ["b"])
    assert len(answers(pages)) == 3
    words = shown(desk, f"/tests/{test_id}")
    assert "Have begun 2 of 4 Are through 1 of 4" in words
    assert "About 4 min left" in words


def test_a_pupil_who_is_let_in_again_goes_on_with_the_answers_that_were_kept(
    pages: Pages, desk: Device, clock: HandClock
) -> None:
    test_id = hold(pages, minutes=10)
    pupil = phone(pages)
    begin(pupil)
    for number in range(3):
        pupil.answer(QUIZ, f"q{number}", ["b"])
    clock.tick(20 * 60)
    say(desk, test_id, "close")
    person = pages.seeded.pupils[0].person_id
    assert desk.post(f"/tests/{test_id}/pupils/{person}", {"do": "let-in", "minutes": "8"}).status_code == 303
    assert "Somebody was let in again" in shown(desk, f"/tests/{test_id}")
    another = phone(pages)  # another phone
    assert "Go on with the test" in shown(another, "/")
    assert "Question 4 of 40" in shown(another, f"/quizzes/{QUIZ}")
    another.answer(QUIZ, "q3", ["b"], go=2)
    assert "4 of 40 answered" in shown(desk, f"/tests/{test_id}")
    other = phone(pages, 1)
    begin(other)
    assert pages.box.database.fetch_sql(int, "SELECT count(*) FROM attempt") == [2]
    assert "Somebody was let in again" not in say(desk, test_id, "close")
    another.answer(QUIZ, "q4", ["b"], go=2)
    say(desk, test_id, "show")
    assert "4 of 40 right" in shown(another, f"/tests/{test_id}")


def test_what_makes_no_sense_is_told_and_changes_nothing(pages: Pages, desk: Device) -> None:
    class_tests, me = pages.box.class_tests, teacher(pages)
    test_id = class_tests.make(me, pages.class_id, TestWish(QUIZ))
    assert "Close the test first" in say(desk, test_id, "show")
    assert "This test was not opened yet." in say(desk, test_id, "close")
    say(desk, test_id, "open")
    assert "A test that was opened is kept" in say(desk, test_id, "delete")
    second = class_tests.make(me, pages.class_id, TestWish(QUIZ))
    assert "whose results are not shown yet" in say(desk, second, "open")
    assert desk.post(f"/tests/{second}/state", {"do": "delete"}, on=f"/tests/{second}").status_code == 303
    with pytest.raises(NotFoundError):
        class_tests.page(me, second)
    for wish in (TestWish("mash:not-here"), TestWish("mash:pjeset"), TestWish(QUIZ, pupils=(999,))):
        with pytest.raises(NotFoundError):
            class_tests.make(me, pages.class_id, wish)
    for wish in (TestWish(QUIZ, minutes=-1), TestWish(QUIZ, minutes=9_999), TestWish(QUIZ, "x" * 101)):
        with pytest.raises(BadInputError):
            class_tests.make(me, pages.class_id, wish)


def test_a_practice_of_every_kind_as_a_test_asks_each_question_once_without_hints(pages: Pages, desk: Device) -> None:
    url = write_quiz(desk, "Practice", QUESTIONS, mode="practice", mastery="3", shuffle_choices="0")
    item = use(desk, url)
    test_id = hold(pages, item)
    assert "A test with this quiz is open." in shown(desk, desk.post(f"{url}/use", on=url).headers["Location"])
    assert "A test with this quiz is open." in shown(desk, desk.post(f"{url}/delete", on=url).headers["Location"])
    pupil = phone(pages)
    begin(pupil, item)
    right = (["4"], ["4", "6"], ["True"], ["3,5"], ["numerator"], ["one", "two", "three"], ["half", "quarter"],
             ["Tirana"])  # fmt: skip
    for number, said in enumerate(right, 1):
        page = pupil.text(f"/quizzes/{item}")
        assert "A hint" not in page
        pupil.post(f"/quizzes/{item}/answer", {"question": f"q{number}", "go": "1", **fill(page, said)})
    pupil.post(f"/quizzes/{item}/hand-in", {"go": "1"})
    say(desk, test_id, "close")
    say(desk, test_id, "show")
    assert "8 of 8 right" in shown(pupil, f"/tests/{test_id}")


def test_the_pages_of_a_test_cost_the_same_for_four_pupils_and_one(pages: Pages, desk: Device) -> None:
    test_id = hold(pages)
    stamp = desk.get(f"/tests/{test_id}/live").json
    begin(phone(pages))
    assert desk.get(f"/tests/{test_id}/live").json != stamp


def test_a_test_of_a_quiz_that_left_the_box_can_still_be_closed_and_shown(pages: Pages, desk: Device) -> None:
    item = use(desk, write_quiz(desk, "Gone", {"text": QUESTIONS["text"]}))
    test_id = hold(pages, item)
    pupil = phone(pages)
    begin(pupil, item)
    pupil.answer(item, "q1", ["numerator"])
    pages.box.packs.remove(item)
    assert "The quiz of this test is no longer on the box." in shown(desk, f"/tests/{test_id}")
    say(desk, test_id, "close")
    say(desk, test_id, "show")
    words = shown(pupil, f"/tests/{test_id}")
    assert "1 of 1 right" in words
    assert "the questions cannot be shown any more" in words


def test_reports_say_nothing_of_a_test_before_its_teacher_shows_the_results(pages: Pages, desk: Device) -> None:
    test_id = hold(pages)
    pupil = phone(pages)
    begin(pupil)
    pupil.answer(QUIZ, "q0", ["a"])
    say(desk, test_id, "close")
    own = f"/classes/{pages.class_id}/pupils/{pages.seeded.pupils[0].person_id}"
    assert "1 wrong answer" not in shown(desk, own)
    say(desk, test_id, "show")
    assert "1 wrong answer" in shown(desk, own)


def test_the_result_of_a_quiz_for_tests_only_is_told_to_pupil_and_teacher_once_it_is_shown(
    pages: Pages, desk: Device
) -> None:
    url = write_quiz(desk, "Secret", {"text": QUESTIONS["text"]})
    settings = f"{url}/settings"
    desk.post(settings, {"title": "Secret", "where": "tests"}, on=settings)
    item, arta, first = use(desk, url), phone(pages), pages.seeded.pupils[0].person_id
    test_id = hold(pages, item)
    begin(arta, item)
    arta.answer(item, "q1", ["numerator"])
    assert "Secret Quiz · Secret Started" in shown(desk, f"/classes/{pages.class_id}/pupils/{first}")
    say(desk, test_id, "close")
    mine, page = "/my-progress", f"/classes/{pages.class_id}/pupils/{first}"
    assert "Fractions, part 1" not in shown(arta, mine)
    assert "Secret Quiz · Secret Handed in" in shown(desk, page)
    assert "Last: Secret · Handed in" in shown(desk, f"/reports/{pages.class_id}/now")
    say(desk, test_id, "show")
    assert "Your tests Fractions, part 1" in shown(arta, mine)
    assert "1 of 1" in shown(arta, mine)
    done = shown(desk, page)
    assert "Secret Quiz · Secret" in done
    assert "Secret Quiz · Secret Handed in" not in done
