"""Compiles the root's Python with the suite's own Python, on this machine: bytecode knows no processor.

The compiler keeps no bytecode of its own library (`-B`): whether its modules were compiled just now or read from there
shows in what it makes of the same modules, since marshal marks what somebody else holds, too. A build that found the
toolbox of an earlier one was another build.

With unchecked hashes: the box never looks whether a source changed, since on a read-only root none does, and no time
of a file gets into the result.
"""

import shutil
from pathlib import Path

from deploy.raspberrypi.image.toolbox import Tools
from deploy.raspberrypi.image.tree import Tree

PLACES = ("usr/lib/python3.13", "usr/lib/python3", "usr/lib/schoolbox", "opt/schoolbox")
PROGRAM = """
import compileall, pathlib, py_compile, sys
for path in sys.stdin.read().split("\\n"):
    made = compileall.compile_file(path, stripdir=sys.argv[1], prependdir="/", quiet=2,
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
"""


def compiled(toolbox: Tools, tree: Tree, work: Path) -> int:
    """Put bytecode beside every source below our places; return how many there are."""
    scratch = work / "bytecode"
    shutil.rmtree(scratch, ignore_errors=True)
    tree.remove("*/__pycache__")
    sources = [path for place in PLACES for path in tree.paths(f"{place}/*.py") if tree.target(path) is None]
    for path in sources:
        (scratch / path).parent.mkdir(parents=True, exist_ok=True)
        (scratch / path).write_bytes(tree.content(path))
    given = "\n".join(str(scratch / path) for path in sources).encode()
    toolbox.run("python3.13", "-I", "-S", "-B", "-c", PROGRAM, scratch, given=given)
    made = sorted(scratch.rglob("*.pyc"))
    for found in made:
        tree.file(str(found.relative_to(scratch)), found.read_bytes())
    shutil.rmtree(scratch)
    return len(made)
