"""A second reader of metadata: the forms of FORMAT.md 1.4, 5.2 to 5.5 and 5.8 to 5.12, sharing no code with the first.

It knows only the standard library and Ed25519. What is not so is `Refused`, with a reason of FORMAT 6.16.

    read_registry(raw).publishers["mash"].threshold
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn, TypeAlias

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | bool | None"

ROOT_CAP, REGISTRY_CAP, CATALOGUE_CAP, MANIFEST_CAP = 65_536, 1_048_576, 2_097_152, 4_194_304
COUNT_MAX = 2_147_483_648
HEX64, HEX128 = re.compile(r"[0-9a-f]{64}"), re.compile(r"[0-9a-f]{128}")
SPEC = re.compile(r"1\.[0-9]+(\.[0-9]+)?")
TIME = re.compile(r"[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-5][0-9]Z")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?")
SAID = re.compile("[^\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]*")
PUBLISHER = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
TARGET = re.compile(r"([a-z0-9][a-z0-9-]{0,31})/([a-z0-9][a-z0-9-]{0,63})/([1-9][0-9]*)\.json")
RESERVED = {"root", "targets", "snapshot", "timestamp", "con", "prn", "aux", "nul"} | {
    f"{kind}{number}" for kind in ("com", "lpt") for number in range(10)
}


class Refused(Exception):  # noqa: N818 - the word of FORMAT 6.16
    """Why something was not believed, in the words of FORMAT 6.16."""


def refuse(reason: str) -> NoReturn:
    """Say why."""
    raise Refused(reason)


def need(is_right: object, reason: str = "malformed") -> None:
    """Go on only if this is so."""
    if not is_right:
        refuse(reason)


# 5.9 to 5.11: reading and writing JSON, naming keys


def parse(raw: bytes) -> Json:
    """Read a file of metadata."""

    def pairs(items: list[tuple[str, Json]]) -> dict[str, Json]:
        need(len({name for name, _ in items}) == len(items))
        return dict(items)

    def whole(digits: str) -> int:
        need(len(digits) < 20 and abs(int(digits)) <= 9_007_199_254_740_991)
        return int(digits)

    def never(_text: str) -> NoReturn:
        refuse("malformed")

    try:
        value: Json = json.loads(
            raw.decode("utf-8"), object_pairs_hook=pairs, parse_int=whole, parse_float=never, parse_constant=never
        )
        look_inside(value, 0)
    except (ValueError, RecursionError):
        refuse("malformed")
    return value


def look_inside(value: Json, outside: int) -> None:
    """See that nothing stands too deep, and that no string has half a character."""
    need(outside < 100)
    if isinstance(value, str):
        value.encode("utf-8")
    if isinstance(value, dict):
        for name in value:
            name.encode("utf-8")
    for below in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        look_inside(below, outside + 1)


def canonical(value: Json) -> str:
    """Write a value as it is signed."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{canonical(name)}:{canonical(value[name])}" for name in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(canonical(part) for part in value) + "]"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, bool) or value is None:
        return "null" if value is None else "true" if value else "false"
    return str(value)


def key_id(public: str) -> str:
    """The id of a key."""
    key: Json = {"keytype": "ed25519", "keyval": {"public": public}, "scheme": "ed25519"}
    return hashlib.sha256(canonical(key).encode()).hexdigest()


# 5.12: the form of what is named


def obj(value: Json) -> dict[str, Json]:
    """An object."""
    if not isinstance(value, dict):
        refuse("malformed")
    return value


def items(value: Json) -> list[Json]:
    """A list."""
    if not isinstance(value, list):
        refuse("malformed")
    return value


def get(where: Json, name: str) -> Json:
    """A field that must be there."""
    need(name in obj(where))
    return obj(where)[name]


def text(value: Json, pattern: re.Pattern[str]) -> str:
    """A string of a certain form."""
    if not isinstance(value, str) or not pattern.fullmatch(value):
        refuse("malformed")
    return value


def count(value: Json, most: int = COUNT_MAX) -> int:
    """A whole number from 1 on."""
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
        refuse("malformed")
    return value


def time(value: Json) -> None:
    """A date of the calendar."""
    try:
        datetime.strptime(text(value, TIME), "%Y-%m-%dT%H:%M:%SZ")  # noqa: DTZ007 - only whether it is a date
    except ValueError:
        refuse("malformed")


def words(value: Json) -> None:
    """Text per language, at least one."""
    need(obj(value))
    for language, said in obj(value).items():
        text(language, LANGUAGE)
        text(said, SAID)


def keys_of(where: Json) -> dict[str, str]:
    """Key id to key; none under two ids (5.2)."""
    found = {}
    for name, key in obj(get(where, "keys")).items():
        need((get(key, "keytype"), get(key, "scheme")) == ("ed25519", "ed25519"))
        found[name] = text(get(get(key, "keyval"), "public"), HEX64)
    need(len(set(found.values())) == len(found))
    return found


