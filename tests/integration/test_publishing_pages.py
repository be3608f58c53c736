"""The pages of publishing: who sees what, looking at every item, deciding, and what publishers are told."""

import json
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import httpx
import pytest

from content_packs.archive import write_archive
from content_packs.durable import Disk
from sync.hub.errors import BadRequestError
from sync.hub.publishing.lists import bring_lists
from sync.hub.reports.places import Place, key_of_municipality
from tests.integration.test_hub_pages import sign_in, token
from tests.simulators.neighbours import ANSWERS, QUIZ, VIDEO, publish_physics
from tests.simulators.programs import command
from tests.simulators.programs import running_hub as program_hub
from tests.simulators.proposals import PASSWORD, SENDS_MASH, Scene, bare_shelf, publishing_hub
from tests.simulators.publisher import Ministry
from tests.simulators.waiting import eventually


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """One version is published; a newer one and a pack with everything in it wait as number 2."""
    with publishing_hub(tmp_path_factory.mktemp("pages")) as scene:
        scene.ministry.publish("mash:thyesat")
        scene.publish(scene.archive())
        publish_physics(scene.ministry, scene.folder / "sources")
        scene.ministry.publish("mash:thyesat", 2)
        scene.hub.hub.admins.add("Nora", PASSWORD, b"salt" * 4, Place(key_of_municipality("Gjilan"), "Gjilan"))
        scene.hub.hub.admins.add("Qendra", PASSWORD, b"salt" * 4, publisher="qendra")
        assert scene.sent(scene.archive()) == ("waiting", "")
        yield scene


@contextmanager
def person(scene: Scene, name: str | None) -> Iterator[httpx.Client]:
    """Somebody who is signed in; without a name, of the ministry."""
    with scene.hub.client() as client:
        given = (name, PASSWORD) if name else ()
        assert sign_in(client, *given).status_code == 303
        yield client


SEES = {"/publishing": (200, 200, 200, 404), "/publishing/2": (200, 200, 404, 404), "/boxes": (200, 404, 404, 200),
        f"/publishing/2/items/{VIDEO}": (200, 200, 404, 404), "/publishing/9": (404, 404, 404, 404),
        "/": (200, 303, 303, 200), "/sendings": (200, 404, 404, 200)}  # fmt: skip


@pytest.mark.parametrize(("column", "who"), list(enumerate((None, SENDS_MASH, "Qendra", "Nora"))))
def test_everybody_sees_what_concerns_them(scene: Scene, column: int, who: str | None) -> None:
    with person(scene, who) as client:
        seen = {path: client.get(path).status_code for path in SEES}
    assert seen == {path: row[column] for path, row in SEES.items()}


def test_the_page_says_what_is_new_and_what_changed(scene: Scene) -> None:
    with person(scene, None) as ministry:
        page = ministry.get("/publishing/2").text
        words_of = ("New version", "1 → <b>2</b>", "CC-BY-SA-4.0", "other files", "Zgjidhjet", "1 item is as it was.")
        for words in words_of:
            assert words in page, words
        assert "Waits for the ministry" in ministry.get("/publishing").text


@pytest.mark.parametrize("item", [VIDEO, QUIZ, ANSWERS])
@pytest.mark.parametrize("lang", ["en", "sq"])
def test_each_item_can_be_looked_at_and_its_files_opened(scene: Scene, item: str, lang: str) -> None:
    with person(scene, None) as ministry:
        page = ministry.get(f"/publishing/2/items/{item}", params={"lang": lang})
        assert "media-src 'self'" in page.headers["Content-Security-Policy"]
        assert not re.search(r"%\(|\{\{|>None<|undefined", page.text)
        used = set(re.findall(r'xlink:href="#([^"]+)"', page.text))
        assert used <= set(re.findall(r'<symbol id="([^"]+)"', page.text))
        for address in set(re.findall(r'(?:src|href)="(/publishing/2/files/[^"]+)"', page.text)):
            file = ministry.get(address, headers={"Range": "bytes=0-0"})
            assert (file.status_code, len(file.content)) == (206, 1)
            assert (file.headers["Cache-Control"], "sandbox" in file.headers["Content-Security-Policy"]) == (
                "private, no-store", True,
            )  # fmt: skip
        if item == QUIZ:
            assert f'aria-label="{"1 over 2" if lang == "en" else "1 mbi 2"}"' in page.text
            assert re.search(r'Jo</span></span><span class="tag t-ok">', page.text)
    with person(scene, "Qendra") as other:
        assert other.get(address).status_code == 404


def test_a_publisher_without_scripts_sends_a_small_archive_at_once(scene: Scene) -> None:
    scene.ministry.publish("qendra:english")
    raw = scene.archive("qendra:english")
    with person(scene, "Qendra") as sender:
        marked = {"csrf_token": token(sender.get("/publishing"))}
        assert sender.post("/publishing/send", data=marked).status_code == 422
        sent = sender.post("/publishing/send", data=marked, files={"archive": ("english.zip", raw)})
        number = int(sent.headers["Location"].rpartition("/")[2])
        scene.desk.work()
        page = sender.get(f"/publishing/{number}").text
        assert "Waits for the ministry" in page
        assert sender.post(f"/publishing/{number}/publish", data=marked).status_code == 404
        with person(scene, None) as ministry:
            theirs = {"csrf_token": token(ministry.get("/publishing/2"))}
            reason = {**theirs, "reason": "Mungon titulli <b>"}
            assert ministry.post(f"/publishing/{number}/return", data=reason).status_code == 303
            assert ministry.post(f"/publishing/{number}/publish", data=theirs).status_code == 409
            assert ministry.post("/publishing/send", data=theirs, files={"archive": ("x", raw)}).status_code == 404
        assert "Mungon titulli &lt;b&gt;" in sender.get(f"/publishing/{number}").text


