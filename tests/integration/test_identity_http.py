"""What the identity office answers over HTTP: to whom, how much, and how cheaply it refuses."""

import gzip
import hashlib
import json
import logging
import os
import re
import subprocess
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import httpx
import msgspec
import pytest

from sync.identity.app import SENT_BYTES_MAX, UNPACKED_BYTES_MAX, make_app
from sync.identity.cli import main
from sync.identity.folder import OfficeFolder
from sync.identity_wire import ASKED_MAX
from tests.simulators.hub import RunningHub, make_data, running_hub
from tests.simulators.office import DOMAIN, Desk, OfficeBox, beside_a_hub, make_office, number, office
from tests.simulators.programs import TOOLS, Program, environment
from tests.simulators.waiting import eventually

ASKED = {"since": 0, "people": [{"number": number(1), "wish": "arta.krasniqi", "have": ""}]}
ERASED = {"actors": [number(9)]}
ROLES = ("nobody", "stranger", "withdrawn", "box")
PERMISSIONS = {
    ("POST", "/v1/boxes"): (403, 403, 403, 200),
    ("POST", "/v1/addresses"): (401, 401, 401, 200),
    ("POST", "/v1/erasures"): (401, 401, 401, 200),
}
"""What each role is answered at every address; `stranger` has the key of a box and a wrong secret."""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with office(tmp_path) as found:
        yield found


def client(desk: Desk, box: OfficeBox | None = None) -> httpx.Client:
    auth = httpx.BasicAuth(box.introduce().key, box.secret) if box else None
    return httpx.Client(transport=httpx.WSGITransport(app=make_app(desk.services)), base_url="http://office", auth=auth)


def test_every_address_of_the_office_stands_in_the_table(desk: Desk) -> None:
    rules = make_app(desk.services).url_map.iter_rules()
    spoken = {(method, rule.rule) for rule in rules for method in rule.methods or ()}
    assert {(method, rule) for method, rule in spoken if method not in ("HEAD", "OPTIONS")} == set(PERMISSIONS)


@pytest.mark.parametrize(("method", "rule"), list(PERMISSIONS))
@pytest.mark.parametrize("role", ROLES)
def test_each_role_is_answered_what_the_table_says(desk: Desk, method: str, rule: str, role: str) -> None:
    box = desk.box("Agimi")
    shown, auth = box.shown(), httpx.BasicAuth(box.introduce().key, box.secret)
    if role == "withdrawn":
        desk.services.boxes.withdraw(box.box_id)
    if role == "stranger":
        auth = httpx.BasicAuth(box.introduce().key, "x" * 43)
    if role in ("nobody", "stranger"):
        shown = msgspec.structs.replace(shown, signature="0" * 128)
    bodies = {"/v1/boxes": msgspec.json.encode(shown), "/v1/addresses": json.dumps(ASKED).encode()}
    with client(desk) as asking:
        body = bodies.get(rule, json.dumps(ERASED).encode())
        answer = asking.request(method, rule, content=body, auth=None if role == "nobody" else auth)
        assert answer.status_code == PERMISSIONS[method, rule][ROLES.index(role)], answer.text
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"
        assert ("WWW-Authenticate" in answer.headers) == (answer.status_code == 401)
        if answer.status_code != 200:
            assert set(answer.json()) == {"error", "message", "index"}
        assert asking.get(rule).status_code == 405
        assert asking.get("/v1/nothing").status_code == 404


