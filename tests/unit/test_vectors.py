"""The test vectors of FORMAT.md section 10: made by the script, and decided alike by two programs and by the text."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import pytest

from tests.simulators.second_reader import Refused
from tests.simulators.second_verifier import Report, SecondBox
from tests.simulators.two_boxes import FirstBox
from tests.simulators.vectors import FOLDER, every, write

FILES = sorted(FOLDER.glob("*.json"))
FORMAT = (Path(__file__).parents[2] / "content_packs" / "FORMAT.md").read_text()
Step = dict[str, Any]


class Decides(Protocol):
    """A box."""

    def pin(self, raw: bytes) -> None: ...
    def accept(self, raw: bytes) -> str: ...
    def forget(self, name: str) -> None: ...
    def hides(self, pack: str, sha256: str) -> bool: ...
    def apply(self, files: dict[str, bytes]) -> Report: ...


def decided(box: Decides, step: Step) -> Step:
    """Do one step of a vector; give it back with what the box decided in place of what was expected."""
    done, act = dict(step), step["do"]
    if act in ("pin", "accept"):
        done["refused"] = None
        try:
            found = (box.pin if act == "pin" else box.accept)(step["file"].encode())
        except Refused as exc:
            found, done["refused"] = None, str(exc)
        if act == "accept":
            done["academy"] = found
    elif act == "forget":
        box.forget(step["academy"])
    elif act == "hides":
        done["hidden"] = box.hides(step["pack"], step["sha256"])
    else:
        report = box.apply({name: text.encode() for name, text in step["shelf"].items()})
        done.update(root=report.root, registry=report.registry, catalogues=dict(report.catalogues))
        done["refused"] = dict(report.refused)
    return done


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
@pytest.mark.parametrize("make", [FirstBox, lambda _: SecondBox()], ids=["first", "second"])
def test_a_box_decides_as_the_vector_says(path: Path, make: Callable[[Path], Decides], tmp_path: Path) -> None:
    vector, box = json.loads(path.read_text(encoding="utf-8")), make(tmp_path)
    for step in vector["steps"]:
        assert decided(box, step) == step, vector["says"]


def test_the_script_makes_the_same_files_again(tmp_path: Path) -> None:
    write(tmp_path)
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert made == {path.name: path.read_bytes() for path in FOLDER.iterdir()}


def test_no_two_vectors_have_one_name_and_each_cites_clauses_of_the_text() -> None:
    vectors = every()
    assert len({vector.name for vector in vectors}) == len(vectors) == len(FILES)
    for vector in vectors:
        assert vector.steps
        assert all(f"**{clause}**" in FORMAT for clause in vector.clauses.split())


def test_every_reason_of_the_text_is_in_a_vector() -> None:
    order = FORMAT.partition("**6.16**")[2].partition("## 7 ")[0]
    reasons = re.findall(r"^\| `([a-z-]+)` \|", order, re.MULTILINE)
    assert len(reasons) == 8
    texts = "".join(path.read_text(encoding="utf-8") for path in FILES)
    assert [reason for reason in reasons if f'"{reason}"' not in texts] == []
