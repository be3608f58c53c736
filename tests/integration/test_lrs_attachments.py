"""Contents of attachments come with statements and go out with them, and signatures are looked at (xAPI 1.0.3 part 2
§2.4.11 and 2.6, part 3 §1.5.2).
"""

import base64
import gzip
import hashlib
import json
import uuid
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from email.parser import BytesParser
from email.policy import HTTP
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from content_packs.clock import SystemClock
from sync.hub.check import check
from sync.hub.lrs.signatures import SIGNATURE
from sync.iris import ACTOR_HOME
from tests.simulators.hub import RunningHub, running_hub
from tests.simulators.record_store import JsonDict, one, statement

BOUNDARY = "-------314159265358979323846"
TEXT = b"here is a simple attachment"


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


def sha2(content: bytes, kind: str = "sha256") -> str:
    return hashlib.new(kind, content).hexdigest()


def attached(content: bytes = TEXT, **changes: object) -> JsonDict:
    return {
        "usageType": "http://e.org/usage", "display": {"en": "A text"}, "contentType": "text/plain",
        "length": len(content), "sha2": sha2(content), **changes,
    }  # fmt: skip


def with_attachments(*attachments: JsonDict, **changes: object) -> JsonDict:
    return statement(attachments=list(attachments), **changes)


Headers = dict[str, str]
SENT = with_attachments(attached())


def part(content: bytes, hashed: str | None = None, **changes: str | None) -> tuple[Headers, bytes]:
    """A content with its headers; a header that is None is left out."""
    headers: dict[str, str | None] = {
        "Content-Type": "text/plain", "Content-Transfer-Encoding": "binary",
        "X-Experience-API-Hash": hashed or sha2(content),
    }  # fmt: skip
    headers |= {key.replace("_", "-"): value for key, value in changes.items()}
    return {key: value for key, value in headers.items() if value is not None}, content


def mixed(*parts: tuple[Headers, bytes], end: str = "\r\n") -> bytes:
    body = b""
    for headers, content in parts:
        lines = [f"--{BOUNDARY}", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
        body += end.join(lines).encode() + content + end.encode()
    return body + f"--{BOUNDARY}--".encode() + end.encode()


def first(statements: object) -> tuple[Headers, bytes]:
    return {"Content-Type": "application/json"}, json.dumps(statements).encode()


def send(
    lrs: httpx.Client, body: bytes, kind: str = f"multipart/mixed; boundary={BOUNDARY}", **more: str
) -> httpx.Response:
    return lrs.post("/xapi/statements", content=body, headers={"Content-Type": kind, **more})


def unpacked(answer: httpx.Response) -> tuple[object, list[tuple[Headers, bytes]]]:
    """The JSON and the contents of an answer, read by another reader of MIME."""
    assert answer.headers["Content-Type"].startswith("multipart/mixed; boundary=")
    assert int(answer.headers["Content-Length"]) == len(answer.content)
    whole = b"Content-Type: " + answer.headers["Content-Type"].encode() + b"\r\n\r\n" + answer.content
    message = BytesParser(policy=HTTP).parsebytes(whole)
    found: list[tuple[Headers, bytes]] = []
    for piece in message.iter_parts():
        content = piece.get_payload(decode=True)
        assert isinstance(content, bytes)
        found.append((dict(piece.items()), content))
    return json.loads(found[0][1]), found[1:]


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


# Signatures

@pytest.fixture(scope="module")
def key() -> RSAPrivateKey:
    return generate_private_key(65537, 2048)


def b64(raw: bytes) -> bytes:
    return base64.urlsafe_b64encode(raw).rstrip(b"=")


def jws(key: RSAPrivateKey, payload: bytes, alg: str = "RS256", **header: object) -> bytes:
    kinds = {"RS256": hashes.SHA256(), "RS384": hashes.SHA384(), "RS512": hashes.SHA512()}
    signed = b64(json.dumps({"alg": alg, **header}).encode()) + b"." + b64(payload)
    return signed + b"." + b64(key.sign(signed, PKCS1v15(), kinds.get(alg, hashes.SHA256())))


def certificate(key: RSAPrivateKey) -> str:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "signer")])
    at = datetime(2026, 1, 1, tzinfo=UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(at).not_valid_after(at + timedelta(days=1)).sign(key, hashes.SHA256())
    )  # fmt: skip
    return base64.b64encode(made.public_bytes(Encoding.DER)).decode()


