"""Signed statements: is the signature well formed, and of this very statement?

Rules: a compact JWS with RS256, RS384 or RS512 whose payload is the statement as it was before the signature was
attached; if it brings its certificate (`x5c`), the signature must be that key's. Whose certificate it is, is not asked.
Source: xAPI 1.0.3 part 2 section 2.6, RFC 7515.

    problem_of(jws, statement)       # None, or what is wrong
"""

import base64
import binascii
from datetime import datetime

import msgspec
from msgspec import UNSET, Raw, UnsetType

from sync.hub.json_values import Json, decode_json
from sync.hub.lrs.fingerprint import fingerprint
from sync.hub.lrs.nesting import is_too_deep

SIGNATURE = "http://adlnet.gov/expapi/attachments/signature"
CONTENT_TYPE = "application/octet-stream"
SIGNATURE_BYTES_MAX = 1024 * 1024
_ALGORITHMS = ("RS256", "RS384", "RS512")


class _Header(msgspec.Struct):
    """The part of a JWS header that is looked at."""

    alg: str
    x5c: list[str] | UnsetType = UNSET


class _Wrong(Exception):  # noqa: N818  never leaves this file
    """What is wrong, in words."""


def problem_of(jws: bytes, statement: Raw) -> str | None:
    """Say what is wrong with the signature of a statement, None if nothing is."""
    pieces = jws.split(b".")
    try:
        header = _header(_bytes(pieces[0]), parts=len(pieces))
        _check_same(_bytes(pieces[1]), statement)
        if header.x5c is not UNSET:
            _check_key(header, jws.rpartition(b".")[0], _bytes(pieces[2]))
    except _Wrong as exc:
        return f"its signature cannot be accepted: {exc}"
    return None


def _header(raw: bytes, *, parts: int) -> _Header:
    if parts != 3:
        raise _Wrong("it is no compact JWS")
    try:
        header = msgspec.json.decode(raw, type=_Header)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as exc:
        raise _Wrong("its header is not that of a JWS") from exc
    if header.alg not in _ALGORITHMS:
        raise _Wrong(f"its algorithm must be one of {', '.join(_ALGORITHMS)}")
    return header


def _bytes(text: bytes) -> bytes:
    """Read base64 as a JWS has it: the letters of URLs, and no filling at the end."""
    try:
        return base64.b64decode(text + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as exc:
        raise _Wrong("it is not written in base64url") from exc


def _check_same(payload: bytes, statement: Raw) -> None:
    """Compare what was signed with what arrived; the signature itself does not count."""
    if is_too_deep(payload):
        raise _Wrong("what was signed is nested too deep")
    try:
        signed = decode_json(payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as exc:
        raise _Wrong("what was signed is not JSON") from exc
    arrived = decode_json(statement)
    if not isinstance(signed, dict) or not isinstance(arrived, dict):
        raise _Wrong("what was signed is no statement")
    if _digest(signed) != _digest(arrived) or not _same_id(signed, arrived) or not _same_time(signed, arrived):
        raise _Wrong("what was signed is another statement")


def _digest(statement: dict[str, Json]) -> bytes:
    """Digest a statement without its signatures."""
    attached = statement.get("attachments")
    left = [one for one in attached if not _signs(one)] if isinstance(attached, list) else []
    rest = {key: value for key, value in statement.items() if key != "attachments"}
    return fingerprint(msgspec.json.encode({**rest, "attachments": left} if left else rest))


def _signs(attachment: Json) -> bool:
    return isinstance(attachment, dict) and attachment.get("usageType") == SIGNATURE


def _same_id(signed: dict[str, Json], arrived: dict[str, Json]) -> bool:
    ids = [str(one["id"]).lower() for one in (signed, arrived) if "id" in one]
    return len(set(ids)) < 2


def _same_time(signed: dict[str, Json], arrived: dict[str, Json]) -> bool:
    """Compare when both say it happened, however it is written."""
    said = [str(one["timestamp"]).replace(",", ".") for one in (signed, arrived) if "timestamp" in one]
    try:
        return len({datetime.fromisoformat(one).timestamp() for one in said}) < 2
    except (ValueError, OverflowError):
        return len(set(said)) < 2


def _check_key(header: _Header, signed: bytes, signature: bytes) -> None:
    """Check the signature with the certificate that came along."""
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.x509 import load_der_x509_certificate

    kinds = {"RS256": hashes.SHA256(), "RS384": hashes.SHA384(), "RS512": hashes.SHA512()}
    try:
        chain = header.x5c or []
        key = load_der_x509_certificate(base64.b64decode(chain[0], validate=True)).public_key()
    except (ValueError, IndexError, UnsupportedAlgorithm) as exc:
        raise _Wrong("its certificate cannot be read") from exc
    if not isinstance(key, RSAPublicKey):
        raise _Wrong("its certificate is not one of RSA")
    try:
        key.verify(signature, signed, PKCS1v15(), kinds[header.alg])
    except InvalidSignature as exc:
        raise _Wrong("it was not made with the key of its certificate") from exc
