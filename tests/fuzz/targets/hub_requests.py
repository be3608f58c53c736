"""Any request to the hub, by anybody: an answer or a refusal, never a failure of the program, nothing for strangers.

The input is a script: who asks (a stranger, a reading program, a person of the ministry), which address, by which
method, and what stands in the path, the query, the form and the headers.
"""

import atexit
import base64
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import quote

from content_packs.clock import SystemClock
from sync.hub.app import make_app
from sync.hub.services import Hub
from tests.fuzz.material import scratch
from tests.fuzz.script import Script
from tests.fuzz.target import Target
from tests.simulators.hub import ADMIN, PASSWORD, make_data
from tests.simulators.publisher import Ministry

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.routing import Rule

_SHA = "ab" * 32
_FIELDS = (
    "name", "password", "next", "lang", "period", "municipality", "verb", "since", "until", "limit", "agent", "cursor",
    "statementId", "format", "code", "school", "page", "method", "content", "activityId", "stateId", "profileId",
    "registration", "If-Match", "X-Experience-API-Version", "attachments",
)  # fmt: skip
_VALUES = (
    "", "0", "-1", "9" * 400, "nan", "\0", "a\nb", "\u202e", "../../etc/passwd", "//x.example", "/\\x.example", "week",
    "month", "sq", ADMIN, PASSWORD, '{"mbox":"mailto:a@e.org"}', "[" * 500, "2026-01-01T00:00:00Z", "\U0010ffff", "%00",
    "<script>", "01890a5d-ac96-774b-bcce-b302099a8057", "meta/registry.json", "meta/1.root.json", "meta/index.json",
    f"manifests/{_SHA}.json", f"blobs/ab/{_SHA}.mp4", "meta/cat/../registry.json", "manifests/", "blobs/ab", "1" * 32,
)  # fmt: skip
_BODIES = (b"", b"{}", b"[]", b"[{}]", b"null", b"\xff", b"[" * 3000, b'{"a":' * 1500, b"\x1f\x8b\x08", b"x" * 70_000)
_HEADERS = (
    ("Content-Encoding", "gzip"), ("Content-Type", "application/json"), ("Content-Type", "multipart/form-data"),
    ("Authorization", "Basic Og=="), ("Authorization", "Basic !!!!"), ("Authorization", "Basic " + "A" * 3000),
    ("Authorization", "Bearer x"), ("Authorization", "Basic /////w=="), ("X-Experience-API-Version", "9.9"),
    ("X-Experience-API-Version", "1.0.3"), ("X-Experience-API-Version", "2.0.0"), ("If-Match", '"a"'),
    ("Accept-Language", "sq;q=nan"), ("Range", "bytes=5-"), ("Range", "bytes=99999999999999999999-"), ("Host", ""),
    ("If-None-Match", "*"), ("If-Range", '"a"'), ("Cookie", "hub_session=x; lang=\xff"), ("X-Forwarded-For", "x" * 300),
)  # fmt: skip
_ENDS_THE_SITTING = ("pages.sign_out",)
_GUARDED = (
    "pages.overview", "pages.boxes", "pages.box", "pages.school", "programs.put_status", "lrs.post_statements",
    "lrs.put_statement", "lrs.get_statements", "lrs.get_activity", "lrs.get_person",
    *(f"lrs.{method}_{path}" for method in ("get", "put", "post", "delete")
      for path in ("activities_state", "activities_profile", "agents_profile")),
)  # fmt: skip


@cache
def _hub() -> tuple[Hub, "FlaskClient", "FlaskClient", tuple["Rule", ...], str]:
    """A hub with a shelf, the browsers of a stranger and of a person of the ministry, and a program's credentials."""
    ministry = Ministry(scratch("hub-shelf"))
    ministry.publish("mash:thyesat", 1)
    data = make_data(scratch("hub-requests") / "data")
    from sync.hub.config import load_settings

    settings = load_settings(data.settings, {}, {"shelf": str(ministry.folder)})
    hub = Hub.open(data, settings, SystemClock(), lambda size: b"s" * size)
    atexit.register(hub.close)
    app = make_app(hub)
    app.config["WTF_CSRF_ENABLED"] = False
    person = app.test_client()
    assert person.post("/sign-in", data={"name": ADMIN, "password": PASSWORD}).status_code == 303
    issued = hub.credentials.add("test", ["all"], lambda size: "s" * size)
    known = base64.b64encode(f"{issued.key}:{issued.secret}".encode()).decode()
    rules = sorted(app.url_map.iter_rules(), key=str)
    kept = tuple(rule for rule in rules if rule.endpoint not in _ENDS_THE_SITTING)
    return hub, app.test_client(), person, kept, f"Basic {known}"


def run(data: bytes) -> None:
    script = Script(data)
    _, stranger, person, rules, basic = _hub()
    who = script.number(0, 3)
    rule = script.choice(rules)
    path = "".join(quote(_value(script)) or "x" if named else part.lstrip("|") for named, part in rule._trace)
    method = script.choice(sorted(rule.methods or {"GET"}))
    headers = [script.choice(_HEADERS) for _ in range(script.number(0, 2))]
    if who == 2:
        headers.append(("Authorization", basic))
    query = {script.choice(_FIELDS): _value(script) for _ in range(script.number(0, 2))}
    form = {script.choice(_FIELDS): _value(script) for _ in range(script.number(0, 3))}
    body = form if method == "POST" and script.number(0, 1) else script.choice(_BODIES)
    client = person if who == 3 else stranger
    answer = client.open(path, method=method, query_string=query, data=body, headers=headers)
    raw = answer.get_data() if answer.status_code != 200 or len(path) < 1000 else b""
    answer.close()
    assert answer.status_code < 500, (answer.status_code, method, path)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert b"Traceback" not in raw
    if who < 2 and method != "OPTIONS" and rule.endpoint in _GUARDED:
        assert answer.status_code not in (200, 204), (answer.status_code, method, path)
    stranger.delete_cookie("hub_session")


def _value(script: Script) -> str:
    """One of the strange values, or whatever stands there."""
    if script.number(0, 3):
        return script.choice(_VALUES)
    return script.take(script.number(0, 12)).decode("utf-8", "replace")


def _seeds() -> list[bytes]:
    """Everybody on every address, with one strange value and header."""
    whole = [(who, rule) for who in range(4) for rule in range(0, 24, 4)]
    return [bytes([who, rule, 1, 7 + rule, 0, 1, rule % 17, 1, rule, 1, who]) for who, rule in whole]


TARGET = Target(run=run, allowed=(), seeds=_seeds, max_bytes=128, runs=120)
