"""A whole program is made from our own source: only what runs, and nothing of the machine that made it."""

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from content_packs.programs.manifest import is_file_name
from deploy.raspberrypi.program.make import make

pytestmark = pytest.mark.xdist_group("made program")
"""Making the program takes as long as all tests of it: one worker makes it for all."""
PYTHON = f"3.{sys.version_info.minor}"


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program without the packages of others, which are the same as those that the tests run on."""
    folder = tmp_path_factory.mktemp("program")
    (folder / "none.txt").write_text("")
    make(folder / "out", machine="x86_64", python=PYTHON, locks=folder / "none.txt")
    return folder / "out"


def test_a_program_has_our_packages_with_all_that_belongs_to_them(program: Path) -> None:
    for name in ("schoolbox/db/migrations/0001_first.sql", "schoolbox/templates/base.html", "sync/PROTOCOL.md"):
        assert (program / "lib" / name).is_file()
    assert not (program / "lib" / "tests").exists()
    assert not list(program.rglob("*.pyc"))


def test_every_name_in_it_may_be_published(program: Path) -> None:
    names = [path.relative_to(program).as_posix() for path in program.rglob("*") if path.is_file()]

    assert [name for name in names if not is_file_name(name)] == []


def test_nothing_of_the_machine_that_made_it_is_in_it(program: Path) -> None:
    here = str(Path(__file__).parents[2]).encode()

    assert [path for path in program.rglob("*") if path.is_file() and here in path.read_bytes()] == []


def test_it_starts(program: Path) -> None:
    command = [sys.executable, str(program / "bin" / "schoolbox"), "config", "show"]

    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=program)

    assert done.returncode == 0, done.stderr
    assert "/var/lib/schoolbox" in done.stdout


def test_made_again_it_is_the_same(program: Path) -> None:
    before = _digest(program)

    make(program, machine="x86_64", python=PYTHON, locks=program.parent / "none.txt")

    assert _digest(program) == before


def _digest(folder: Path) -> list[tuple[str, str, int]]:
    files = sorted(path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return [
        (str(path.relative_to(folder)), hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mode)
        for path in files
    ]