@pytest.mark.parametrize(
    "change",
    [
        {"since": -1}, {"since": "0"}, {"since": 2**60}, {"people": None}, {"more": 1}, {"people": [{}]},
        {"people": [{"number": number(1), "wish": "arta.krasniqi", "have": "", "class": "6/2"}]},
        {"people": [{"number": "x", "wish": "arta.krasniqi", "have": ""}]},
        *({"people": [{"number": number(1), "wish": wish, "have": ""}]} for wish in ("", "Arta", "a b", "ë", "a..b",
          ".a", "a.", "a" * 65, "a@b.c", "a\n")),
        *({"people": [{"number": number(1), "wish": "a", "have": have}]} for have in ("a", "a@", "a@b", "@b.example",
          f"{'a' * 65}@b.example", "a@b.example\n", "A@b.example")),
        {"people": ASKED["people"] * (ASKED_MAX + 1)},  # type: ignore[operator]  # the list is seen as an object
    ],
)  # fmt: skip
def test_what_the_protocol_does_not_say_is_refused_and_nothing_is_kept(desk: Desk, change: dict[str, object]) -> None:
    with client(desk, desk.box("Agimi")) as asking:
        answer = asking.post("/v1/addresses", json={**ASKED, **change})
        assert answer.status_code == 400, answer.text
        assert answer.json()["error"] == "body-unreadable"
        assert "arta" not in answer.text.casefold(), "what it held is not repeated"
    assert desk.services.office.find("") == []


@pytest.mark.parametrize("path", ["/v1/boxes", "/v1/addresses", "/v1/erasures"])
def test_large_and_broken_bodies_are_refused_cheaply(desk: Desk, path: str) -> None:
    bomb = gzip.compress(b" " * (200 * UNPACKED_BYTES_MAX))
    assert len(bomb) < SENT_BYTES_MAX
    packed = {"Content-Encoding": "gzip"}
    with client(desk, desk.box("Agimi")) as asking:
        asking.post(path, content=b"{}")
        tracemalloc.start()
        try:
            assert asking.post(path, content=bomb, headers=packed).status_code == 413
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert peak < 8 * UNPACKED_BYTES_MAX
        assert asking.post(path, content=b" " * (SENT_BYTES_MAX + 1)).status_code == 413
        cut = gzip.compress(json.dumps(ASKED).encode())
        for body in (b"{}", cut[:-4], cut + b"x", b"\x1f\x8b"):
            assert asking.post(path, content=body, headers=packed).status_code == 400, body
        for body in (b"", b"[", b"\xff", b"[" * 60_000, b"null"):
            assert asking.post(path, content=body).status_code == 400, body[:5]


def test_who_is_not_known_is_refused_before_a_body_is_read(desk: Desk) -> None:
    with client(desk) as asking:
        for path in ("/v1/addresses", "/v1/erasures"):
            assert asking.post(path, content=b" " * (SENT_BYTES_MAX + 1)).status_code == 401


def test_trying_introductions_is_slowed_down(desk: Desk) -> None:
    forged = msgspec.json.encode(msgspec.structs.replace(desk.box("Agimi").shown(), signature="0" * 128))
    with client(desk) as asking:
        answers = [asking.post("/v1/boxes", content=forged) for _ in range(7)]
    assert [answer.status_code for answer in answers[:5]] == [403] * 5
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) >= 1