@dataclass(frozen=True)
class Role:
    """Which keys may sign, and how many must."""

    keyids: tuple[str, ...]
    threshold: int
    keys: Mapping[str, str]
    min_version: int = 1


def role_of(where: Json, keys: Mapping[str, str], min_version: int = 1) -> Role:
    """Read a role."""
    keyids = [str(name) for name in items(get(where, "keyids")) if isinstance(name, str)]
    need(len(keyids) == len(items(get(where, "keyids"))) and len(set(keyids)) == len(keyids))
    return Role(tuple(keyids), count(get(where, "threshold")), keys, min_version)


@dataclass(frozen=True)
class Metadata:
    """A file whose form is right."""

    version: int
    payload: bytes
    signatures: Mapping[str, str]
    signed: dict[str, Json]
    custom: dict[str, Json]

    def is_signed(self, role: Role) -> bool:
        """Whether a threshold of the role signed it (6.3)."""
        return sum(self._is_signed_by(role, keyid) for keyid in role.keyids) >= role.threshold

    def _is_signed_by(self, role: Role, keyid: str) -> bool:
        if keyid not in role.keys or keyid not in self.signatures:
            return False
        try:
            key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(role.keys[keyid]))
            key.verify(bytes.fromhex(self.signatures[keyid]), self.payload)
        except InvalidSignature:
            return False
        return True


def read(raw: bytes, cap: int, kind: str) -> Metadata:
    """Read what every file of metadata has."""
    need(len(raw) <= cap, "too-large")
    file = parse(raw)
    signed, signatures = obj(get(file, "signed")), dict[str, str]()
    for one in items(get(file, "signatures")):
        keyid = get(one, "keyid")
        if not isinstance(keyid, str) or keyid in signatures:
            refuse("malformed")
        signatures[keyid] = text(get(one, "sig"), HEX128)
    need(get(signed, "_type") == kind)
    text(get(signed, "spec_version"), SPEC)
    time(get(signed, "expires"))
    custom = obj(signed.get("custom", {}))
    if "signed_at" in custom:
        time(custom["signed_at"])
    return Metadata(count(get(signed, "version")), canonical(signed).encode(), signatures, signed, custom)


@dataclass(frozen=True)
class Root:
    """A root whose form is right (5.3)."""

    data: Metadata
    root: Role
    targets: Role
    registry_min_version: int


def read_root(raw: bytes) -> Root:
    """Read a root."""
    data = read(raw, ROOT_CAP, "root")
    need(isinstance(get(data.signed, "consistent_snapshot"), bool))
    keys, roles = keys_of(data.signed), obj(get(data.signed, "roles"))
    need(set(roles) == {"root", "targets", "snapshot", "timestamp"})
    found = {name: role_of(role, keys) for name, role in roles.items()}
    return Root(data, found["root"], found["targets"], count(data.custom.get("registry_min_version", 1)))


@dataclass(frozen=True)
class Registry:
    """A registry whose form is right (5.4)."""

    data: Metadata
    publishers: Mapping[str, Role]


def read_registry(raw: bytes) -> Registry:
    """Read a registry."""
    data = read(raw, REGISTRY_CAP, "targets")
    need(get(data.signed, "targets") == {})
    if "delegations" not in data.signed:
        return Registry(data, {})
    delegations = obj(data.signed["delegations"])
    need("succinct_roles" not in delegations)
    keys, publishers = keys_of(delegations), dict[str, Role]()
    for role in items(get(delegations, "roles")):
        name = text(get(role, "name"), PUBLISHER)
        need(name not in RESERVED and name not in publishers)
        need(get(role, "paths") == [f"{name}/*/*"] and get(role, "terminating") is True)
        need("path_hash_prefixes" not in obj(role))
        custom = obj(get(role, "custom"))
        words(get(custom, "names"))
        publishers[name] = role_of(role, keys, count(custom.get("min_version", 1)))
    return Registry(data, publishers)


@dataclass(frozen=True)
class Catalogue:
    """A catalogue whose form is right (5.5); `academy` is the key of one that introduces itself (5.8)."""

    data: Metadata
    prefixes: frozenset[str]
    packs: frozenset[str]
    academy: str | None


def read_catalogue(raw: bytes) -> Catalogue:
    """Read a catalogue."""
    data = read(raw, CATALOGUE_CAP, "targets")
    need("delegations" not in data.signed)
    prefixes, packs, academy = set(), set(), None
    for path, target in obj(get(data.signed, "targets")).items():
        match = TARGET.fullmatch(path)
        need(match and len(match[3]) <= 10 and int(match[3]) <= COUNT_MAX)
        count(get(target, "length"), MANIFEST_CAP)
        hashes = obj(get(target, "hashes"))
        need(set(hashes) == {"sha256"})
        packs.add(f"{path} {text(hashes['sha256'], HEX64)}")
        prefixes.add(path.partition("/")[0])
    if "academy" in data.custom:
        academy = text(get(data.custom["academy"], "public"), HEX64)
        words(get(data.custom["academy"], "names"))
    return Catalogue(data, frozenset(prefixes), frozenset(packs), academy)
