"""What happens to progress when a publisher replaces items or wants them begun anew; nothing is ever dropped."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest

from content_packs.library import Publication
from content_packs.manifest import File, Item, Manifest, Unit
from content_packs.selection import holding_of
from schoolbox.services.pack_library import PackLibrary
from tests.simulators.lessons import LessonBox, lesson_box

OLD, NEW = "mash:forca-e-vjeter", "mash:forca-e-re"
SITTING = "01890000-0000-7000-8000-000000000001"


@pytest.fixture
def school(tmp_path: Path) -> Iterator[LessonBox]:
    with lesson_box(tmp_path) as opened:
        yield opened


def publish(
    school: LessonBox, version: int, item_id: str, *, replaces: tuple[str, ...] = (),
    progress: Literal["keep", "reset"] = "keep",
) -> None:  # fmt: skip
    """Publish a course of one video, straight into the library."""
    file = File(role="video", sha256=hashlib.sha256(b"video").hexdigest(), ext="mp4", size_bytes=5)
    item = Item(id=item_id, kind="video", title={"sq": "Forca"}, files=(file,), duration_s=60.0, replaces=replaces,
                progress=progress)  # fmt: skip
    manifest = Manifest(
        format=1, pack="mash:forca-8", version=version, title={"sq": "Forca"}, summary={"sq": "F"}, language="sq",
        subject="physics", area="natu", grades=(8,), licence="CC0-1.0", authors=("A",),
        released_at="2026-09-01T08:00:00Z", units=(Unit(slug="u", title={"sq": "Njësi"}, items=(item,)),),
    )  # fmt: skip
    holding = holding_of(tuple(manifest.items()), units=None, good=lambda _: True)
    PackLibrary(school.box.database, clock=school.box.clock).publish(
        Publication(manifest=manifest, manifest_sha256=hashlib.sha256(f"{version}".encode()).hexdigest(),
                    publisher_names={"sq": "M"}, catalogue_version=version, holding=holding)
    )  # fmt: skip


def watch(school: LessonBox, item_id: str) -> None:
    device = school.device()
    device.sign_in(school.arta)
    assert device.watch(item_id, position_s="60", segments="0-60", sitting=SITTING, ended="1").status_code == 204


def state(school: LessonBox, item_id: str) -> str:
    row = school.box.learning.progress(school.arta.person_id, [item_id]).get(item_id)
    return row.state if row else "none"


def test_an_item_that_replaces_another_takes_over_its_progress(school: LessonBox) -> None:
    publish(school, 1, OLD)
    watch(school, OLD)
    publish(school, 2, NEW, replaces=(OLD,))
    assert state(school, NEW) == "done"
    assert state(school, OLD) == "done"


def test_progress_with_the_new_item_is_not_overwritten_by_the_old_one(school: LessonBox) -> None:
    publish(school, 1, OLD)
    watch(school, OLD)
    publish(school, 2, NEW, replaces=(OLD,))
    before = school.box.learning.progress(school.arta.person_id, [NEW])
    publish(school, 3, NEW, replaces=(OLD,))
    assert school.box.learning.progress(school.arta.person_id, [NEW]) == before


def test_a_version_may_ask_that_an_item_is_begun_anew(school: LessonBox) -> None:
    publish(school, 1, OLD)
    watch(school, OLD)
    publish(school, 2, OLD, progress="reset")
    assert state(school, OLD) == "started"
    watch(school, OLD)
    assert state(school, OLD) == "done"


def test_a_version_that_says_nothing_keeps_progress(school: LessonBox) -> None:
    publish(school, 1, OLD)
    watch(school, OLD)
    publish(school, 2, OLD)
    assert state(school, OLD) == "done"
