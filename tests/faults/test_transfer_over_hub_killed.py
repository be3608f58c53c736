"""`kill -9` of the boxes and of the hub while a transfer goes over the hub: it gets there whole, once, and is ended."""

import json
import sqlite3
from contextlib import suppress
from pathlib import Path

import pytest

from tests.faults.test_transfer_power_cut import SURNAME, learner, signed_in
from tests.simulators.programs import HubProcess, Program, command, running_hub, start_box
from tests.simulators.two_schools import desk_of
from tests.simulators.waiting import eventually


def one(data: Path, query: str) -> str:
    """Ask a database that another program may have open."""
    connection = sqlite3.connect(data / ("hub.db" if (data / "hub.db").exists() else "box.db"), timeout=30)
    try:
        return str(connection.execute(query).fetchone()[0])
    finally:
        connection.close()


def asked(data: Path, query: str) -> int:
    """Ask for a number."""
    return int(one(data, query))


def enrol(data: Path, hub: HubProcess, school: str) -> None:
    made = command(
        "schoolbox-hub", "code", "create", "--data", hub.data, "--school", school, "--municipality", "Gjilan", "--json"
    )
    code = json.loads(made.stdout)["code"]
    done = command("schoolbox", "--data", data, "sync", "enrol", "--hub", hub.url, "--code", code)
    assert done.returncode == 0, done.stderr


def until(query: str, watched: Path, box: Program) -> None:
    """Press "try now" until a database says so: after a hub that was gone a box waits for a while by itself."""
    with signed_in(box) as browser:
        for _ in range(20):
            browser.load_form("/status")
            browser.post("/status/sync", {})
            with suppress(AssertionError):
                eventually(lambda: asked(watched, query), within_s=3)
                return
    raise AssertionError(f"never: {query}")


@pytest.mark.parametrize("victim", ["boxes", "hub"])
def test_killed_at_every_stage_a_transfer_over_the_hub_arrives_once_and_is_ended(tmp_path: Path, victim: str) -> None:
    with desk_of(tmp_path / "new", "Dituria") as new, desk_of(tmp_path / "old", "Agimi") as old:
        pupil = learner(old)
        code, class_id = old.make(pupil.person_id), new.school.arta.class_id
        old_data, new_data = old.box.config.data, new.box.config.data
    with running_hub(tmp_path / "hub") as hub:
        enrol(new_data, hub, "Dituria")
        enrol(old_data, hub, "Agimi")
        boxes = {old_data: start_box(old_data), new_data: start_box(new_data)}

        def cut(query: str, watched: Path, data: Path) -> None:
            """Kill as soon as a database says so, and start again."""
            killed = hub if victim == "hub" else boxes[data]
            eventually(lambda: asked(watched, query), saying=f"never: {query}")
            killed.kill()
            if isinstance(killed, HubProcess):
                killed.start()
            else:
                killed.end()
                boxes[data] = start_box(data)

        try:
            path = f"/people/{pupil.person_id}/transfer/hub"
            with signed_in(boxes[old_data]) as browser:
                browser.load_form(path)
                form = {"school": one(old_data, "SELECT id FROM hub_school")}
                assert browser.post(path, form).status_code == 303
            cut("SELECT count(*) FROM sending", hub.data, old_data)
            until("SELECT count(*) FROM sending WHERE state = 'waiting'", hub.data, boxes[old_data])
            until("SELECT count(*) FROM delivery", new_data, boxes[new_data])
            cut("SELECT count(*) FROM delivery", new_data, new_data)
            until("SELECT count(*) FROM delivery WHERE length(content) = size_bytes", new_data, boxes[new_data])
            with signed_in(boxes[new_data]) as browser:
                browser.load_form("/transfers")
                form = {"sending": one(new_data, "SELECT id FROM delivery"), "code": code}
                assert browser.post("/transfers", form).headers["Location"].endswith("/transfers/arriving")
                browser.load_form("/transfers/arriving")
                assert browser.post("/transfers/arriving", {"class": class_id, "join": 0}).status_code == 303
            cut("SELECT count(*) FROM arrival", new_data, new_data)
            until("SELECT count(*) FROM delivery WHERE receipt = 'told'", new_data, boxes[new_data])
            until("SELECT count(*) FROM departure WHERE ended_at IS NOT NULL", old_data, boxes[old_data])
            cut("SELECT count(*) FROM departure WHERE ended_at IS NOT NULL", old_data, old_data)
            until("SELECT count(*) = 0 FROM sending", hub.data, boxes[old_data])
        finally:
            for box in boxes.values():
                box.end()
    person = f"SELECT count(*) FROM person WHERE surname = '{SURNAME}'"
    assert asked(old_data, person) == 0
    assert asked(new_data, person) == 1
    assert asked(new_data, "SELECT count(*) FROM finished_course") == 1
    assert [one(data, "PRAGMA integrity_check") for data in boxes] == ["ok", "ok"]
