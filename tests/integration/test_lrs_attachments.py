"""Contents of attachments come with statements and go out with them (xAPI 1.0.3 part 2 §2.4.11, part 3 §1.5.2)."""

import gzip
import json
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path

import httpx
import pytest

from content_packs.clock import SystemClock
from sync.hub.check import check
from sync.iris import ACTOR_HOME
from tests.simulators.attachments import (
    BOUNDARY,
    SENT,
    TEXT,
    attached,
    first,
    mixed,
    part,
    send,
    sha2,
    unpacked,
    with_attachments,
)
from tests.simulators.hub import RunningHub, running_hub
from tests.simulators.record_store import one, statement


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hub") / "data"


@pytest.fixture(scope="module")
def hub(place: Path) -> Iterator[RunningHub]:
    with running_hub(place) as running:
        yield running


@pytest.fixture
def lrs(hub: RunningHub) -> Iterator[httpx.Client]:
    with hub.client(hub.program()) as client:
        yield client


def kept(place: Path) -> list[str]:
    return sorted(path.name for path in (place / "attachments").rglob("*") if path.is_file())


def test_a_content_comes_back_with_its_statement_when_it_is_asked_for(lrs: httpx.Client, place: Path) -> None:
    content = bytes(range(256)) * 700 + b"\r\n--" + BOUNDARY[:-1].encode() + b"\r"
    sent = with_attachments(attached(content, contentType="image/x-own"), attached(fileUrl="http://e.org/file"))
    answer = send(lrs, mixed(first(sent), part(content)))
    assert (answer.status_code, answer.json()) == (200, [sent["id"]])
    assert sha2(content) in kept(place)
    assert one(lrs, sent["id"])["attachments"] == sent["attachments"]
    for params in ({"statementId": str(sent["id"])}, {"limit": "1"}):
        told, contents = unpacked(lrs.get("/xapi/statements", params={**params, "attachments": "true"}))
        assert str(sent["id"]) in json.dumps(told)
        assert contents == [({
            "Content-Type": "image/x-own", "Content-Transfer-Encoding": "binary",
            "X-Experience-API-Hash": sha2(content)}, content)]  # fmt: skip
        head = lrs.head("/xapi/statements", params={**params, "attachments": "true"})
        assert (head.status_code, head.content) == (200, b"")
        plain = lrs.get("/xapi/statements", params={**params, "attachments": "false"})
        assert plain.headers["Content-Type"] == "application/json"


def test_statements_without_contents_are_multipart_too_when_attachments_are_asked_for(lrs: httpx.Client) -> None:
    sent = statement()
    assert send(lrs, mixed(first([sent]))).status_code == 200
    told, contents = unpacked(
        lrs.get("/xapi/statements", params={"statementId": str(sent["id"]), "attachments": "true"})
    )
    assert isinstance(told, dict)
    assert (told["id"], contents) == (sent["id"], [])


@pytest.mark.parametrize("kind", ["sha224", "sha256", "sha384", "sha512"])
def test_every_hash_of_the_family_is_known(lrs: httpx.Client, kind: str) -> None:
    content = f"{kind} {uuid.uuid4()}".encode()
    sent = with_attachments(attached(content, sha2=sha2(content, kind).upper()))
    assert send(lrs, mixed(first(sent), part(content, sha2(content, kind)))).status_code == 200
    _, contents = unpacked(
        lrs.get("/xapi/statements", params={"statementId": str(sent["id"]), "attachments": "true"})
    )
    assert [content for _, content in contents] == [content]