def signed(lrs: httpx.Client, sent: JsonDict, signature: bytes, **changes: object) -> httpx.Response:
    info = {"usageType": SIGNATURE, "contentType": "application/octet-stream", **changes}
    others = sent.get("attachments", [])
    assert isinstance(others, list)
    whole = {**sent, "attachments": [*others, attached(signature, **info)]}
    return send(lrs, mixed(first(whole), part(signature)))


@pytest.mark.parametrize("alg", ["RS256", "RS384", "RS512"])
def test_a_signed_statement_is_taken_with_or_without_the_certificate_of_its_key(
    lrs: httpx.Client, key: RSAPrivateKey, alg: str
) -> None:
    for header in ({}, {"x5c": [certificate(key)]}):
        sent = statement(timestamp="2026-11-28T04:00:00.500Z", attachments=[attached(fileUrl="http://e.org/f")])
        answer = signed(lrs, sent, jws(key, json.dumps(sent).encode(), alg, **header))
        assert answer.status_code == 200, answer.text


def test_what_was_signed_may_be_written_in_another_way(lrs: httpx.Client, key: RSAPrivateKey) -> None:
    sent = statement(result={"score": {"raw": 1.0}}, timestamp="2026-11-28T04:00:00Z")
    other = {**sent, "id": str(sent["id"]).upper(), "timestamp": "2026-11-28T05:00:00+01:00"}
    other["result"] = {"score": {"raw": 1}}
    assert signed(lrs, sent, jws(key, json.dumps(other, indent=2).encode())).status_code == 200


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda key, raw: jws(key, raw, "HS256"), "algorithm"),
        (lambda key, raw: jws(key, raw, "none"), "algorithm"),
        (lambda key, raw: jws(key, raw.replace(b'"', b"'", 1)), "not JSON"),
        (lambda key, _raw: jws(key, b"[]"), "no statement"),
        (lambda key, _raw: jws(key, b"[" * 100_000), "nested"),
        (lambda key, raw: jws(key, raw.replace(b"/tried", b"/failed")), "another statement"),
        (lambda key, raw: jws(key, raw.replace(b'"id": "', b'"id": "0', 1)), "another statement"),
        (lambda key, raw: jws(key, raw.replace(b"2026-", b"2025-")), "another statement"),
        (lambda key, raw: jws(key, raw).rpartition(b".")[0], "compact"),
        (lambda _key, _raw: b"a.b.c", "base64"),
        (lambda _key, _raw: b"e30.e30.e30", "header"),
        (lambda _key, _raw: b"%%%.e30.e30", "base64"),
        (lambda key, raw: jws(key, raw, x5c=[certificate(generate_private_key(65537, 2048))]), "not made with the key"),
        (lambda key, raw: jws(key, raw, x5c=[]), "certificate cannot be read"),
        (lambda key, raw: jws(key, raw, x5c=["AAAA"]), "certificate cannot be read"),
        (lambda key, raw: jws(key, raw, x5c="AAAA"), "header"),
        (lambda _key, _raw: b"x" * 2_000_000, "too large"),
    ],
)
def test_a_signature_that_is_none_is_refused(
    hub: RunningHub, lrs: httpx.Client, key: RSAPrivateKey, change: Callable[[RSAPrivateKey, bytes], bytes], words: str
) -> None:
    sent = statement(timestamp="2026-11-28T04:00:00Z")
    before = hub.count()
    answer = signed(lrs, sent, change(key, json.dumps(sent).encode()))
    assert answer.status_code == 400
    assert words in answer.json()["message"]
    assert hub.count() == before


def test_a_signature_must_say_that_it_is_bytes(lrs: httpx.Client, key: RSAPrivateKey) -> None:
    sent = statement()
    answer = signed(lrs, sent, jws(key, json.dumps(sent).encode()), contentType="text/plain")
    assert (answer.status_code, "contentType" in answer.json()["message"]) == (400, True)


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
