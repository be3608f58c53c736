"""A newer program and a broken one: that of the image, signed as docs/programs.md says, brought on a stick."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import httpx

from content_packs.programs.base import BASE, SHELF_FOLDER
from deploy.demo.commands import once, run
from deploy.demo.shelf import new_key, start_root
from deploy.raspberrypi.image.check import stick
from deploy.raspberrypi.image.check.trial import Trial
from deploy.raspberrypi.image.errors import ImageError
from deploy.raspberrypi.image.toolbox import Tools
from deploy.raspberrypi.program.make import PYTHON

MACHINE = "aarch64"
HOLDERS, SIGNERS = ("root-1", "root-2"), ("anna", "besa")
ROOT_PLACE = "/var/lib/schoolbox-system/programs.root.json"
NEWS = "sq=Një provë."
UPDATED_S, WENT_BACK_S = 2400.0, 3600.0
# What a broken program does: it says nothing, and ends.
BROKEN = "#!/bin/sh\nexit 1\n"


class Publisher:
    """Keys, a root that two must sign, a shelf of programs."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._keys = folder, folder / "keys"
        self.shelf = folder / SHELF_FOLDER
        self._keys.mkdir(parents=True, exist_ok=True)
        for name in (*HOLDERS, "registry", *SIGNERS):
            once(self._keys / name, lambda name=name: new_key(self._keys / name))  # type: ignore[misc]  # bound
        once(self.root, self._begin)

    @property
    def root(self) -> Path:
        """Whom boxes believe from then on."""
        return self.shelf / "meta" / "1.root.json"

    def publish(self, program: Path, version: str) -> None:
        """Sign a program, unpacked in a folder, as a version."""
        built = self._folder / "built" / version
        shutil.rmtree(built, ignore_errors=True)
        built.parent.mkdir(exist_ok=True)
        run(
            "content-packs", "program", "build", f"--tree={MACHINE}={program}", "--version", version, "--released-at",
            "2026-09-01T08:00:00Z", "--news", NEWS, "--base", str(BASE), "--python", PYTHON, "--out", built,
        )  # fmt: skip
        keys = [word for name in SIGNERS for word in ("--key", self._keys / name)]
        run("content-packs", "program", "sign", built, *keys, "--shelf", self.shelf)

    def _begin(self) -> None:
        start_root(self._keys, self.shelf)
        registry = ("--registry-key", self._keys / "registry")
        run("content-packs", "registry", "init", self.shelf, *registry)
        signers = [word for name in SIGNERS for word in ("--key", self._keys / f"{name}.pub")]
        names = ("--name", "sq=Schoolbox")
        run(
            "content-packs", "publisher", "add", self.shelf, "schoolbox", *registry, *names, *signers,
            "--threshold", "2",
        )  # fmt: skip


def later(version: str, by: int) -> str:
    """A version that is newer than this one."""
    major, minor, _ = version.split(".")
    return f"{major}.{int(minor) + by}.0"


def of_version(program: Path, into: Path, version: str, *, broken: bool = False) -> Path:
    """The same program with another number; a broken one ends as soon as it is started."""
    shutil.rmtree(into, ignore_errors=True)
    shutil.copytree(program, into, symlinks=True)
    said = into / "lib/schoolbox/__init__.py"
    lines = said.read_text().splitlines()
    lines = [f'__version__ = "{version}"' if each.startswith("__version__ =") else each for each in lines]
    said.write_text("\n".join(lines) + "\n")
    for path in [*into.rglob("__pycache__")]:
        shutil.rmtree(path)
    if broken:
        (into / "bin/schoolbox").write_text(BROKEN)
    return into


def believed(trial: Trial, publisher: Publisher) -> None:
    """Whom programs are believed from is put onto the box as somebody who has the key does (UPDATES 4.1)."""
    text = publisher.root.read_text()
    trial.machine.shell(f"cat >{ROOT_PLACE} <<'END'\n{text}\nEND\nsystemctl restart schoolbox")
    trial.until("the box is there again", lambda: version_of(trial), within_s=600)


def taken(trial: Trial, image: Path, version: str) -> None:
    """A newer program is taken from a stick by one press, and the box comes back as it."""
    before = trial.number()
    took = _asked(trial, image, version, lambda: version_of(trial) == version, UPDATED_S)
    trial.note("a newer program runs", good=version_of(trial) == version, seen=f"{version} after {took:.0f} s")
    trial.ask("it lies with the data", "readlink /var/lib/schoolbox-app/current", lambda said: said.endswith(version))
    trial.ask("its database is whole", "schoolbox db check >/dev/null && echo whole", lambda said: said == "whole")
    trial.note("and it is the same box", good=trial.number() == before)


def gone_back(trial: Trial, image: Path, version: str, before: str) -> None:
    """A broken program is tried, found out, and the one before runs again with everything that was learnt."""
    took = _asked(trial, image, version, lambda: _outcome(trial, version), WENT_BACK_S)
    trial.until("the box is there again", lambda: version_of(trial) == before, within_s=900)
    tried = _outcome(trial, version).startswith("back ")
    trial.note("a broken program was tried, and found out", good=tried, seen=f"{took:.0f} s")
    trial.note("the one before runs again", good=version_of(trial) == before, seen=_outcome(trial, version))
    page = trial.technician.open("/program")
    trial.note("the page says so", good="m-warn" in page.text and version in page.text)
    trial.ask("its database is whole", "schoolbox db check >/dev/null && echo whole", lambda said: said == "whole")


def _asked(trial: Trial, image: Path, version: str, done: Callable[[], object], within_s: float) -> float:
    trial.machine.plug(image)
    trial.until(
        f"a stick with the program {version} shows by itself",
        lambda: 'action="/program/take"' in trial.technician.open("/program").text, within_s=600,
    )  # fmt: skip
    page = trial.technician.send("/program", "/program/take")
    trial.note("the box takes it up", good=page.is_success, seen=str(page.status_code))
    took = trial.until(f"the update to {version} came to an end", done, within_s=within_s)
    trial.machine.unplug()
    return took


def version_of(trial: Trial) -> str:
    """Which program answers, with its doors open; empty while none does."""
    try:
        said = trial.technician.open("/health").json()
    except (httpx.HTTPError, ValueError):
        return ""
    return "" if said.get("trial") else str(said.get("version", ""))


def _outcome(trial: Trial, version: str) -> str:
    try:
        last = json.loads(trial.machine.shell("cat /var/lib/schoolbox-app/state.json"))["last"] or {}
    except (ImageError, ValueError):
        return ""
    return f"{last['outcome']} {last.get('reason', '')}" if last.get("version") == version else ""


def sticks(tools: Tools, program: Path, folder: Path, versions: tuple[str, str]) -> tuple[Publisher, Path, Path]:
    """The publisher, a stick with a newer program, and a stick with one that is newer still, and broken."""
    publisher = Publisher(folder)
    made = []
    for version, broken in zip(versions, (False, True), strict=True):
        publisher.publish(of_version(program, folder / "tree", version, broken=broken), version)
        made.append(stick.filled(tools, folder / f"{version}.img", [publisher.shelf]))
    return publisher, made[0], made[1]
