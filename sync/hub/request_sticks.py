"""Requests on sticks: all of one are taken, and the answers that are ready are put beside them (PROTOCOL 13.5).

    for each in read_request_stick(hub.requests, Path("/media/USB")):
        each.asked, each.problem
"""

from pathlib import Path

import msgspec

from content_packs.durable import Disk
from content_packs.errors import PackError
from content_packs.export.stick import Stick
from sync.courier_folder import boxes_on, read_named, write_on
from sync.enrolment_files import ANSWER_NAME, FILE_BYTES_MAX, REQUEST_NAME
from sync.hub.errors import HubError
from sync.hub.requests import Asked, Requests


class OnStick(msgspec.Struct, frozen=True):
    """One request on a stick: what became of it, or the sentence that says why not. `written`: its answer is there."""

    box: str
    asked: Asked | None = None
    problem: str = ""
    written: bool = False


def read_request_stick(requests: Requests, stick: Path, school: tuple[str, str] | None = None) -> list[OnStick]:
    """Take every request of a stick, and write the answers that are ready onto it.

    With `school` (name, municipality) the boxes that wait are taken in as boxes of that school.

    Raises:
        OSError: The stick cannot be read.
    """
    found = []
    for box in boxes_on(stick):
        raw = read_named(stick, box, REQUEST_NAME, limit=FILE_BYTES_MAX)
        if raw is not None:
            found.append(_take(requests, stick, (box, raw), school))
    return found


def _take(requests: Requests, stick: Path, brought: tuple[str, bytes], school: tuple[str, str] | None) -> OnStick:
    box, raw = brought
    try:
        asked = requests.take(raw)
        if school and asked.answer is None:
            asked = requests.bind(asked.box, *school)
    except HubError as exc:
        return OnStick(box, problem=exc.message)
    return OnStick(asked.box, asked, written=asked.answer is not None and _write(stick, asked.box, asked.answer))


def _write(stick: Path, box: str, answer: bytes) -> bool:
    try:
        opened = Stick(stick, Disk())
        with opened.opened():
            write_on(opened, box, ANSWER_NAME, answer)
    except PackError:
        return False
    return True
