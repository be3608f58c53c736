"""`make bundle`: a newer program for every kind of machine, packed and ready to be signed (UPDATES 3.1).

    python -m deploy.raspberrypi.program.bundle .bundle --news "sq=Më shpejt."
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from content_packs.cli.main import main as content_packs
from content_packs.programs.base import BASE
from deploy.raspberrypi.program.make import MACHINES, PYTHON, TREE, MakeError, make
from schoolbox import __version__


def bundle(out: Path, news: Sequence[str], *, machines: Sequence[str] = MACHINES) -> int:
    """Make it in a folder named by its version; the exit code."""
    with tempfile.TemporaryDirectory(prefix="schoolbox-bundle-") as folder:
        trees = {machine: Path(folder) / machine for machine in machines}
        for machine, tree in trees.items():
            make(tree, machine=machine)
        words = [f"--tree={machine}={tree}" for machine, tree in trees.items()]
        words += [f"--news={each}" for each in news]
        words += ["--version", __version__, "--released-at", _committed_at(), "--base", str(BASE), "--python", PYTHON]
        return content_packs(["program", "build", *words, "--out", str(out / __version__)])


def _committed_at() -> str:
    """When the source was last changed, so that two builds say the same."""
    words = ["git", "-C", str(TREE), "log", "-1", "--format=%ct"]
    seconds = subprocess.run(words, check=True, capture_output=True, text=True).stdout
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def main() -> int:
    """Make one from the command line."""
    parser = argparse.ArgumentParser(description="Make a newer program, ready to be signed.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--news", action="append", required=True, metavar="LANG=TEXT")
    asked = parser.parse_args()
    try:
        return bundle(asked.out, asked.news)
    except MakeError as problem:
        print(problem, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
