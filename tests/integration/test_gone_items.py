"""A link to an item that is no longer here says so, and leads to what took its place."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.test_pack_progress import NEW, OLD, watch
from tests.simulators.lesson_source import PACK, VIDEO
from tests.simulators.lessons import LessonBox, lesson_box
from tests.simulators.one_video import publish_video

COURSE = "mash:forca-8"


@pytest.fixture
def school(tmp_path: Path) -> Iterator[LessonBox]:
    with lesson_box(tmp_path) as opened:
        yield opened


def test_a_removed_item_leads_to_what_replaces_it(school: LessonBox) -> None:
    publish_video(school.box, 1, OLD)
    watch(school, OLD)
    publish_video(school.box, 2, NEW, replaces=(OLD,))

    answer = school.device().get(f"/items/{OLD}")

    assert answer.status_code == 410
    page = answer.get_data(as_text=True)
    assert "„Forca” nuk është më në bibliotekë." in page
    assert f'href="/items/{NEW}"' in page
    assert f'href="/courses/{COURSE}"' in page


def test_a_chain_of_replacements_leads_to_its_end(school: LessonBox) -> None:
    publish_video(school.box, 1, OLD)
    publish_video(school.box, 2, NEW, replaces=(OLD,))
    publish_video(school.box, 3, "mash:forca-me-e-re", replaces=(NEW,))

    found = school.box.gone_items.find(OLD, staff=False)

    assert found is not None
    assert found.replacement is not None
    assert found.replacement.item.id == "mash:forca-me-e-re"


def test_an_item_that_comes_back_is_no_longer_gone(school: LessonBox) -> None:
    publish_video(school.box, 1, OLD)
    publish_video(school.box, 2, NEW)
    assert school.box.gone_items.find(OLD, staff=False) is not None
    publish_video(school.box, 3, OLD)
    assert school.box.gone_items.find(OLD, staff=False) is None
    assert school.device().get(f"/items/{OLD}").status_code == 200


def test_an_item_that_is_replaced_before_the_box_ever_saw_it_leads_on_too(school: LessonBox) -> None:
    publish_video(school.box, 2, NEW, replaces=(OLD,))

    page = school.device().get(f"/items/{OLD}").get_data(as_text=True)

    assert "Ky mësim nuk është më në bibliotekë." in page
    assert f'href="/items/{NEW}"' in page


def test_the_items_of_a_removed_pack_say_that_their_course_is_gone(school: LessonBox) -> None:
    school.box.packs.remove(PACK)

    for address in (f"/items/{VIDEO}", "/quizzes/mash:kuiz"):
        answer = school.device().get(address)
        assert answer.status_code == 410
        assert "Kursi i tij nuk është më në këtë kuti." in answer.get_data(as_text=True)


def test_what_was_for_teachers_only_is_not_named_to_pupils(school: LessonBox) -> None:
    school.box.packs.remove(PACK)
    pupil, teacher = school.device(), school.device()
    teacher.sign_in_staff(school.teacher)

    assert pupil.get("/items/mash:zgjidhjet").status_code == 404
    assert teacher.get("/items/mash:zgjidhjet").status_code == 410


def test_what_never_was_here_is_simply_not_found(school: LessonBox) -> None:
    assert school.device().get("/items/mash:nuk-ka-qene").status_code == 404


def test_a_pupil_whose_quiz_is_damaged_is_not_told_to_repair_the_box(school: LessonBox) -> None:
    [quiz] = school.box.library.item("mash:kuiz", staff=False).of_role("quiz")
    school.box.store.path(quiz.sha256, quiz.ext).unlink()
    pupil, teacher = school.device(), school.device()
    pupil.sign_in(school.arta)
    teacher.sign_in_staff(school.teacher)

    assert "Tregoji mësueses" in pupil.get("/quizzes/mash:kuiz").get_data(as_text=True)
    assert "schoolbox pack install" in teacher.get("/quizzes/mash:kuiz").get_data(as_text=True)
