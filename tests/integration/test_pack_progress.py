"""What happens to progress when a publisher replaces items or wants them begun anew; nothing is ever dropped."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.simulators.lessons import LessonBox, lesson_box
from tests.simulators.one_video import publish_video

OLD, NEW = "mash:forca-e-vjeter", "mash:forca-e-re"
SITTING = "01890000-0000-7000-8000-000000000001"


@pytest.fixture
def school(tmp_path: Path) -> Iterator[LessonBox]:
    with lesson_box(tmp_path) as opened:
        yield opened


def watch(school: LessonBox, item_id: str) -> None:
    device = school.device()
    device.sign_in(school.arta)
    assert device.watch(item_id, position_s="60", segments="0-60", sitting=SITTING, ended="1").status_code == 204


def state(school: LessonBox, item_id: str) -> str:
    row = school.box.learning.progress(school.arta.person_id, [item_id]).get(item_id)
    return row.state if row else "none"


def test_an_item_that_replaces_another_takes_over_its_progress(school: LessonBox) -> None:
    publish_video(school.box, 1, OLD)
    watch(school, OLD)
    publish_video(school.box, 2, NEW, replaces=(OLD,))
    assert state(school, NEW) == "done"
    assert state(school, OLD) == "done"


def test_progress_with_the_new_item_is_not_overwritten_by_the_old_one(school: LessonBox) -> None:
    publish_video(school.box, 1, OLD)
    watch(school, OLD)
    publish_video(school.box, 2, NEW, replaces=(OLD,))
    before = school.box.learning.progress(school.arta.person_id, [NEW])
    publish_video(school.box, 3, NEW, replaces=(OLD,))
    assert school.box.learning.progress(school.arta.person_id, [NEW]) == before


def test_a_version_may_ask_that_an_item_is_begun_anew(school: LessonBox) -> None:
    publish_video(school.box, 1, OLD)
    watch(school, OLD)
    publish_video(school.box, 2, OLD, progress="reset")
    assert state(school, OLD) == "started"
    watch(school, OLD)
    assert state(school, OLD) == "done"


def test_a_version_that_says_nothing_keeps_progress(school: LessonBox) -> None:
    publish_video(school.box, 1, OLD)
    watch(school, OLD)
    publish_video(school.box, 2, OLD)
    assert state(school, OLD) == "done"