def test_nothing_of_a_person_gets_into_the_log(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    box = desk.box("Agimi")
    with caplog.at_level(logging.DEBUG), client(desk, box) as asking:
        assert asking.post("/v1/addresses", json=ASKED).status_code == 200
        desk.services.close()
        assert asking.post("/v1/addresses", json=ASKED).status_code == 500
    mine = [record for record in caplog.records if record.name.startswith("sync")]
    assert "request failed" in mine[-1].getMessage()
    assert not any("arta" in record.getMessage() or number(1) in record.getMessage() for record in mine)
    assert mine[-1].exc_info is None, "a trace may hold what was asked"


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[RunningHub]:
    beside_a_hub(tmp_path / "hub", tmp_path / "office")
    with running_hub(tmp_path / "hub") as running:
        yield running


def test_one_program_serves_both_and_no_key_of_one_opens_the_other(hub: RunningHub) -> None:
    agimi = hub.enrol().credentials
    secret = "o" * 43
    digest = {"secret_sha256": "9ca6b1b2e0b5fa4ba0d83a3bf6e9a4c6a7e5b5a8d8b5d1c0e4f3a2b1c0d9e8f7"}
    with hub.client(agimi) as box, hub.client() as guest:
        given = box.post("/box/v1/identity", json=digest).json()
        assert given["url"] == ""
        assert json.loads(given["introduction"])["school"] == "Agimi"
        shown = {"introduction": given["introduction"], "signature": given["signature"], "secret": secret}
        forged = guest.post("/identity/v1/boxes", json=shown)
        assert (forged.status_code, forged.json()["error"]) == (403, "introduction-forged")
        given = box.post("/box/v1/identity", json={"secret_sha256": hashlib.sha256(secret.encode()).hexdigest()}).json()
        shown = {"introduction": given["introduction"], "signature": given["signature"], "secret": secret}
        taken = guest.post("/identity/v1/boxes", json=shown).json()
        assert taken["domain"] == DOMAIN
        assert box.post("/identity/v1/addresses", json=ASKED).status_code == 401, "the hub's key opens no office"
        known = httpx.BasicAuth(taken["key"], secret)
        assert guest.post("/identity/v1/addresses", json=ASKED, auth=known).status_code == 200
        assert guest.put("/box/v1/status", json={}, auth=known).status_code == 401, "the office's key opens no hub"
        assert guest.get("/xapi/statements", auth=known).status_code == 401
        for bad in ({}, {"secret_sha256": "x"}, {"secret_sha256": "0" * 64, "name": "Arta"}):
            assert box.post("/box/v1/identity", json=bad).status_code == 400


def test_the_office_runs_as_a_program_of_its_own_that_knows_no_hub(tmp_path: Path) -> None:
    folder = make_office(tmp_path / "office")
    program = Program.start(["schoolbox-hub", "identity", "serve", "--data", folder.path, "--port", "0"])
    try:
        eventually(lambda: program.lines or program.process.poll() is not None, saying="the office did not start")
        port = program.lines[0].rpartition(":")[2]
        answer = httpx.post(f"http://127.0.0.1:{port}/v1/addresses", content=b"{}", trust_env=False)
        assert answer.status_code == 401
        assert program.stop() == 0
    finally:
        program.end()


def test_what_people_of_the_office_type(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = str(tmp_path / "office")
    assert main(["init", data, "--domain", "Bad Domain"]) == 2
    assert not Path(data).exists()
    assert main(["init", data, "--domain", DOMAIN]) == 0
    assert f'identity = "{data}"' in capsys.readouterr().out
    assert main(["init", data, "--domain", DOMAIN]) == 8
    said = {
        ("domain",): 0, ("domain", "--set", "shkolla.example"): 0, ("domain", "--set", "x"): 2,
        ("person", "find", "arta"): 0, ("person", "show", "arta.krasniqi"): 4,
        ("person", "merge", "--keep", "a", "--other", "b"): 4, ("person", "rename", "a", "--to", "b"): 4,
        ("person", "erase", "a"): 2, ("person", "erase", "a", "--yes"): 4, ("asked", "list"): 0,
        ("asked", "allow", "--number", number(1)): 4, ("asked", "refuse", "--number", number(1)): 4,
        ("box", "list"): 0, ("box", "withdraw", "--box", number(1)): 4, ("box", "withdraw", "--all"): 0,
    }  # fmt: skip
    for words, code in said.items():
        assert main([*words, "--data", data, "--json"]) == code, words
    assert '"domain": "shkolla.example"' in capsys.readouterr().out


def test_the_page_for_whoever_runs_an_office_is_true(tmp_path: Path) -> None:
    make_data(tmp_path / "hub")
    text = (Path(__file__).parents[2] / "docs" / "identity.md").read_text(encoding="utf-8")
    said = ""
    for kind, block in re.findall(r"^```(sh|text)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        if kind == "sh":
            ours = {**environment(), "PATH": f"{TOOLS}:{os.environ['PATH']}"}
            done = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", block], cwd=tmp_path, env=ours, capture_output=True, text=True,
                check=False,
            )  # fmt: skip
            assert done.returncode == 0, (block, done.stderr)
            said = done.stdout
        else:
            for line in block.splitlines():
                assert line in said, line
    with running_hub(tmp_path / "hub") as hub, hub.client() as guest:
        assert guest.post("/identity/v1/addresses").status_code == 401, "the hub's settings say where the office is"
    assert OfficeFolder(tmp_path / "office").values().hubs == (hub.hub.introducer.public_key,)
