"""Bytecode of an image: beside each source, the same each time, and nothing is left with the compiler."""

import subprocess
import sys
from pathlib import Path
from typing import IO

from deploy.raspberrypi.image import bytecode
from deploy.raspberrypi.image.tree import Tree


class OwnPython:
    """This machine's Python in the place of the suite's; keeps whether it would write bytecode of its own library."""

    def __init__(self) -> None:
        self.writes: list[str] = []

    def run(
        self, name: str, *words: str | Path, given: bytes | None = None, epoch: int = 0, into: IO[bytes] | None = None
    ) -> str:
        """Start it, as it is asked for, and once more to look."""
        assert (name, epoch, into) == ("python3.13", 0, None)
        asked = [sys.executable, *words[: words.index("-c")], "-c"]
        look = subprocess.run([*asked, "import sys; print(sys.dont_write_bytecode)"], capture_output=True, check=True)
        self.writes.append(look.stdout.decode().strip())
        subprocess.run([*asked, *words[words.index("-c") + 1 :]], input=given, check=True, env={})
        return ""


def root() -> Tree:
    tree = Tree()
    for folder in ("usr", "usr/lib", "usr/lib/python3", "usr/lib/schoolbox"):
        tree.folder(folder)
    tree.file("usr/lib/python3/one.py", b"A = {'x', 'y', 'z'}\ndef f(a):\n    return a in {'x', 'y', 'z'}\n")
    tree.file("usr/lib/schoolbox/two.py", b"import one\nprint(one.f('x'))\n")
    return tree


def test_each_source_has_bytecode_that_is_the_same_wherever_it_was_made(tmp_path: Path) -> None:
    python, made = OwnPython(), []
    for work in ("one", "another place"):
        tree = root()
        assert bytecode.compiled(python, tree, tmp_path / work) == 2
        found = tree.paths("*.pyc")
        assert {path.partition("/__pycache__/")[0] for path in found} == {"usr/lib/python3", "usr/lib/schoolbox"}
        made.append([tree.content(path) for path in found])
    assert made[0] == made[1]
    assert python.writes == ["True", "True"]  # the compiler's own library would be in it
