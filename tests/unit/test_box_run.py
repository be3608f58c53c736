"""`/usr/lib/schoolbox/run`: which version of the program runs, and with which settings."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.simulators.programs import ROOT

SYSTEM = ROOT / "deploy" / "raspberrypi" / "system"
SHOWN = '#!/bin/sh\necho "$0 $*"\nenv | grep ^SCHOOLBOX_ | sort\n'


def put(folder: Path) -> Path:
    (folder / "bin").mkdir(parents=True)
    (folder / "lib" / "schoolbox").mkdir(parents=True)
    (folder / "lib" / "schoolbox" / "__init__.py").touch()
    (folder / "bin" / "schoolbox").write_text(SHOWN)
    (folder / "bin" / "schoolbox").chmod(0o755)
    return folder


def link(at: Path, to: str) -> None:
    at.parent.mkdir(parents=True, exist_ok=True)
    at.symlink_to(to)


def run(root: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    known = {"PATH": os.environ["PATH"], "ROOT": str(root), **environment}
    return subprocess.run([SYSTEM / "run", "serve"], capture_output=True, text=True, check=False, env=known)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    put(tmp_path / "opt/schoolbox/0.1.0")
    link(tmp_path / "opt/schoolbox/base", "0.1.0")
    return tmp_path


def test_what_came_with_the_image_runs_where_there_is_no_update(root: Path) -> None:
    assert run(root).stdout.splitlines()[0] == f"{root}/opt/schoolbox/0.1.0/bin/schoolbox serve"


def test_an_update_goes_first(root: Path) -> None:
    put(root / "var/lib/schoolbox-app/versions/0.2.0")
    link(root / "var/lib/schoolbox-app/current", "versions/0.2.0")
    assert run(root).stdout.splitlines()[0] == f"{root}/var/lib/schoolbox-app/versions/0.2.0/bin/schoolbox serve"


@pytest.mark.parametrize("gone", ["bin/schoolbox", "lib/schoolbox/__init__.py", ""])
def test_an_update_that_is_not_whole_is_passed_over(root: Path, gone: str) -> None:
    update = put(root / "var/lib/schoolbox-app/versions/0.2.0")
    link(root / "var/lib/schoolbox-app/current", "versions/0.2.0" if gone else "versions/0.3.0")
    (update / (gone or "bin/schoolbox")).unlink()
    assert run(root).stdout.splitlines()[0] == f"{root}/opt/schoolbox/0.1.0/bin/schoolbox serve"


def test_without_any_whole_program_it_says_what_to_do(tmp_path: Path) -> None:
    done = run(tmp_path)
    assert (done.returncode, "Data is safe" in done.stderr) == (1, True)


def test_settings_of_the_surrounding_are_given_and_a_file_is_read_if_it_is_there(root: Path) -> None:
    shown = run(root, SCHOOLBOX_PORT="9999").stdout
    assert "SCHOOLBOX_HOST=127.0.0.1\n" in shown
    assert "SCHOOLBOX_PORT=9999\n" in shown
    assert "SCHOOLBOX_CONFIG" not in shown
    file = root / "var/lib/schoolbox-system/box.toml"
    file.parent.mkdir(parents=True)
    file.touch()
    assert f"SCHOOLBOX_CONFIG={file}\n" in run(root).stdout


def test_the_program_finds_its_packages_beside_itself(tmp_path: Path) -> None:
    version = tmp_path / "0.1.0"
    (version / "bin").mkdir(parents=True)
    (version / "bin" / "schoolbox").write_bytes((SYSTEM / "schoolbox").read_bytes())
    (version / "bin" / "schoolbox").chmod(0o755)
    package = version / "lib" / "schoolbox" / "cli"
    package.mkdir(parents=True)
    for folder in (package.parent, package):
        (folder / "__init__.py").touch()
    (package / "main.py").write_text("def main() -> int:\n    print(__file__)\n    return 7\n")
    link(tmp_path / "base", "0.1.0")
    program = tmp_path / "base" / "bin" / "schoolbox"
    done = subprocess.run([program], capture_output=True, text=True, check=False, cwd="/")
    assert (done.returncode, done.stdout) == (7, f"{version}/lib/schoolbox/cli/main.py\n"), done.stderr
