"""Does what was asked for and says how it went, where the box looks for it.

    answer_all(tools)
"""

import json
import sys
from pathlib import Path

from deploy.raspberrypi.helper.requests import Request, take
from deploy.raspberrypi.helper.trouble import FAILED, TroubleError
from deploy.raspberrypi.helper.verbs import Tools, check

KEPT_MAX = 20


def answer_all(tools: Tools) -> None:
    """Do everything that waits, one after the other."""
    for number, asked in take(tools.places.asked):
        after: tuple[str, ...] = ()
        try:
            after = _do(tools, asked)
        except TroubleError as trouble:
            _log(f"not_done problem={trouble.word} detail={trouble.detail!r}")
            _answer(tools.places.answered, number, trouble.word)
            continue
        _answer(tools.places.answered, number, "")
        if after:
            tools.machine.run(*after)


def _do(tools: Tools, asked: Request | TroubleError) -> tuple[str, ...]:
    if isinstance(asked, TroubleError):
        raise asked
    verb = check(asked.verb, asked.fields)
    try:
        verb.do(tools, asked.fields)
    except OSError as exc:
        raise TroubleError(FAILED, str(exc)) from exc
    _log(f"done verb={asked.verb}")
    return verb.after


def _answer(folder: Path, number: str, problem: str) -> None:
    """Leave the answer, whole, in place of older ones."""
    old = sorted(folder.glob("*.json"), key=lambda path: path.stat().st_mtime_ns)
    for path in old[: max(0, len(old) - KEPT_MAX + 1)]:
        path.unlink()
    draft = folder / f".{number}.new"
    draft.write_text(json.dumps({"id": number, "problem": problem}), encoding="utf-8")
    draft.chmod(0o644)
    draft.replace(folder / f"{number}.json")


def _log(line: str) -> None:
    sys.stderr.write(f"{line}\n")
