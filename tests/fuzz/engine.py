"""The process in which the coverage-guided engine hunts one target; started by `tests.fuzz.campaign`.

    python -m tests.fuzz.engine manifest FOLDER -runs=1000 -seed=1

The engine ends the process itself, and writes an input that failed into FOLDER/crashes. Our own modules are
instrumented; msgspec is compiled, so what it decides is not seen.
"""

import hashlib
import logging
import re
import sys
from pathlib import Path

import atheris

from tests.fuzz.campaign import ROOT
from tests.fuzz.limits import execute, memory_limited, warm_up
from tests.fuzz.target import TARGETS_FOLDER, Target, load, regressions

WHOLE = ["content_packs", "sync", "schoolbox"]
ALSO = {name: ["tuf"] for name in ("root", "registry", "catalogue")}
"""What else is looked into in a long hunt, because it decides what is taken."""
STORIES = {
    "box_requests": [
        f"schoolbox.web.{name}"
        for name in ("items", "quizzes", "sign_in", "sticks", "uploads", "jobs", "packs", "shelf")
    ],
    "stick": ["content_packs.offers", "content_packs.shelf.directory"],
    "http_shelf": ["content_packs.shelf.http", "content_packs.shelf.http_line"],
    "hub_requests": ["sync.hub.app", "sync.hub.pages", "sync.hub.programs", "sync.hub.shelf_views"],
    "stick_writing": ["content_packs.export.stick", "content_packs.export.writer"],
    "uploads": ["schoolbox.services.upload_live"],
    "typed": ["schoolbox.services.pull_sources", "schoolbox.web.doorway", "sync.rsync.address", "sync.rsync.outcome"],
}
"""What is looked into in a short hunt by targets that do not name it themselves."""
HANGING_S = 60
"""An input that does not come back at all is ended after this many seconds, however busy the machine is."""


def main(name: str, folder: Path, flags: list[str]) -> None:
    """Hunt until the flags say that it is enough; a hunt of so many runs only looks into what is near."""
    short = any(flag.startswith("-runs=") for flag in flags)
    with atheris.instrument_imports(include=[*WHOLE, *ALSO.get(name, [])], exclude=far(name) if short else []):
        target = load(name)
    logging.getLogger("schoolbox").setLevel(logging.CRITICAL)
    _write_inputs(target, name, folder)
    warm_up(target)
    arguments = [
        "fuzz", str(folder / "corpus"), str(folder / "seeds"), f"-artifact_prefix={folder / 'crashes'}/",
        f"-timeout={HANGING_S}", "-rss_limit_mb=0", f"-max_len={target.max_bytes}", "-print_final_stats=1",
        *([f"-dict={folder / 'words'}"] if target.words else []), *flags,
    ]  # fmt: skip
    mutate = target.mutate

    def mutated(data: bytes, size_max: int, seed: int) -> bytes:
        assert mutate is not None
        return mutate(data, size_max, seed, atheris.Mutate)[:size_max]

    hooks = {} if mutate is None else {"custom_mutator": mutated}
    with memory_limited():
        atheris.Setup(arguments, lambda data: execute(target, data), **hooks)
        atheris.Fuzz()


def near(name: str) -> list[str]:
    """The modules of ours that a target names: looking into everything takes seconds at the start."""
    text = (TARGETS_FOLDER / f"{name}.py").read_text(encoding="utf-8")
    named = re.findall(r"^from ((?:content_packs|sync|schoolbox)[.a-z_0-9]*) import", text, re.MULTILINE)
    modules = [module for module in named if (ROOT / f"{module.replace('.', '/')}.py").is_file()]
    return STORIES.get(name) or [module for module in modules if not module.endswith("errors")]


def far(name: str) -> list[str]:
    """All other modules of ours. The engine takes only the first word of what it is to look into."""
    files = (path.relative_to(ROOT) for package in WHOLE for path in (ROOT / package).rglob("*.py"))
    modules = (".".join(path.with_suffix("").parts).removesuffix(".__init__") for path in files)
    return sorted(set(modules) - set(near(name)))


def _write_inputs(target: Target, name: str, folder: Path) -> None:
    """Put what the engine begins with where it looks for it."""
    for part in ("corpus", "seeds", "crashes"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    for data in (*target.seeds(), *(path.read_bytes() for path in regressions(name))):
        (folder / "seeds" / hashlib.sha1(data, usedforsecurity=False).hexdigest()).write_bytes(data)
    quoted = ("".join(f"\\x{byte:02x}" for byte in word) for word in target.words)
    (folder / "words").write_text("".join(f'"{word}"\n' for word in quoted), encoding="ascii")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3:])