def test_an_attachment_of_a_statement_within_and_one_of_a_put_are_kept(lrs: httpx.Client) -> None:
    deep, content = b"deep", b"put"
    within = {"objectType": "SubStatement", "actor": {"mbox": "mailto:a@e.org"}, "verb": {"id": "http://e.org/v"},
              "object": {"id": "http://e.org/1"}, "attachments": [attached(deep)]}  # fmt: skip
    sent = with_attachments(attached(content), object=within)
    body = mixed(first(sent), part(content), part(deep))
    kind = {"Content-Type": f'multipart/mixed; boundary="{BOUNDARY}"'}
    answer = lrs.put("/xapi/statements", params={"statementId": str(sent["id"])}, content=body, headers=kind)
    assert answer.status_code == 204, answer.text
    _, contents = unpacked(
        lrs.get("/xapi/statements", params={"statementId": str(sent["id"]), "attachments": "true"})
    )
    assert sorted(content for _, content in contents) == [deep, content]


def test_the_same_content_of_two_statements_is_one_file_and_one_part(lrs: httpx.Client, place: Path) -> None:
    content = uuid.uuid4().bytes
    sent = [with_attachments(attached(content)), with_attachments(attached(content), attached(content))]
    assert send(lrs, mixed(first(sent), part(content))).status_code == 200
    assert send(lrs, mixed(first(sent), part(content))).status_code == 200
    assert kept(place).count(sha2(content)) == 1
    _, contents = unpacked(lrs.get("/xapi/statements", params={"limit": "2", "attachments": "true"}))
    assert [given for _, given in contents] == [content]


def test_a_body_may_begin_with_an_empty_line_end_without_one_or_be_packed(lrs: httpx.Client) -> None:
    body = mixed(first(SENT), part(TEXT))
    for changed in (b"\r\n" + body.removesuffix(b"\r\n"), body + b"an epilogue",
                    body.replace(b"Content-Type: ", b"CONTENT-TYPE:")):  # fmt: skip
        assert send(lrs, changed.replace(str(SENT["id"]).encode(), str(uuid.uuid4()).encode())).status_code == 200
    sent = with_attachments(attached())
    assert send(lrs, mixed(first(sent), part(TEXT), end="\n")).status_code == 200
    sent = with_attachments(attached())
    packed = gzip.compress(mixed(first(sent), part(TEXT)))
    assert send(lrs, packed, **{"Content-Encoding": "gzip"}).status_code == 200
    assert one(lrs, sent["id"])


WRONG: Sequence[tuple[str, bytes]] = [
    ("content missing", mixed(first(SENT))),
    ("one of two missing", mixed(first(with_attachments(attached(), attached(b"other"))), part(TEXT))),
    ("content of nobody", mixed(first(SENT), part(TEXT), part(b"excess"))),
    ("content twice", mixed(first(SENT), part(TEXT), part(TEXT))),
    ("no hash", mixed(first(SENT), part(TEXT, X_Experience_API_Hash=None))),
    ("another hash", mixed(first(SENT), part(TEXT, "0" * 64))),
    ("another content", mixed(first(SENT), part(b"something else", sha2(TEXT)))),
    ("not binary", mixed(first(SENT), part(TEXT, Content_Transfer_Encoding="base64"))),
    ("no encoding", mixed(first(SENT), part(TEXT, Content_Transfer_Encoding=None))),
    ("first part no JSON", mixed(({"Content-Type": "text/plain"}, json.dumps(SENT).encode()), part(TEXT))),
    ("first part without type", mixed(({}, json.dumps(SENT).encode()), part(TEXT))),
    ("statements twice", mixed(first(SENT), first(SENT), part(TEXT))),
    ("broken JSON", mixed(({"Content-Type": "application/json"}, b"{"), part(TEXT))),
    ("no boundary at first", mixed(first(SENT), part(TEXT)).partition(b"\r\n")[2]),
    ("no boundary between", mixed(first(SENT)).removesuffix(f"--{BOUNDARY}--\r\n".encode())
     + mixed(part(TEXT)).partition(b"\r\n")[2]),
    ("cut short", mixed(first(SENT), part(TEXT))[:-20]),
    ("cut in a head", mixed(first(SENT), part(TEXT))[:-100]),
    ("nothing", b""), ("only an end", f"--{BOUNDARY}--\r\n".encode()), ("noise", b"\x00" * 100_000),
    ("words behind a boundary", mixed(first(SENT)).replace(BOUNDARY.encode() + b"\r\n", BOUNDARY.encode() + b"x\r\n")),
    ("no colon in a head", mixed(first(SENT)).replace(b"Content-Type:", b"Content-Type")),
    ("a head without end", f"--{BOUNDARY}\r\n".encode() + b"a: b\r\n" * 10_000),
    ("a line without end", f"--{BOUNDARY}\r\n".encode() + b"a" * 100_000),
    ("too many parts", mixed(first(SENT), *[part(b"%d" % n) for n in range(200)])),
]  # fmt: skip


