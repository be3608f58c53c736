"""`schoolbox pack pull`: take what this box subscribes to from the hub, boxes nearby, or a place that is named.

Code 0 if all that is wanted is on the box, 3 if a part is, else that of the error.
"""

import sys
import threading
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from content_packs.errors import CodeNeededError
from schoolbox.cli.asked import Asked, Parsers, verb
from schoolbox.cli.outcome import DONE, PARTLY_DONE, Json, Outcome, exit_code_of, harmless, told, told_text
from schoolbox.cli.pack_told import files
from schoolbox.cli.progress import progress_on
from schoolbox.messages import plain_size

_facts = partial(told, afar=True)
_why = partial(told_text, afar=True)

if TYPE_CHECKING:
    from schoolbox.services.pull_report import PackReport, PlaceReport, PullReport


def add(verbs: Parsers) -> None:
    """Declare the verb."""
    words = verb(verbs, "pull", pull, "take what is new and wanted from the hub, neighbours, or another place")
    words.add_argument(
        "--from", dest="places", metavar="PLACE", action="append", default=[],
        help="also from here: http://ADDRESS, rsync://ADDRESS/MODULE, user@host:path, a folder; may be repeated",
    )  # fmt: skip
    words.add_argument("--code", default="", help="the sharing code of the one neighbour named with --from; remembered")
    words.add_argument("--no-neighbours", action="store_true", help="do not look for other boxes nearby")
    words.add_argument("--once", action="store_true", help="when a line breaks, do not wait and try again")
    words.add_argument("--dry-run", action="store_true", help="only say what would come, and how large it is")


def pull(asked: Asked) -> Outcome:
    """Take what is wanted; where no place could be asked, that is an error."""
    from schoolbox.services.pull_pace import PAUSES_S, Pace
    from schoolbox.services.pull_sources import PullAsk

    words, settings = asked.words, asked.config
    ask = PullAsk(
        addresses=tuple(words.places or settings.pull_from.split()), code=words.code,
        neighbours=settings.pull_neighbours and not words.no_neighbours,
    )  # fmt: skip
    with asked.box() as box, progress_on(json=asked.json) as show:
        pauses_s = () if words.once else PAUSES_S
        told_waiting = _say_waiting if _is_watched(asked) else None
        kbit_s = box.line_rules.rules().pull_kbit
        pace = Pace(threading.Event(), clock=box.clock, kbit_s=kbit_s, pauses_s=pauses_s, told=told_waiting)
        report = box.puller.pull(ask, pace, show=show, dry_run=words.dry_run)
    errors = [*report.problems(), *(place.error for place in report.places if place.error)]
    if not report.reached and errors:
        if not asked.json:
            sys.stderr.write(f"{harmless(_why(errors[0]))}\n")
        return Outcome(_data(report), "", exit_code_of(errors[0]))
    return Outcome(_data(report), _text(report), _exit_code(report))


def _is_watched(asked: Asked) -> bool:
    """Whether a person looks on."""
    return not asked.json and sys.stderr.isatty()


def _say_waiting(seconds: float) -> None:
    """Say why nothing happens for a while."""
    sys.stderr.write(f"No answer just now; trying again in {seconds:.0f} s. What was copied is kept.\n")


def _exit_code(report: "PullReport") -> int:
    """0 if all is here, 3 if a part is."""
    problems = report.problems()
    if not problems:
        return DONE
    partly = report.reached and (not report.packs or any(pack.error is None for pack in report.packs))
    return PARTLY_DONE if partly else exit_code_of(problems[0])


def _data(report: "PullReport") -> Json:
    return {
        "whole": report.whole,
        "places": [
            {"kind": each.source.kind, "name": each.source.name, "address": each.source.address,
             "bytes_in": each.bytes_in, "bytes_out": each.bytes_out, "file_bytes": each.file_bytes,
             "refused": [{"name": one.name, **_facts(one.error)} for one in each.refused],
             "error": _facts(each.error) if each.error else None}
            for each in report.places
        ],
        "packs": [
            {"pack": each.pack_id, "version": each.version, "before": each.before, "state": each.state,
             "changed": each.changed, "copied_bytes": each.copied_bytes, "need_bytes": each.need_bytes,
             "missing": [{"sha256": gap.file.sha256, "role": gap.file.role, **_facts(gap.error)}
                         for gap in each.missing],
             "error": _facts(each.error) if each.error else None}
            for each in report.packs
        ],
    }  # fmt: skip


def _text(report: "PullReport") -> str:
    packs = [_pack_line(each) for each in report.packs] or ["There is nothing new for this box."]
    places = [_place_line(each) for each in report.places]
    reasons = [f"{each.pack_id}: {_why(each.error)}" for each in report.packs if each.error]
    reasons += [f"{each.source.name}: {_why(each.error)}" for each in report.places if each.error and each.counts]
    reasons += [f"{each.pack_id}: {_why(gap.error)}" for each in report.packs for gap in each.missing]
    reasons += [
        f"{each.source.name}, {one.name}: {_why(one.error)}" for each in report.places for one in each.loud
    ]
    return "\n\n".join(["\n".join([*packs, *places]), *_once(reasons)])


def _once(lines: Sequence[str]) -> list[str]:
    """Say nothing twice."""
    return list(dict.fromkeys(lines))


def _pack_line(pack: "PackReport") -> str:
    name = f"{pack.pack_id} version {pack.version}"
    if pack.state == "failed":
        return f"{name}: did not come"
    if pack.state == "coming":
        return f"{name}: {plain_size(pack.need_bytes)} would come"
    if pack.state == "incomplete":
        step = f"see: schoolbox pack missing {pack.pack_id}"
        return f"{name}: {plain_size(pack.copied_bytes)} came, {files(len(pack.missing))} missing; {step}"
    return f"{name}: {plain_size(pack.copied_bytes)} came"


def _place_line(place: "PlaceReport") -> str:
    travelled = "" if place.bytes_in is None else f", {plain_size(place.bytes_in + (place.bytes_out or 0))} on the line"
    if not place.looked:
        return f"{place.source.name}: no answer, or not for this box{travelled}"
    kept_back = isinstance(place.error, CodeNeededError)
    gone = ", some kept back for those who know its code" if kept_back else ", then it was lost" if place.error else ""
    return f"{place.source.name}: {plain_size(place.file_bytes)} of files{travelled}{gone}"
