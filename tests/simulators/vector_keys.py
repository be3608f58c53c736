"""Fixed keys and metadata for the test vectors of FORMAT.md section 10: the same bytes on every machine.

Each key is made from a seed of 32 equal bytes that stands in FORMAT 10.4. Only whoever wants to be lied to uses them.

    raw = edited(registry_raw(1), change, REGISTRY)
"""

import copy
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TypeAlias

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from securesystemslib.signer import CryptoSigner

from content_packs.sign.metadata import PublisherKeys, RootKeys, catalogue_bytes, registry_bytes, root_bytes
from content_packs.trust import Listing, Publisher
from tests.simulators.second_reader import Json, canonical

SEEDS = {
    "anna": 0x01, "besa": 0x02, "dita": 0x03, "registry": 0x11, "registry-2": 0x12, "mash": 0x21, "mash-2": 0x22,
    "qendra": 0x31, "school": 0x41, "stranger": 0xEE,
}  # fmt: skip
KEYS = {name: CryptoSigner(Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)) for name, seed in SEEDS.items()}
SIGNED_AT = datetime(2026, 9, 1, 8, tzinfo=UTC)
MANIFEST_SHA256 = "e72e50d59921adf04bb4d60b8a8cccbb33d8844132983972b0357878b7a5abc6"
NAMES = {"mash": {"sq": "Ministria e Arsimit", "en": "Ministry of Education"}, "qendra": {"sq": "Akademia „Qendra”"}}

Change: TypeAlias = Callable[[dict[str, Json]], object]


def signers(names: Iterable[str]) -> list[CryptoSigner]:
    """Keys by their names."""
    return [KEYS[name] for name in names]


def root_raw(
    version: int,
    by: Sequence[str] = ("anna", "besa"),
    *,
    holders: Sequence[str] = ("anna", "besa"),
    threshold: int = 2,
    registry: Sequence[str] = ("registry",),
    registry_threshold: int = 1,
    minimum: int = 1,
) -> bytes:
    """A root."""
    public = [signer.public_key for signer in signers(holders)]
    listed = [signer.public_key for signer in signers(registry)]
    keys = RootKeys(public, threshold, listed, minimum, registry_threshold)
    return root_bytes(version, keys, signers(by), signed_at=SIGNED_AT)


def registry_raw(
    version: int,
    by: Sequence[str] = ("registry",),
    *,
    keys: Mapping[str, Sequence[str]] | None = None,
    threshold: int = 1,
    minimum: int = 1,
    names: dict[str, str] | None = None,
) -> bytes:
    """A registry of `mash` and `qendra`, or of those in `keys`."""
    listed = {"mash": ["mash"], "qendra": ["qendra"]} if keys is None else keys
    entries = [
        PublisherKeys(
            Publisher(publisher, names or NAMES.get(publisher, {"sq": publisher}), minimum),
            [signer.public_key for signer in signers(holders)],
            threshold,
        )
        for publisher, holders in listed.items()
    ]
    return registry_bytes(version, entries, signers(by), signed_at=SIGNED_AT)


def cat_raw(version: int, by: Sequence[str] = ("mash",), *, packs: Sequence[str] = ("mash:thyesat 1",)) -> bytes:
    """A catalogue of pack versions, each written `publisher:slug version`."""
    listings = []
    for pack in packs:
        pack_id, _, number = pack.partition(" ")
        listings.append(Listing(pack_id, int(number), MANIFEST_SHA256, 497))
    return catalogue_bytes(version, listings, signers(by), signed_at=SIGNED_AT)


def academy_raw(
    version: int, by: Sequence[str] = ("school",), *, of: str = "school", packs: Sequence[str] = ()
) -> bytes:
    """The catalogue of an academy, which introduces it."""

    def introduce(signed: dict[str, Json]) -> None:
        custom = signed["custom"]
        assert isinstance(custom, dict)
        public = str(KEYS[of].public_key.keyval["public"])
        custom["academy"] = {"names": {"sq": "Shkolla „Agimi”"}, "public": public}

    return edited(cat_raw(version, (), packs=packs), introduce, *by)


def academy(name: str) -> str:
    """The id of the academy that has this key."""
    return f"box-{KEYS[name].public_key.keyid[:20]}"


def edited(raw: bytes, change: Change, *by: str) -> bytes:
    """Change what is signed, and sign it anew as these keys."""
    signed = copy.deepcopy(json.loads(raw)["signed"])
    change(signed)
    payload = canonical(signed).encode()
    signatures = [signer.sign(payload).to_dict() for signer in signers(by)]
    return json.dumps({"signatures": signatures, "signed": signed}, separators=(",", ":"), sort_keys=True).encode()


def put(value: Json, *path: str | int) -> Change:
    """A change that puts a value at a place in what is signed."""

    def change(signed: dict[str, Json]) -> None:
        where: Json = signed
        for step in path[:-1]:
            where = where[step]  # type: ignore[index]  # a test says where it goes
        where[path[-1]] = value  # type: ignore[index]

    return change


def key(name: str) -> dict[str, Json]:
    """A key as it stands in metadata."""
    whole: dict[str, Json] = dict(KEYS[name].public_key.to_dict())
    return whole


def key_id(name: str) -> str:
    """The id of a key."""
    return str(KEYS[name].public_key.keyid)
