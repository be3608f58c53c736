"""Metadata that was really signed, with keys that are always the same, and what their holders could sign instead.

    ROOT, REGISTRY                        # what a box holds
    resigned(data, MASH)                  # what a careless or malicious publisher makes of these bytes
"""

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from itertools import count

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from securesystemslib.exceptions import FormatError
from securesystemslib.formats import encode_canonical
from securesystemslib.signer import CryptoSigner

from content_packs.sign.metadata import PublisherKeys, RootKeys, catalogue_bytes, registry_bytes, root_bytes
from content_packs.trust import Listing, Publisher, Registry, Root
from content_packs.trust.registry import accept_registry
from content_packs.trust.roots import pin_root
from tests.fuzz.json_mutations import parse


def key(name: str) -> CryptoSigner:
    """The key of this name: from fixed numbers, so that an input which failed once fails again anywhere."""
    return CryptoSigner(Ed25519PrivateKey.from_private_bytes(hashlib.sha256(name.encode()).digest()))


def keys(name: str) -> Callable[[], CryptoSigner]:
    """Make one key after the other, always the same ones for a name."""
    numbers = count()
    return lambda: key(f"{name} {next(numbers)}")


NOW = datetime(2026, 9, 25, 8, 42, tzinfo=UTC)
ANA, BESA, CEN, REGISTRAR, MASH, QENDRA = (
    key(name) for name in ("Ana", "Besa", "Cen", "registrar", "mash", "qendra")
)
LISTINGS = (
    Listing("mash:thyesat", 1, "ab" * 32, 100), Listing("mash:thyesat", 2, "cd" * 32, 4_000),
    Listing("mash:levizja", 7, "ef" * 32, 4_194_304),
)  # fmt: skip


@cache
def roots() -> tuple[bytes, bytes]:
    """The first root and the one after it, which one holder left and another joined."""
    first = RootKeys([ANA.public_key, BESA.public_key], 2, [REGISTRAR.public_key])
    second = RootKeys([BESA.public_key, CEN.public_key], 2, [REGISTRAR.public_key], 2)
    return (
        root_bytes(1, first, [ANA, BESA], signed_at=NOW),
        root_bytes(2, second, [ANA, BESA, CEN], signed_at=NOW),
    )


@cache
def registries() -> tuple[bytes, bytes]:
    """Two registries, the second without one of the publishers."""
    mash = PublisherKeys(Publisher("mash", {"sq": "Ministria e Arsimit", "en": "Ministry"}, 1), [MASH.public_key])
    qendra = PublisherKeys(Publisher("qendra", {"sq": "Qendra"}, 2), [QENDRA.public_key])
    return (
        registry_bytes(3, [mash, qendra], [REGISTRAR], signed_at=NOW),
        registry_bytes(4, [mash], [REGISTRAR], signed_at=NOW),
    )


@cache
def catalogues() -> tuple[bytes, bytes]:
    """Two catalogues of one publisher, one after the other."""
    return (
        catalogue_bytes(5, LISTINGS[:1], [MASH], signed_at=NOW),
        catalogue_bytes(6, LISTINGS, [MASH], signed_at=NOW),
    )


@cache
def root() -> Root:
    """The root a box holds."""
    return pin_root(roots()[0])


@cache
def registry() -> Registry:
    """The registry a box holds."""
    return accept_registry(root(), registries()[0], held=None)


def resigned(data: bytes, *signers: CryptoSigner) -> bytes:
    """Sign whatever stands under `signed`, as whoever has these keys can; as it is, if that cannot be signed."""
    whole = parse(data)
    signed = whole.get("signed") if isinstance(whole, dict) else None
    if not isinstance(signed, dict) or not isinstance(whole, dict):
        return data
    try:
        text = encode_canonical(signed) or ""
        signatures = [signer.sign(text.encode()).to_dict() for signer in signers]
    except (ValueError, RecursionError, FormatError):
        return data
    return json.dumps({**whole, "signatures": signatures}).encode("utf-8", "surrogatepass")