@pytest.mark.parametrize("body", [body for _, body in WRONG], ids=[name for name, _ in WRONG])
def test_a_body_that_is_not_what_it_says_is_refused_and_leaves_nothing(
    hub: RunningHub, lrs: httpx.Client, place: Path, body: bytes
) -> None:
    before, files = hub.count(), kept(place)
    answer = send(lrs, body)
    assert answer.status_code == 400, answer.text
    assert answer.json()["error"] in ("bad-request", "body-unreadable", "statement-refused")
    assert (hub.count(), kept(place)) == (before, files)


@pytest.mark.parametrize(
    "kind",
    ["multipart/form-data; boundary=" + BOUNDARY, "multipart/mixed", "multipart/mixed;", "text/plain", "",
     "multipart/mixed; boundary=" + "x" * 71, "multipart/mixed; boundary=", 'multipart/mixed; boundary="\\\\"'],
)  # fmt: skip
def test_a_type_that_is_neither_json_nor_a_multipart_body_with_a_boundary_is_refused(
    lrs: httpx.Client, kind: str
) -> None:
    assert send(lrs, mixed(first(with_attachments(attached())), part(TEXT)), kind).status_code == 400


def test_without_multipart_an_attachment_needs_a_place_where_it_lies(lrs: httpx.Client) -> None:
    answer = lrs.post("/xapi/statements", json=[statement(), with_attachments(attached())])
    assert (answer.status_code, answer.json()["index"]) == (400, 1)
    assert lrs.post("/xapi/statements", json=with_attachments(attached(fileUrl="http://e.org/f"))).status_code == 200


def test_a_batch_that_is_refused_keeps_no_content(lrs: httpx.Client, place: Path) -> None:
    content = uuid.uuid4().bytes
    sent = statement()
    assert lrs.post("/xapi/statements", json=sent).status_code == 200
    conflict = {**sent, "verb": {"id": "http://e.org/other"}}
    body = mixed(first([with_attachments(attached(content)), conflict]), part(content))
    assert send(lrs, body).status_code == 409
    assert sha2(content) not in kept(place)


