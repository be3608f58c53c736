"""The pages for those who hold keys are true: their commands are run, in order, by a person at a terminal.

Every page goes on from what the first one leaves. After `sh` blocks may stand a `text` block: each of its lines is then
printed by the blocks before it. Afterwards a box that was there from the beginning believes the master whole.
"""

import json
import os
import re
import shutil
from pathlib import Path

import pytest

from content_packs.durable import Disk
from content_packs.shelf import DirectoryShelf
from content_packs.trust import TrustStore
from tests.simulators.media import mp4
from tests.simulators.programs import command, environment
from tests.simulators.publisher import write_source
from tests.simulators.terminal import TOOLS, typed_always

PAGES = Path(__file__).parents[2] / "docs" / "ministry"
FIRST = "start.md"
OTHERS = sorted(path.name for path in PAGES.glob("*.md") if path.name not in (FIRST, "README.md"))
BLOCK = re.compile(r"^```(sh|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SECRET = "gur i kuq në lumë"
ASKED = ("assphrase of", "assphrase for", "The same again: ")

pytestmark = [pytest.mark.xdist_group("ministry pages"), pytest.mark.timeout(600)]
"""What the first page leaves takes longer than most of the others: one worker makes it for all."""


def run_page(name: str, folder: Path, **variables: str) -> str:
    """Run the commands of a page in a folder, and find what it says is printed; give all that was printed."""
    printed = since = ""
    for kind, text in BLOCK.findall((PAGES / name).read_text(encoding="utf-8")):
        if kind == "sh":
            code, shown = at_terminal(text, folder, variables)
            assert code == 0, f"{name}: {text}\n{shown}"
            printed, since = printed + shown, since + shown
            continue
        for line in text.splitlines():
            assert line in since, f"{name}: {line!r} is not printed:\n{since}"
        since = ""
    return printed


def at_terminal(text: str, folder: Path, variables: dict[str, str]) -> tuple[int, str]:
    """Let a person type these commands, and the passphrase whenever it is asked for."""
    (folder / "commands.sh").write_text(f"set -euo pipefail\n{text}", encoding="utf-8")
    ours = {"PATH": f"{TOOLS}:{os.environ['PATH']}", "SCHOOLBOX_DATA": str(folder / "box")}
    surroundings = {**environment(), **ours, **variables}
    return typed_always(["bash", "commands.sh"], ASKED, SECRET, folder=folder, environment=surroundings)


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the first page leaves."""
    folder = tmp_path_factory.mktemp("ministry")
    write_source(folder / "lessons" / "fractions", "mash:thyesat", 1, {"hyrje": mp4()})
    (folder / "built").mkdir()
    run_page(FIRST, folder)
    return folder


def put_school(folder: Path) -> str:
    """A school's source and what it sends, as the page about it needs them; give its id."""
    shown = json.loads(command("schoolbox", "--data", folder / "box", "academy", "show", "--json").stdout)
    write_source(folder / "lessons" / "plan", f"{shown['id']}:plan", 1, {"a": mp4(seconds=3)})
    shutil.copy(shown["public_file"], folder / "public")
    made = command("schoolbox", "--data", folder / "box", "academy", "make", folder / "lessons" / "plan")
    assert made.returncode == 0, made.stderr
    shutil.copytree(shown["shelf"], folder / "school-stick")
    told = command("schoolbox", "--data", folder / "other-box", "trust", "add", folder / "master/meta/1.root.json")
    assert told.returncode == 0, told.stderr
    return str(shown["id"])


@pytest.mark.parametrize("name", OTHERS)
def test_what_a_page_says_is_so(name: str, started: Path, tmp_path: Path) -> None:
    folder = tmp_path / "ministry"
    shutil.copytree(started, folder)
    box = TrustStore(folder / "witness", Disk())
    box.pin((started / "master" / "meta" / "1.root.json").read_bytes())
    assert box.apply(DirectoryShelf(started / "master")).refused == ()
    school = put_school(folder) if name == "academy.md" else ""
    printed = run_page(name, folder, SCHOOL=school)
    assert "hidden" not in printed
    assert box.apply(DirectoryShelf(folder / "master")).refused == ()


def test_every_page_says_what_boxes_do_and_what_schools_are_told_and_stands_in_the_list() -> None:
    index = (PAGES / "README.md").read_text(encoding="utf-8")
    for name in (FIRST, *OTHERS):
        text = (PAGES / name).read_text(encoding="utf-8")
        assert f"]({name})" in index
        assert "**You need**" in text
        for heading in ("## What each box then does by itself", "## What to tell schools"):
            assert heading in text, name
        assert re.findall(r"`content-packs (\S+ ?\S*)", text) or "content-packs" in text


def test_what_the_first_page_leaves_is_installed_on_the_box(started: Path) -> None:
    listed = json.loads(command("schoolbox", "--data", started / "box", "pack", "list", "--json").stdout)
    assert [(row["pack"], row["hidden"]) for row in listed] == [("mash:thyesat", False)]
