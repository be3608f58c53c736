"""What targets begin with: things made by the real tools and the simulators, the same in every process.

Promises: everything is made once a process, in a folder that goes with it; what makes it is imported only then, since
each target runs in a process of its own.

    manifests()[0], quizzes()[0]
"""

import atexit
import json
import re
import shutil
import tempfile
from functools import cache
from pathlib import Path

from tests.simulators.lesson_source import QUESTIONS, write_source

ROOT = Path(__file__).parents[2]
BEHIND = b"\nENVIRONMENT\n"
"""Before it stands a file of settings, behind it settings of the environment, one a line."""


@cache
def _process_folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="schoolbox-fuzz-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def scratch(name: str) -> Path:
    """A folder of this process."""
    folder = _process_folder() / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@cache
def lesson_source() -> Path:
    """The source of a course with every kind of item."""
    return write_source(scratch("sources") / "lesson", 1, QUESTIONS)


@cache
def small_source() -> Path:
    """The source of a course with one video."""
    from tests.simulators.media import mp4
    from tests.simulators.publisher import write_source as write_small_source

    return write_small_source(scratch("sources") / "small", "mash:thyesat", 1, {"hyrje": mp4()})


@cache
def manifests() -> tuple[bytes, ...]:
    """A course with every kind of item, a small one, and the one of FORMAT 10.2."""
    from content_packs.build import build_pack
    from content_packs.durable import Disk

    made = []
    for source in (lesson_source(), small_source()):
        build_pack(source, scratch("built") / source.name, Disk())
        made.append((scratch("built") / source.name / "manifest.json").read_bytes())
    return (*made, format_example("json manifest"))


@cache
def quizzes() -> tuple[bytes, ...]:
    """The quiz of the lesson box, of the samples and of FORMAT 4."""
    made = json.dumps({"format": 1, "questions": QUESTIONS, "pass_score": 0.6}, ensure_ascii=False).encode()
    samples = sorted((ROOT / "content_packs" / "samples").glob("*/*/ku*.json"))[:2]
    return (made, *(path.read_bytes() for path in samples), format_example("json quiz"))


def format_example(kind: str) -> bytes:
    """A block of FORMAT.md."""
    text = (ROOT / "content_packs" / "FORMAT.md").read_text(encoding="utf-8")
    found = re.search(rf"```{kind}\n(.*?)\n```", text, re.DOTALL)
    assert found
    return found[1].encode()


def given_as_settings(data: bytes, path: Path, prefix: str) -> dict[str, str]:
    """Write what stands before `BEHIND` into a file of settings; give what stands behind it as the environment."""
    raw, _, said = data.partition(BEHIND)
    path.write_bytes(raw)
    lines = (line.partition("=") for line in said.decode("utf-8", "surrogateescape").split("\n"))
    return {f"{prefix}{name}": value for name, equals, value in lines if equals and "\0" not in name + value}