def test_contents_larger_than_a_request_may_bring_are_refused_also_packed(
    hub: RunningHub, lrs: httpx.Client, place: Path
) -> None:
    most = hub.hub.settings.values.attachment_bytes_max
    half, rest = b"\0" * (most // 2), b"\1" * (most // 2 + 1)
    before, files = hub.count(), kept(place)
    body = mixed(first(with_attachments(attached(half), attached(rest))), part(half), part(rest))
    assert send(lrs, body).status_code == 413
    assert send(lrs, gzip.compress(body), **{"Content-Encoding": "gzip"}).status_code == 413
    bomb = gzip.compress(mixed(first(SENT), part(b"\0" * (2 * most), sha2(TEXT))))
    assert send(lrs, bomb, **{"Content-Encoding": "gzip"}).status_code == 413
    bomb = gzip.compress(f"--{BOUNDARY}\r\nContent-Type: application/json\r\n\r\n".encode() + b" " * 20_000_000)
    assert send(lrs, bomb, **{"Content-Encoding": "gzip"}).status_code == 413
    for packed in (b"not gzip", gzip.compress(body)[:1000]):
        assert send(lrs, packed, **{"Content-Encoding": "gzip"}).status_code == 400
    assert send(lrs, body, **{"Content-Encoding": "br"}).status_code == 400
    assert (hub.count(), kept(place)) == (before, files)


def test_nobody_is_given_the_contents_of_others(hub: RunningHub, lrs: httpx.Client) -> None:
    sent = with_attachments(attached())
    send(lrs, mixed(first(sent), part(TEXT)))
    with hub.client(hub.program("statements/write", "statements/read/mine")) as other:
        params = {"statementId": str(sent["id"]), "attachments": "true"}
        assert other.get("/xapi/statements", params=params).status_code == 404
        told, contents = unpacked(other.get("/xapi/statements", params={"attachments": "true"}))
        assert (told, contents) == ({"statements": [], "more": ""}, [])


def test_a_type_that_no_header_may_hold_is_given_as_bytes(lrs: httpx.Client) -> None:
    sent = with_attachments(attached(contentType="text/plain; name=ë"))
    assert send(lrs, mixed(first(sent), part(TEXT))).status_code == 200
    answer = lrs.get("/xapi/statements", params={"statementId": str(sent["id"]), "attachments": "true"})
    assert unpacked(answer)[1][0][0]["Content-Type"] == "application/octet-stream"


# What stays and what goes

def test_contents_about_a_learner_whom_the_school_erased_are_gone_if_nobody_else_needs_them(tmp_path: Path) -> None:
    number = "0123456789abcdef0123456789abcdef"
    learner = {"account": {"homePage": ACTOR_HOME, "name": number}}
    alone, shared = b"about this learner alone", b"a paper of everybody"
    with running_hub(tmp_path / "data") as hub, hub.client(hub.program()) as lrs:
        theirs = with_attachments(attached(alone), attached(shared), actor=learner)
        assert send(lrs, mixed(first(theirs), part(alone), part(shared))).status_code == 200
        assert send(lrs, mixed(first(with_attachments(attached(shared))), part(shared))).status_code == 200
        with hub.client(hub.enrol().credentials) as box:
            assert box.post("/box/v1/erasures", json={"actors": [number]}).status_code == 200
        assert kept(tmp_path / "data") == [sha2(shared)]
        late = with_attachments(attached(alone), actor=learner)
        assert send(lrs, mixed(first(late), part(alone))).status_code == 200
        assert kept(tmp_path / "data") == [sha2(shared)]
        assert check(hub.hub.database, hub.hub.attachments).problems == ()


def test_what_a_power_cut_left_is_swept_and_what_is_needed_stays(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with running_hub(data, SystemClock()) as hub, hub.client(hub.program()) as lrs:
        send(lrs, mixed(first(with_attachments(attached())), part(TEXT)))
        orphan, half = sha2(b"orphan"), "0" * 32
        (data / "attachments" / orphan[:2]).mkdir(exist_ok=True)
        (data / "attachments" / orphan[:2] / orphan).write_bytes(b"orphan")
        (data / "attachments" / "incoming" / half).write_bytes(b"half")
        hub.hub.attachments.sweep_all()
        assert kept(data) == [sha2(TEXT)]
        (data / "attachments" / sha2(TEXT)[:2] / sha2(TEXT)).write_bytes(b"changed")
        assert check(hub.hub.database, hub.hub.attachments).problems == (
            f"the attachment {sha2(TEXT)} is missing or damaged",
        )


def test_a_disk_that_takes_nothing_is_told_as_such_and_nothing_is_stored(tmp_path: Path) -> None:
    with running_hub(tmp_path / "data") as hub, hub.client(hub.program()) as lrs:
        (tmp_path / "data" / "attachments").write_bytes(b"in the way")
        answer = send(lrs, mixed(first(with_attachments(attached())), part(TEXT)))
        assert (answer.status_code, answer.json()["error"]) == (503, "data")
        assert hub.count() == 0
