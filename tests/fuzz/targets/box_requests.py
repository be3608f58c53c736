"""Any request to the box, by anybody: an answer or a refusal, never a failure of the program.

The input is a script: who asks, which page, by which method, and what stands in the address, the query and the form.
"""

import atexit
from contextlib import ExitStack
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import quote

from tests.fuzz.material import scratch
from tests.fuzz.script import Script
from tests.fuzz.target import Target
from tests.simulators.rooms import TECHNICIAN, Pages, open_pages

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.routing import Rule

_OPEN = ExitStack()
_ENDS_THE_SITTING = ("sign_in.sign_out",)
_FIELDS = (
    "segments", "position_s", "duration_s", "ended", "left", "sitting", "who", "question", "answer", "go", "tried",
    "pin",
    "login", "password", "next", "code", "school", "municipality", "place", "t", "captions", "rendition", "q", "kind",
    "page", "empty", "grade", "language", "units", "pack", "shelf", "academy", "name", "size", "mark", "head", "end",
    "at",
)  # fmt: skip
_VALUES = (
    "", "0", "1", "-1", "9" * 5000, "nan", "inf", "1e999", "٣", "\0", "a\nb", "\u202e", "../..", "//x.example",
    "/\\x.example",
    "mash:thyesat-6", "mash:pjeset", "mash:kuiz-thyesat", "q0", "b", "0-12.3,20-31", "rw", "sq", "en",
    "0b8f3c1e-8a51-4c3e-9f57-0d6f7f8a9b11",
    "\U0010ffff", "é" * 200, "9" * 20, str(2**63), str(2**63 - 1), "%00", "<script>", "\"'", "ab" * 32 + ".mp4",
    "200", "1000000000000000000000",
)  # fmt: skip
_HEADERS = (
    ("Accept", "application/json"), ("Accept-Language", "sq;q=nan, *"), ("Range", "bytes=0-"), ("If-None-Match", "*"),
    ("Host", "schoolbox.local:99999"), ("Host", ""), ("Cookie", "session=x; session=y"), ("X-Forwarded-For", "x" * 300),
    ("Authorization", "Bearer K7PM-2R9X-0QTB"), ("Authorization", "Bearer \xff\xfe"), ("Authorization", "Basic OjpG="),
    ("Authorization", "Bearer a=b, c"), ("X-Real-IP", "\x00" * 90), ("X-Real-IP", "10.0.0.9, ::1"), ("X-Real-IP", ""),
    ("Content-Type", "multipart/form-data; boundary="), ("Content-Type", "application/json"), ("Accept", ";;;"),
)  # fmt: skip


@cache
def _school() -> tuple[Pages, tuple["FlaskClient", ...], tuple["Rule", ...]]:
    """A box with its pages, and the browsers of a guest, a pupil, a teacher and a technician."""
    pages = _OPEN.enter_context(open_pages(scratch("pages")))
    atexit.register(_OPEN.close)  # after the folder was made, so that it is closed before the folder goes
    guest, pupil, teacher, technician = (pages.device(f"10.0.0.{number}") for number in range(5, 9))
    pupil.sign_in(pages.seeded.pupils[0])
    teacher.sign_in_staff(pages.seeded.teacher)
    technician.sign_in_staff(TECHNICIAN)
    pages.app.config["WTF_CSRF_ENABLED"] = False
    rules = sorted(pages.app.url_map.iter_rules(), key=str)
    kept = tuple(rule for rule in rules if rule.endpoint not in _ENDS_THE_SITTING)
    return pages, (guest.client, pupil.client, teacher.client, technician.client), kept


def run(data: bytes) -> None:
    script = Script(data)
    _, clients, rules = _school()
    client, rule = script.choice(clients), script.choice(rules)
    path = _path(rule, script)
    query = {script.choice(_FIELDS): _value(script) for _ in range(script.number(0, 3))}
    form = {script.choice(_FIELDS): _value(script) for _ in range(script.number(0, 4))}
    headers = [script.choice(_HEADERS) for _ in range(script.number(0, 2))]
    method = script.choice(sorted(rule.methods or {"GET"}))
    body = form if method == "POST" else None
    answer = client.open(path, method=method, query_string=query, data=body, headers=headers)
    answer.close()
    assert answer.status_code < 500, (answer.status_code, method, path)


def _path(rule: "Rule", script: Script) -> str:
    """The address of a page, with anything in the places of what it names."""
    path = ""
    for is_named, part in rule._trace:
        path += quote(_value(script).replace("/", "")) or "x" if is_named else part.lstrip("|")
    return path


def _value(script: Script) -> str:
    """One of the strange values, or whatever stands there."""
    if script.number(0, 3):
        return script.choice(_VALUES)
    return script.take(script.number(0, 12)).decode("utf-8", "replace")


def _seeds() -> list[bytes]:
    """Everybody on every page, with one strange value."""
    whole = [(who, page, 7, 17) for who in range(4) for page in range(who, 256, 41)]
    return [bytes([who, page, 1, value, 1, field, 1, value]) for who, page, field, value in whole]


TARGET = Target(run=run, allowed=(), seeds=_seeds, max_bytes=128, runs=70)
