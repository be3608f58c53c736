"""What a target is, and how one is found by its name.

    load("manifest").run(b"{}")
"""

import importlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

TARGETS_FOLDER = Path(__file__).parent / "targets"
REGRESSIONS = Path(__file__).parents[1] / "data" / "fuzz"

Bytewise: TypeAlias = Callable[[bytes, int], bytes]
"""Changes bytes without knowing what they mean, up to a size: the engine's own way."""
Mutator: TypeAlias = Callable[[bytes, int, int, Bytewise], bytes]
"""Changes an input knowing what it means: data, largest size, seed, and the engine's own way to fall back on."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """One parser of outside bytes.

    `run` does what the program does with such bytes and asserts what must hold afterwards. `allowed` are the documented
    errors. `runs` is how often it runs in `make test` beyond the inputs it begins with; `words` are pieces that the
    engine may put together.
    """

    run: Callable[[bytes], None]
    allowed: tuple[type[Exception], ...]
    seeds: Callable[[], Iterable[bytes]]
    mutate: Mutator | None = None
    words: tuple[bytes, ...] = ()
    max_bytes: int = 4096
    runs: int = 2000


def names() -> list[str]:
    """Every target there is."""
    return sorted(path.stem for path in TARGETS_FOLDER.glob("*.py") if not path.stem.startswith("_"))


def load(name: str) -> Target:
    """Import a target.

    Raises:
        LookupError: There is no such target.
    """
    if name not in names():
        raise LookupError(f"no target {name!r}; there are: {', '.join(names())}")
    target: Target = importlib.import_module(f"tests.fuzz.targets.{name}").TARGET
    return target


def regressions(name: str) -> list[Path]:
    """The inputs that once were failures of a target."""
    return sorted(path for path in (REGRESSIONS / name).glob("*") if path.is_file())
