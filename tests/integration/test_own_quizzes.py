"""Quizzes that teachers write: kept at each step, told what is missing, used as a signed pack, changed, deleted."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from schoolbox.config import Config
from schoolbox.errors import BadInputError, NotFoundError
from schoolbox.services.lesson_rows import LessonWish
from schoolbox.services.own_quizzes import QUIZZES_MAX
from schoolbox.services.people_rows import NewPerson
from schoolbox.services.quiz_draft import Draft, compose
from schoolbox.wiring import open_box
from tests.simulators.device import Device, shown
from tests.simulators.own_quiz import QUESTIONS, use, write_question, write_quiz
from tests.simulators.pictures import jpeg
from tests.simulators.quiz_kinds import fill
from tests.simulators.rooms import STRANGER, Pages, open_pages


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Pages]:
    with open_pages(tmp_path) as opened:
        yield opened


@pytest.fixture
def desk(pages: Pages) -> Device:
    return pages.staff(pages.seeded.teacher)


def teacher(pages: Pages) -> int:
    return pages.seeded.pupils[0].person_id - 1


def phone(pages: Pages, number: int = 0) -> Device:
    device = pages.device(f"10.0.1.{number}")
    device.sign_in(pages.seeded.pupils[number])
    device.get("/?lang=en")
    return device


def test_a_quiz_of_every_kind_is_written_used_and_answered_like_any_other(pages: Pages, desk: Device) -> None:
    url = write_quiz(desk, "  Fractions \n today ", QUESTIONS, shuffle_choices="0")
    facts = "Fractions today Maths Grade 6 8 questions English Change subject, grade or language Draft"
    assert facts in shown(desk, url)
    assert "still missing" not in shown(desk, url)
    item = use(desk, url)
    assert item.endswith(":kuiz-1-fractions-today")
    assert "In use" in shown(desk, url)
    pack = pages.box.library.pack(item)
    assert (pack.publisher, pack.grades, pack.area) == (item.partition(":")[0], (6,), "math")
    assert pages.box.packs.verify(item).sound

    pupil = phone(pages)
    answers = (["4"], ["4", "6"], ["True"], ["3,45"], [" The  Numerator"], ["one", "two", "three"],
               ["half", "quarter"], ["tiranë"])  # fmt: skip
    for place, said in enumerate(answers, 1):
        page = pupil.text(f"/quizzes/{item}")
        form = {"question": f"q{place}", "go": "1", **fill(page, said)}
        assert pupil.post(f"/quizzes/{item}/answer", form).status_code == 303
    assert pages.box.learning.progress(pages.seeded.pupils[0].person_id, [item])[item].done


def test_a_first_quiz_is_for_a_class_of_its_teacher_and_says_so_the_next_is_like_it(pages: Pages, desk: Device) -> None:
    pages.box.people.join(pages.box.people.class_add("9/1", 9), pages.seeded.pupils[-1].person_id + 1)
    url = pages.staff(STRANGER).post("/my-quizzes", {"title": "Ours"}, on="/my-quizzes").headers["Location"]
    assert "Maths Grade 9 0 questions English" in shown(pages.staff(STRANGER), url)
    first = write_quiz(desk, "One", {}, subject="physics", grade="7", language="sq")
    second = desk.post("/my-quizzes", {"title": "Two"}, on="/my-quizzes").headers["Location"]
    for page in (first, second):
        assert "Physics Grade 7 0 questions Albanian Change subject, grade or language" in shown(desk, page)


def test_what_was_typed_is_kept_and_each_problem_stands_beside_its_field(pages: Pages, desk: Device) -> None:
    url = write_quiz(desk, "", {})
    assert "Write at least one question." in shown(desk, url)
    assert "Give the quiz a title." in shown(desk, url)
    wrong: dict[str, tuple[dict[str, object], tuple[str, ...]]] = {
        "single": ({"prompt": "", "rows": "1", "text": ["4"]}, ("Write the question.", "Write at least two answers")),
        "multiple": ({"prompt": "?", "rows": "1", "text": ["4", "4"], "right": "0"}, ("Two of these are the same.",)),
        "true_false": ({"prompt": "?"}, ("Say whether the sentence is true.",)),
        "number": ({"prompt": "?", "answers": "many", "tolerance": "-1"}, ("This is not a number. Write", "from 0 up")),
        "text": ({"prompt": "?", "answers": " \n "}, ("Write the right answer.",)),
        "order": ({"prompt": "?", "rows": "1", "text": ["one"]}, ("Write at least two things, the first one on top.",)),
        "match": ({"prompt": "?", "rows": "1", "text": ["1", "2"], "other": ["one", ""]}, ("Write beside each one",)),
        "gaps": ({"prompt": "No gap here."}, ("Put the missing word in brackets: [word].",)),
    }  # fmt: skip
    for kind, (form, problems) in wrong.items():
        page = write_question(desk, url, kind, form)
        words = shown(desk, page)
        assert "Saved. Something is still missing; see below." in words
        for problem in problems:
            assert problem in words, (kind, problem)
        typed = form.get("text", [])
        assert isinstance(typed, list)
        for text in typed:
            assert f'value="{text}"' in desk.text(page)
    assert "still missing: 11 things" in shown(desk, url)
    with pytest.raises(BadInputError):
        pages.box.quiz_publishing.use(teacher(pages), 1)
    assert "Something is still missing; see below." in shown(desk, desk.post(f"{url}/use", on=url).headers["Location"])


def test_a_single_answer_has_one_right_and_more_lines_lose_none(desk: Device) -> None:
    url = write_quiz(desk, "Lines", {})
    page = write_question(desk, url, "single", {"prompt": "?", "rows": "1", "text": ["a", "b"], "right": ["0", "1"]})
    assert "Only one answer can be right here." in shown(desk, page)
    more = desk.post(page, {"kind": "single", "do": "more", "prompt": "?", "rows": "1", "text": list("abcd")}, on=page)
    assert desk.text(more.headers["Location"]).count('name="text"') == 6
    for text in "abcd":
        assert f'value="{text}"' in desk.text(page)


def test_words_for_gaps_are_chosen_where_the_teacher_gives_wrong_ones(pages: Pages, desk: Device) -> None:
    prompt = "[Tirana|Tirane] is the capital of [Albania]."
    url = write_quiz(desk, "Capitals", {})
    page = write_question(desk, url, "gaps", {"prompt": prompt, "wrong_words": "Kosovo\nAlbania"})
    assert "A word here is right in a gap. Take it out." in shown(desk, page)
    desk.post(page, {"kind": "gaps", "do": "save", "prompt": prompt, "wrong_words": "Prishtina\nKosovo"}, on=page)
    item, pupil = use(desk, url), phone(pages)
    asked = pupil.text(f"/quizzes/{item}")
    first, second = (dict(re.findall(r'value="(~\d)">([^<]+)<', gap)) for gap in asked.split("<select")[1:3])
    assert sorted(first.values()) == sorted(second.values()) == ["Albania", "Kosovo", "Prishtina", "Tirana"]
    chosen = {gap: next(at for at, word in words.items() if word == right)
              for gap, words, right in (("gap0", first, "Tirana"), ("gap1", second, "Albania"))}  # fmt: skip
    form = {"question": "q1", "go": "1", **chosen}
    pupil.post(f"/quizzes/{item}/answer", form, on=f"/quizzes/{item}")
    assert pages.box.learning.progress(pages.seeded.pupils[0].person_id, [item])[item].done


def test_answers_may_be_pictures(pages: Pages, desk: Device) -> None:
    url = write_quiz(desk, "Leaves", {})
    page = write_question(desk, url, "single", {"prompt": "Which one is an oak?"})
    form = {"kind": "single", "do": "save", "prompt": "Which one is an oak?", "rows": "1", "text": ["A", ""],
            "right": "0", "row_alt": ["a leaf with round teeth", ""]}  # fmt: skip
    pictures = {f"row_picture_{place}": (io.BytesIO(jpeg(wide=40 + place)), "leaf.jpg") for place in range(2)}
    desk.post(page, {**form, **pictures}, on=page)
    assert "Say in words what each picture shows, for who cannot see it." in shown(desk, page)
    desk.post(page, {**form, "row_alt": ["a leaf with round teeth", "a pointed leaf"]}, on=page)
    words = shown(desk, page)
    assert "Write something beside each picture, if only A, B, C." in words
    again = {**form, "text": ["A", "B"], "row_alt": ["a leaf with round teeth", "a pointed leaf"]}
    broken = {"row_picture_1": (io.BytesIO(b"MZ"), "leaf.jpg")}
    back = desk.post(page, {**again, **broken}, on=page).headers["Location"]
    assert "This is not a JPEG, PNG or WebP picture, or it is damaged. Everything else is saved." in shown(desk, back)
    both = {f"row_picture_{place}": (io.BytesIO(raw), "x.jpg") for place, raw in enumerate((b"MZ", bytes(200_001)))}
    told = shown(desk, desk.post(page, {**again, **both}, on=page).headers["Location"])
    assert "Picture of answer 1: This is not a JPEG" in told
    assert "Picture of answer 2: The picture is larger" in told
    assert "still missing" not in shown(desk, url)
    item = use(desk, url)
    asked = phone(pages).text(f"/quizzes/{item}")
    assert 'alt="a leaf with round teeth"' in asked
    assert 'alt="a pointed leaf"' in asked
    source = re.findall(r'<img[^>]*src="([^"]+)"', asked)
    assert len(set(source)) == 2
    assert phone(pages, 1).get(source[0]).status_code == 200
    desk.post(page, {**again, "do": "no-picture-1"}, on=page)
    assert desk.text(page).count('<img class="pic"') == 1


def test_of_each_group_so_many_questions_are_drawn(pages: Pages, desk: Device) -> None:
    url = write_quiz(desk, "Mixed", {})
    for place in range(7):
        group = {"group": "1" if place < 3 else "2" if place < 6 else "0"}
        write_question(desk, url, "true_false", {"prompt": f"Sentence {place}", "truth": "true", **group})
    settings = f"{url}/settings"
    assert {"draw_0", "draw_1", "draw_2"} <= set(re.findall(r'name="(draw_\d)"', desk.text(settings)))
    form = {"title": "Mixed", "draw_0": "0", "draw_1": "4", "draw_2": "2"}
    desk.post(settings, form, on=settings)
    assert "There are fewer questions than should be asked." in shown(desk, settings)
    desk.post(settings, {**form, "draw_1": "1"}, on=settings)
    quiz = compose(pages.box.own_quizzes.own(teacher(pages), 1).draft)
    assert quiz.asked == 4
    assert "Of these, 4 questions are drawn anew for each try. Change how many" in shown(desk, f"{url}/preview")
    assert quiz.draw == {"group-1": 1, "group-2": 2}
    assert [question.pool for question in quiz.questions] == ["group-1"] * 3 + ["group-2"] * 3 + [None]
    assert "Question 1 of 4" in shown(phone(pages), f"/quizzes/{use(desk, url)}")


def test_questions_are_moved_copied_and_taken_out(pages: Pages, desk: Device) -> None:
    url = write_quiz(desk, "Order", {kind: QUESTIONS[kind] for kind in ("single", "text", "gaps")})
    for do in ("up q3", "down q1", "copy q3", "remove q2"):
        assert desk.post(f"{url}/order", {"do": do}, on=url).status_code == 303
    draft = pages.box.own_quizzes.own(teacher(pages), 1).draft
    assert [one.id for one in draft.questions] == ["q3", "q4", "q1"]
    assert draft.questions[0].prompt == draft.questions[1].prompt


def test_a_changed_quiz_is_seen_only_when_its_teacher_says_so(pages: Pages, desk: Device) -> None:
    url = write_quiz(desk, "Fractions", {"text": QUESTIONS["text"]})
    item = use(desk, url)
    page = f"{url}/questions/q1"
    desk.post(page, {"kind": "text", "do": "save", "prompt": "Another question?", "answers": "yes"}, on=page)
    assert "Changed since it is in use" in shown(desk, url)
    pupil = phone(pages)
    assert "The name of the upper number?" in shown(pupil, f"/quizzes/{item}")
    first = pages.box.packs.versions()[item]
    for prompt in ("Another one?", "Another question?"):
        desk.post(page, {"kind": "text", "do": "save", "prompt": prompt, "answers": "yes"}, on=page)
    assert use(desk, url) == item
    assert (first, pages.box.packs.versions()[item]) == (1, 2)
    assert "Another question?" in shown(pupil, f"/quizzes/{item}")
    assert [row.pack_id for row in pages.box.packs.list() if row.pack_id.startswith("box-")] == [item]


def test_the_same_version_is_used_twice_without_harm_and_an_older_database_signs_a_newer_one(
    pages: Pages, desk: Device
) -> None:
    url = write_quiz(desk, "Fractions", {"text": QUESTIONS["text"]})
    item = use(desk, url)
    assert pages.box.quiz_publishing.use(teacher(pages), 1) == item
    before = pages.box.packs.versions()[item]
    # As a snapshot from before holds it:
    changed = "UPDATE own_quiz SET pack_id = '', used = 0, version = 1, draft = json_set(draft, '$.pass_percent', 80)"
    pages.box.database.write(lambda: pages.box.database.run_sql(changed, ()))
    assert pages.box.quiz_publishing.use(teacher(pages), 1) == item
    assert pages.box.packs.versions()[item] > before


def test_a_quiz_for_tests_only_is_in_no_list_and_no_search_of_pupils(pages: Pages, desk: Device) -> None:
    url = write_quiz(desk, "Secret plan", {"text": QUESTIONS["text"]}, where="tests")
    item = use(desk, url)
    pupil = phone(pages)
    for path in ("/subjects/math", "/search?q=secret", "/grades/6", "/"):
        assert "Secret plan" not in shown(pupil, path)
    for path in (f"/quizzes/{item}", f"/items/{item}"):
        assert pupil.get(path).status_code == 404
    assert "Give as a lesson" not in shown(desk, url)
    with pytest.raises(NotFoundError):
        pages.box.lessons.make(teacher(pages), pages.class_id, LessonWish(items=(item,)))


def test_colleagues_see_and_copy_what_is_shared_and_nothing_else(pages: Pages, desk: Device) -> None:
    url = write_quiz(desk, "Fractions", {"text": QUESTIONS["text"]})
    colleague = pages.staff(STRANGER)
    assert "Fractions" not in shown(colleague, "/my-quizzes")
    assert colleague.get(f"{url}/preview").status_code == 404
    desk.post(f"{url}/share", {"shared": "1"}, on=url)
    assert "From colleagues Fractions Vlora Gashi" in shown(colleague, "/my-quizzes")
    assert "The name of the upper number?" in shown(colleague, f"{url}/preview")
    for path in (url, f"{url}/settings", f"{url}/questions/q1", f"{url}/delete"):
        assert colleague.get(path).status_code == 404
    assert colleague.post(f"{url}/delete").status_code == 404
    copy = colleague.post(f"{url}/copy", on="/my-quizzes").headers["Location"]
    assert "Fractions (copy)" in shown(colleague, copy)
    colleague.post(f"{copy}/delete", on=f"{copy}/delete")
    assert "The name of the upper number?" in shown(desk, f"{url}/preview")
    desk.post(f"{url}/share", {"shared": "0"}, on=url)
    assert colleague.get(f"{url}/preview").status_code == 404


def test_deleting_takes_the_pack_off_and_keeps_what_pupils_did(pages: Pages, desk: Device) -> None:
    url = write_quiz(desk, "Fractions", {"text": QUESTIONS["text"]})
    item = use(desk, url)
    pupil = phone(pages)
    pupil.answer(item, "q1", ["numerator"])
    assert desk.post(f"{url}/delete", on=f"{url}/delete").status_code == 303
    assert "The quiz is deleted." in shown(desk, "/my-quizzes")
    assert item not in pages.box.packs.versions()
    assert pupil.get(f"/quizzes/{item}").status_code == 410
    assert pages.box.learning.progress(pages.seeded.pupils[0].person_id, [item])[item].done
    again = use(desk, write_quiz(desk, "Fractions", {"text": QUESTIONS["text"]}))
    assert again != item


def test_a_picture_is_shown_to_its_writer_and_travels_with_the_quiz(pages: Pages, desk: Device) -> None:
    url = write_quiz(desk, "Pictures", {"text": QUESTIONS["text"]})
    page = f"{url}/questions/q1"

    def send(raw: bytes, **form: str) -> str:
        fields = {"kind": "text", "prompt": "What is this?", "answers": "a cake", "do": "save", **form}
        return desk.post(page, {**fields, "picture": (io.BytesIO(raw), "foto.jpg")}, on=page).headers["Location"]

    assert "This is not a JPEG, PNG or WebP picture" in shown(desk, send(b"%PDF-1.4 no picture").partition("#")[0])
    assert "The picture is larger than 200 kB." in shown(desk, send(jpeg() + bytes(200_000)).partition("#")[0])
    send(jpeg())
    assert "Say in words what the picture shows" in shown(desk, page)
    send(b"", alt="A cake cut in two")
    name = pages.box.own_quizzes.own(teacher(pages), 1).draft.questions[0].picture.name
    assert desk.get(f"/my-quizzes/pictures/{name}").data == jpeg()
    assert phone(pages).get(f"/my-quizzes/pictures/{name}").status_code == 403
    item = use(desk, url)
    pupil = phone(pages)
    assert 'alt="A cake cut in two"' in pupil.text(f"/quizzes/{item}")
    assert pupil.get(f"/media/{name}").data == jpeg()
    assert desk.post(page, {"kind": "text", "do": "no-picture"}, on=page).status_code == 303
    assert pages.box.own_quizzes.own(teacher(pages), 1).draft.questions[0].picture.alt == ""


def test_pictures_of_a_teacher_who_is_erased_go_and_those_of_colleagues_stay(pages: Pages, desk: Device) -> None:
    page = f"{write_quiz(desk, 'Pictures', {'text': QUESTIONS['text']})}/questions/q1"
    form = {"kind": "text", "prompt": "What is this?", "answers": "a cake", "do": "save", "alt": "A cake"}
    names = []
    for wide in (40, 41):
        desk.post(page, {**form, "picture": (io.BytesIO(jpeg(wide=wide)), "foto.jpg")}, on=page)
        names.append(pages.box.own_quizzes.own(teacher(pages), 1).draft.questions[0].picture.name)
    other = pages.box.people.add(NewPerson("teacher", "Drita", "Berisha")).person_id
    draft = pages.box.own_quizzes.own(teacher(pages), 1).draft
    pages.box.own_quizzes.make(other, draft)
    pages.box.erasures.erase(teacher(pages), by=0)
    with pytest.raises(NotFoundError):
        pages.box.quiz_pictures.path(names[0])
    assert pages.box.quiz_pictures.path(names[1])[0].is_file()
    pages.box.erasures.erase(other, by=0)
    with pytest.raises(NotFoundError):
        pages.box.quiz_pictures.path(names[1])


def test_where_the_lesson_explains_it_is_searched_and_chosen(pages: Pages, desk: Device) -> None:
    url = write_quiz(desk, "Watch", {"text": QUESTIONS["text"]})
    page = f"{url}/questions/q1"
    found = desk.post(page, {"kind": "text", "do": "find", "q": "whole"}, on=page).headers["Location"].partition("#")[0]
    assert "Parts of a whole" in shown(desk, found)
    desk.post(page, {"kind": "text", "do": "save", "watch": "mash:pjeset", "at": "0:20"}, on=page)
    item = use(desk, url)
    pupil = phone(pages)
    pupil.answer(item, "q1", ["no"])
    assert "/items/mash:pjeset?t=20" in pupil.text(f"/quizzes/{item}?question=q1")


def test_a_teacher_keeps_a_number_of_quizzes_that_can_be_looked_through(pages: Pages, desk: Device) -> None:
    for _ in range(QUIZZES_MAX):
        pages.box.own_quizzes.make(teacher(pages), Draft())
    desk.post("/my-quizzes", {"title": "One more"}, on="/my-quizzes")
    assert "You have 300 quizzes. Delete one first." in shown(desk, "/my-quizzes")


def test_what_was_saved_is_there_after_the_box_was_opened_again(tmp_path: Path) -> None:
    with open_pages(tmp_path) as pages:
        desk = pages.staff(pages.seeded.teacher)
        item = use(desk, write_quiz(desk, "Fractions", {"text": QUESTIONS["text"], "number": {"prompt": "Half"}} |
                                    {"number": QUESTIONS["number"]}))  # fmt: skip
        data, writer = pages.seeded.data, teacher(pages)
    box = open_box(Config(data=data, reserve_mb=0))
    try:
        quiz = box.own_quizzes.own(writer, 1)
        assert (quiz.draft.title, len(quiz.draft.questions), quiz.is_current) == ("Fractions", 2, True)
        assert box.quizzes.paper(item, staff=False).quiz.asked == 2
    finally:
        box.close()
