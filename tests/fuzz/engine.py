"""The process in which the coverage-guided engine hunts one target; started by `tests.fuzz.campaign`.

    python -m tests.fuzz.engine manifest FOLDER -runs=1000 -seed=1

The engine ends the process itself, and writes an input that failed into FOLDER/crashes. Our own modules are
instrumented, for metadata the pure Python of python-tuf too; msgspec is compiled, so what it decides is not seen.
"""

import hashlib
import sys
from pathlib import Path

import atheris

from tests.fuzz.limits import execute, memory_limited
from tests.fuzz.target import Target, load, regressions

INSTRUMENTED = ["content_packs", "sync", "schoolbox"]
ALSO_INSTRUMENTED = {name: ["tuf"] for name in ("root", "registry", "catalogue")}
"""What else is looked into for some targets; it takes two seconds at the start."""
HANGING_S = 60
"""An input that does not come back at all is ended after this many seconds, however busy the machine is."""


def main(name: str, folder: Path, flags: list[str]) -> None:
    """Hunt until the flags say that it is enough."""
    with atheris.instrument_imports(include=[*INSTRUMENTED, *ALSO_INSTRUMENTED.get(name, [])]):
        target = load(name)
    _write_inputs(target, name, folder)
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
