"""The command: hunt one target or all, or run inputs again."""

import argparse
import sys
from pathlib import Path

from tests.fuzz.campaign import Hunt, hunt
from tests.fuzz.limits import execute, memory_limited, warm_up
from tests.fuzz.target import load, names


def main() -> int:
    """Do what was asked; 1 if something was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description="Hunt for inputs that break a parser.")
    parser.add_argument("target", choices=[*names(), "all"])
    parser.add_argument("--seconds", type=int, default=600, help="how long to hunt each target")
    parser.add_argument("--runs", type=int, default=0, help="how many inputs to run instead")
    parser.add_argument("--seed", type=int, default=0, help="where chance begins; 0 takes another one each time")
    parser.add_argument("--folder", type=Path, default=Path(".fuzz"), help="where inputs are kept between hunts")
    parser.add_argument("--replay", type=Path, nargs="+", metavar="FILE", help="only run these inputs once")
    words = parser.parse_args()
    if words.replay:
        return _replay(words.target, words.replay)
    flags = [f"-runs={words.runs}" if words.runs else f"-max_total_time={words.seconds}", f"-seed={words.seed}"]
    hunts = []
    for name in names() if words.target == "all" else [words.target]:
        hunts.append(hunt(name, words.folder / name, flags))
        _tell(hunts[-1])
    if len(hunts) > 1:
        sys.stdout.write("\n" + "".join(f"{each.line()}\n" for each in hunts))
    return 0 if all(each.sound for each in hunts) else 1


def _tell(done: Hunt) -> None:
    """Say what one hunt did; of a failure also what the engine said last."""
    if not done.sound:
        sys.stdout.write(f"{done.log}\n")
    sys.stdout.write(f"{done.line()}\n")
    for path in done.found:
        sys.stdout.write(f"again: python -m tests.fuzz {done.target} --replay {path}\n")
    sys.stdout.flush()


def _replay(name: str, files: list[Path]) -> int:
    """Run inputs once, without the engine; a failure ends with its trace."""
    target = load(name)
    warm_up(target)
    for path in files:
        data = path.read_bytes()
        with memory_limited():
            execute(target, data)
        sys.stdout.write(f"{path}: {len(data)} bytes, no failure\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
