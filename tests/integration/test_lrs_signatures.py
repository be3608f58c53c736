"""Signatures of statements are looked at (xAPI 1.0.3 part 2 §2.6)."""

import base64
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from sync.hub.lrs.signatures import SIGNATURE
from tests.simulators.attachments import attached, first, mixed, part, send
from tests.simulators.hub import RunningHub, running_hub
from tests.simulators.record_store import JsonDict, statement


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    with running_hub(tmp_path_factory.mktemp("hub") / "data") as running:
        yield running


@pytest.fixture
def lrs(hub: RunningHub) -> Iterator[httpx.Client]:
    with hub.client(hub.program()) as client:
        yield client


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


@pytest.mark.parametrize(("arrived", "status"), [("P1DT12H36M0.1237S", 200), ("P1DT12H36M0.13S", 400)])
def test_a_duration_that_was_signed_is_compared_to_its_hundredths(
    lrs: httpx.Client, key: RSAPrivateKey, arrived: str, status: int
) -> None:
    sent = statement(result={"duration": "P1DT12H36M0.12S"})
    signature = jws(key, json.dumps(sent).encode())
    assert signed(lrs, {**sent, "result": {"duration": arrived}}, signature).status_code == status


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
