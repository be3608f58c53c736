"""Sticks on the command line: what the system calls when one is mounted reaches the running box."""

import json
from pathlib import Path
from subprocess import CompletedProcess

from content_packs.errors import NotAShelfError
from content_packs.export.errors import NoStickError
from schoolbox.errors import NotFoundError
from schoolbox.messages import TABLE
from tests.simulators.browser import Browser
from tests.simulators.programs import command, running_box
from tests.simulators.seeded import PACK, PASSWORD, Seeded, seed
from tests.simulators.waiting import eventually

PHYSICS = "mash:fizika-8"


def said(school: Seeded, *words: str | Path) -> CompletedProcess[str]:
    return command("schoolbox", "--data", school.data, "stick", *words)


def test_a_scan_reaches_the_running_box_and_the_page_installs(tmp_path: Path) -> None:
    school = seed(tmp_path, pupils=1)
    school.ministry.publish(PHYSICS)
    with running_box(school.data, "--sync", "no", "--sticks", "") as box, Browser(box.url) as browser:
        browser.sign_in_staff(school.teacher, PASSWORD)
        assert browser.get("/sticks").status_code == 200
        scanned = said(school, "scan", school.shelf, "--json")
        assert scanned.returncode == 0, scanned.stderr
        found = json.loads(scanned.stdout)
        assert {pack["pack"]: pack["state"] for pack in found["packs"]} == {PHYSICS: "new", PACK: "same"}
        page = f"/sticks/{found['stick']}"
        eventually(lambda: browser.get("/sticks").headers.get("location") == page, saying="the page did not show it")
        eventually(lambda: 'name="pack"' in browser.get(page).text, saying="the stick was not looked at")
        browser.load_form(page)
        job = browser.post(f"{page}/install", {"pack": PHYSICS}).headers["location"]
        eventually(lambda: browser.get(f"{job}/live").json()["stamp"] == "done.done", saying="it was not installed")
        [ordered] = json.loads(said(school, "jobs", "--json").stdout)
        [part] = ordered["packs"]
        assert (ordered["state"], part["pack"], part["state"]) == ("done", PHYSICS, "done")
        assert (ordered["kind"], ordered["shelf"]) == ("install", "stick")
        ended = said(school, "give-up", "1")
        assert (ended.returncode, ended.stdout) == (0, "Job 1 had ended before: done. Nothing was changed.\n")
        assert json.loads(said(school, "give-up", "1", "--json").stdout) == {"job": 1, "state": "done"}
        assert said(school, "list").stdout.count(str(school.shelf)) == 1
    history = command("schoolbox", "--data", school.data, "pack", "history", PHYSICS, "--json")
    [deed] = json.loads(history.stdout)
    assert (deed["what"], deed["who"]) == ("pack_installed", "Vlora Gashi")
    told = command("schoolbox", "--data", school.data, "pack", "history").stdout
    assert f"Vlora Gashi Pack {PHYSICS} installed, version 1" in " ".join(told.split())


def test_a_stick_without_packs_is_told_by_its_exit_code_and_on_the_list(tmp_path: Path) -> None:
    school = seed(tmp_path, pupils=1)
    photos = tmp_path / "KINGSTON"
    photos.mkdir()
    (photos / "a.jpg").write_bytes(b"x")
    code = TABLE[NotAShelfError].exit_code
    assert said(school, "scan", photos).returncode == code
    assert said(school, "scan", tmp_path / "nowhere").returncode == TABLE[NoStickError].exit_code
    [stick] = json.loads(said(school, "list", "--json").stdout)
    assert (stick["label"], stick["has_packs"]) == ("KINGSTON", False)
    assert said(school, "jobs").stdout == "Nothing was asked of a stick yet.\n"


def test_giving_up_an_order_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    school = seed(tmp_path, pupils=1)
    assert said(school, "give-up", "7").returncode == TABLE[NotFoundError].exit_code
