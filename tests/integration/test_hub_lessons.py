"""What boxes tell of lessons: the hub takes it and finds it again by its lesson."""

import json
from pathlib import Path

from sync import iris
from tests.simulators.hub import running_hub
from tests.simulators.record_store import found, post
from tests.unit.test_statements import VECTORS


def test_statements_about_lessons_are_taken_and_found_by_their_lesson(tmp_path: Path) -> None:
    with running_hub(tmp_path / "data") as hub, hub.client(hub.program()) as lrs:
        sent = [json.loads(VECTORS[name]) for name in ("lesson_assigned", "lesson_completed")]
        assert post(lrs, *sent).json() == [one["id"] for one in sent]
        assert sorted(found(lrs, activity=sent[0]["object"]["id"])) == sorted(one["id"] for one in sent)
        assert found(lrs, verb=iris.ASSIGNED) == [sent[0]["id"]]
