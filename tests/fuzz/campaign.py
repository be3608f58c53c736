"""Hunting one target in a process of its own, and what came of it.

    hunt("manifest", Path(".fuzz/manifest"), ["-max_total_time=600"]).found
"""

import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
_MEMORY = Path("/dev/shm")  # noqa: S108 - in memory, where thousands of small files a second wear nothing
_STATE = re.compile(r"^#\d+\s+\w+\s+cov: (\d+) ft: (\d+) corp: (\d+)", re.MULTILINE)
_NOISE = re.compile(r"^(#\d+|INFO|WARNING|stat).*\n", re.MULTILINE)
_EXECUTIONS = re.compile(r"^stat::number_of_executed_units:\s*(\d+)", re.MULTILINE)


@dataclass(frozen=True)
class Hunt:
    """What a hunt did: how many inputs were run, what they reached, and the inputs that failed."""

    target: str
    executions: int
    coverage: int
    features: int
    corpus: int
    took_s: float
    found: tuple[Path, ...]
    exit_code: int
    log: str
    """What the engine said, without its counting; of a long trace its beginning and its end."""

    @property
    def sound(self) -> bool:
        """Whether it ran to its end without a finding."""
        return self.exit_code == 0 and not self.found

    def line(self) -> str:
        """One line of the report."""
        found = ", ".join(map(str, self.found)) or ("nothing" if self.sound else f"ended with {self.exit_code}")
        return (
            f"{self.target:<16} {self.executions:>9} executions {self.took_s:>6.0f} s  coverage {self.coverage:>5}  "
            f"features {self.features:>6}  corpus {self.corpus:>5}  found: {found}"
        )


def hunt(target: str, folder: Path, flags: list[str]) -> Hunt:
    """Run the engine on one target until its flags end it or it finds something."""
    before = set((folder / "crashes").glob("*"))
    started_s = time.monotonic()
    # The engine ends its process without cleaning up, so the folder it works in is ours.
    with tempfile.TemporaryDirectory(prefix="schoolbox-fuzz-", dir=_MEMORY if _MEMORY.is_dir() else None) as scratch:
        done = subprocess.run(
            [sys.executable, "-m", "tests.fuzz.engine", target, str(folder.absolute()), *flags],
            check=False, capture_output=True, text=True, errors="replace", cwd=ROOT,
            env={**os.environ, "TMPDIR": scratch, "PYTHONHASHSEED": "0"},
        )  # fmt: skip
    states = _STATE.findall(done.stderr)
    coverage, features, corpus = map(int, states[-1]) if states else (0, 0, 0)
    executions = _EXECUTIONS.search(done.stderr)
    return Hunt(
        target=target,
        executions=int(executions[1]) if executions else 0,
        coverage=coverage,
        features=features,
        corpus=corpus,
        took_s=time.monotonic() - started_s,
        found=tuple(sorted(set((folder / "crashes").glob("*")) - before)),
        exit_code=done.returncode,
        log=_shortened(_NOISE.sub("", done.stdout + done.stderr).splitlines()),
    )


def _shortened(lines: list[str]) -> str:
    """Leave out the middle of what nobody reads."""
    left_out = len(lines) - 60
    return "\n".join(lines if left_out <= 0 else [*lines[:25], f"... {left_out} lines ...", *lines[-35:]])
