"""Statements with attachments, and multipart bodies as other programs send and read them."""

import hashlib
import json
from email.parser import BytesParser
from email.policy import HTTP

import httpx

from tests.simulators.record_store import JsonDict, statement

BOUNDARY = "-------314159265358979323846"
TEXT = b"here is a simple attachment"


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