def test_a_browser_sends_in_pieces_and_is_told_in_its_language(scene: Scene) -> None:
    with person(scene, "Qendra") as sender:
        page = sender.get("/publishing", params={"lang": "sq"})
        assert "script-src 'self'" in page.headers["Content-Security-Policy"]
        headers = {"X-CSRFToken": token(page)}
        begun = sender.post("/publishing/uploads", json={"name": "a", "size_bytes": 3, "mark": "a"}, headers=headers)
        place = f"/publishing/uploads/{begun.json()['upload']}"
        assert sender.post(f"{place}/0", content=b"a").status_code == 400
        assert sender.post(f"{place}/0", content=b"ab", headers=headers).json()["has_bytes"] == 2
        done = sender.post(f"{place}/2", content=b"c", headers=headers).json()
        scene.desk.work()
        page = sender.get(f"/publishing/{done['proposal']}")
        assert "Ky nuk është arkiv i plotë paketash" in page.text
        assert sender.post(f"{place}/0", content=b"ab", headers=headers).status_code == 404


def test_the_ministry_publishes_with_one_press(tmp_path: Path) -> None:
    with publishing_hub(tmp_path) as scene:
        scene.ministry.publish("mash:thyesat")
        scene.sent(scene.archive())
        with person(scene, None) as ministry, zipfile.ZipFile(BytesIO(scene.archive())) as sent:
            catalogue = sent.read("meta/cat/mash.json")
            page = ministry.get("/publishing/1")
            pressed = ministry.post("/publishing/1/publish", data={"csrf_token": token(page)})
            assert pressed.headers["Location"] == "/publishing/1"
            assert ministry.get("/publishing/1").headers["Refresh"] == "4; url=/publishing/1"
            scene.desk.work()
            assert ministry.get("/shelf/meta/cat/mash.json").content == catalogue
            after = ministry.get("/publishing/1")
            assert "Refresh" not in after.headers
            page_after = after.text
            assert page_after.count("Drita") >= 1
            assert "Published" in page_after


def test_roots_and_registry_come_by_command_and_only_forward(tmp_path: Path) -> None:
    ministry, stranger = Ministry(tmp_path / "a"), Ministry(tmp_path / "b")
    shelf = tmp_path / "shelf"
    assert bring_lists(ministry.folder, shelf, Disk()) == ["1.root.json", "registry.json"]
    old = ministry.copy("old")
    ministry.renew_root()
    ministry.admit("qendra")
    assert bring_lists(ministry.folder, shelf, Disk()) == ["2.root.json", "registry.json"]
    for source in (old, ministry.folder):
        assert bring_lists(source, shelf, Disk()) == []
    before = (shelf / "meta" / "registry.json").read_bytes()
    with pytest.raises(BadRequestError):
        bring_lists(stranger.folder, shelf, Disk())
    assert (shelf / "meta" / "registry.json").read_bytes() == before


def test_the_commands_say_what_came_and_what_was_sent(scene: Scene) -> None:
    data = scene.hub.folder
    assert command("schoolbox-hub", "shelf", "lists", scene.ministry.folder, "--data", data).returncode == 0
    told = command("schoolbox-hub", "shelf", "proposals", "--data", data).stdout
    assert "2  mash  waiting  packs.zip" in told
    people = command("schoolbox-hub", "admin", "list", "--data", data).stdout
    assert f"{SENDS_MASH}  what mash sends" in people


def test_a_running_hub_checks_and_publishes_by_itself(tmp_path: Path) -> None:
    ministry = Ministry(tmp_path)
    ministry.publish("mash:thyesat")
    write_archive(ministry.shelf, tmp_path / "packs.zip", (), disk=Disk())
    raw = (tmp_path / "packs.zip").read_bytes()
    with program_hub(tmp_path / "program") as hub:
        hub.stop()
        shelf = bare_shelf(ministry, tmp_path / "published")
        (hub.data / "hub.toml").write_text(f'shelf = "{shelf}"\nreserve_bytes = 0\n')
        hub.start()
        issued = json.loads(
            command("schoolbox-hub", "credential", "add", "--publisher", "mash", "--json", "--data", hub.data).stdout
        )
        with httpx.Client(base_url=hub.url, auth=(issued["key"], issued["secret"])) as client:
            asked = {"name": "packs.zip", "size_bytes": len(raw), "mark": "m"}
            upload = client.post("/publish/v1/uploads", json=asked).json()["upload"]
            client.put(f"/publish/v1/uploads/{upload}/0", content=raw)

            def state() -> str:
                return str(client.get("/publish/v1/proposals/1").json()["state"])

            eventually(lambda: state() == "waiting")
            with httpx.Client(base_url=hub.url) as ministry_client:
                assert sign_in(ministry_client, "drita", "mali-lumi-guri-7").status_code == 303
                marked = {"csrf_token": token(ministry_client.get("/publishing/1"))}
                ministry_client.post("/publishing/1/publish", data=marked)
            eventually(lambda: state() == "published")
        assert (shelf / "meta" / "cat" / "mash.json").exists()
