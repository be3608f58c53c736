"""Vectors about how metadata is written: JSON, canonical JSON, keys, every field, sizes (FORMAT 5, 7)."""

import json
from collections.abc import Iterator, Mapping

from tests.simulators.second_reader import ROOT_CAP, Json
from tests.simulators.vector_keys import (
    MANIFEST_SHA256,
    Change,
    cat_raw,
    edited,
    key,
    key_id,
    put,
    registry_raw,
)
from tests.simulators.vectors import Vector
from tests.simulators.vectors_trust import BOTH, MASH, REGISTRY, ROOT, SHELF

SMALL = {"registry.json": REGISTRY, "cat/mash.json": MASH}


def vectors() -> Iterator[Vector]:
    """All of them."""
    yield from _accepted()
    yield from _texts()
    yield from _roots()
    yield from _registries()
    yield from _catalogues()


def _accepted() -> Iterator[Vector]:
    wide = {name: json.dumps(json.loads(raw), indent=3).encode() for name, raw in SHELF.items()}
    yield Vector("form-white-space", "5.10", "White space and the order of names do not matter.").pin(ROOT).look(
        wide, catalogues=BOTH
    )
    names = {"sq": 'Ministria „e” "Arsimit" \\ ë\n\t', "sr-Cyrl": "Министарство", "tr": "\U0001f392"}
    odd = edited(registry_raw(1, names=names), put("\x00\x1f\x7f\u2028", "later"), "registry")
    yield Vector("form-canonical", "5.10", "Quotes, backslashes, control characters, letters.").pin(ROOT).look(
        {**SHELF, "registry.json": odd}, catalogues=BOTH
    )
    unknown = edited(REGISTRY, put({"z": [None, True, -5], "a": {}}, "later"), "registry")
    unknown = edited(unknown, put("nobody knows", "delegations", "roles", 0, "later"), "registry")
    yield Vector("form-unknown-field", "5.12", "Fields that are not named are signed and passed over.").pin(ROOT).look(
        {**SHELF, "registry.json": unknown}, catalogues=BOTH
    )
    expired = {**SHELF, "cat/mash.json": edited(MASH, put("1970-01-02T00:00:00Z", "expires"), "mash")}
    yield Vector("form-expired", "6.7", "No clock decides.").pin(ROOT).look(expired, catalogues=BOTH)
    bare = edited(MASH, lambda signed: signed.pop("custom"), "mash")
    yield Vector("form-no-custom", "5.12", "What may be absent is absent.").pin(ROOT).look(
        {**SMALL, "cat/mash.json": bare}, catalogues={"mash": 1}
    )
    both = json.loads(MASH)
    both["signatures"] += json.loads(cat_raw(1, ("stranger",)))["signatures"]
    yield Vector("form-signature-of-a-stranger", "6.3", "A signature too many does no harm.").pin(ROOT).look(
        {**SMALL, "cat/mash.json": json.dumps(both).encode()}, catalogues={"mash": 1}
    )
    yield Vector("form-key-id", "5.11", "A key id in a registry is a name, whatever it is.").pin(ROOT).look(
        {"registry.json": _renamed(REGISTRY), "cat/mash.json": _renamed(MASH)}, catalogues={"mash": 1}
    )


def _renamed(raw: bytes) -> bytes:
    """Call the key of mash otherwise, where it is listed and where it signed."""
    renamed = json.loads(raw.replace(key_id("mash").encode(), "çelësi i MASHT".encode()))
    by = "registry" if renamed["signed"].get("delegations") else "mash"
    again = json.loads(edited(json.dumps(renamed).encode(), lambda _: None, by))
    if by == "mash":
        again["signatures"][0]["keyid"] = "çelësi i MASHT"
    return json.dumps(again).encode()


def _texts() -> Iterator[Vector]:
    signature = json.loads(MASH)["signatures"][0]
    twice = json.dumps({**json.loads(MASH), "signatures": [signature, signature]}).encode()
    upper = MASH.replace(signature["sig"].encode(), signature["sig"].upper().encode())
    at = MASH.index(b'"signed":{') + len(b'"signed":{')
    cases: Mapping[str, tuple[str, bytes]] = {
        "form-name-twice": ("An object has a name twice.", MASH[:at] + b'"version":1,' + MASH[at:]),
        "form-fraction": ("A number has a fraction.", MASH.replace(b'"version":1', b'"version":1.0')),
        "form-large-number": ("A number that not every program can hold.", edited(MASH, put(2**53, "later"), "mash")),
        "form-half-character": ("A string holds half of a surrogate pair.", MASH.replace(b"{", b'{"x":"\\ud800",', 1)),
        "form-deep": ("Lists nest too deep.", MASH.replace(b"{", b'{"x":' + b"[" * 100 + b"]" * 100 + b",", 1)),
        "form-byte-order-mark": ("There is a byte order mark.", b"\xef\xbb\xbf" + MASH),
        "form-two-texts": ("Something stands behind the text.", MASH + b"{}"),
        "form-truncated": ("The text is cut short.", MASH[:-1]),
        "form-empty": ("The file is empty.", b""),
        "form-signature-twice": ("Two signatures have one key id.", twice),
        "form-signature-upper-case": ("A signature is written in upper case.", upper),
        "form-other-kind": ("A root stands where a catalogue should.", ROOT),
    }
    for name, (says, raw) in cases.items():
        yield _refused(name, "5.9" if name != "form-large-number" else "5.9 5.10", says, "cat/mash.json", raw)
    near = MASH.replace(b"{", b'{"x":' + b"[" * 99 + b"]" * 99 + b",", 1)
    yield Vector("form-less-deep", "5.9", "Lists nest as deep as they may.").pin(ROOT).look(
        {**SMALL, "cat/mash.json": near}, catalogues={"mash": 1}
    )
    wrong = MASH.replace(signature["sig"].encode(), signature["sig"][::-1].encode())
    yield _refused("form-signature-wrong", "6.3", "The signature is wrong.", "cat/mash.json", wrong, "not-signed")
    changed = MASH.replace(b"thyesat", b"thyesaT".lower() + b"-2")
    yield _refused("form-changed", "5.1", "A pack was renamed after signing.", "cat/mash.json", changed, "not-signed")


def _roots() -> Iterator[Vector]:
    padded = ROOT + b" " * (ROOT_CAP - len(ROOT))
    yield Vector("size-largest", "7.1", "A root of exactly the cap.").pin(padded).look(SHELF, catalogues=BOTH)
    yield Vector("size-too-large", "7.1", "One byte more.").pin(padded + b" ", "too-large")
    other = {**key("besa"), "keytype": "ecdsa", "scheme": "ecdsa-sha2-nistp256"}
    twice = put(key("anna"), "keys", "a" * 64)
    cases: Mapping[str, tuple[str, Change]] = {
        "root-key-type": ("A key that is not Ed25519.", put(other, "keys", key_id("besa"))),
        "root-key-twice": ("One key under two ids.", twice),
        "root-role-twice": ("A key id twice in a role.", put([key_id("anna")] * 2, "roles", "root", "keyids")),
        "root-role-missing": ("A role is missing.", _without("roles", "snapshot")),
        "root-role-more": ("A role too many.", put({"keyids": [], "threshold": 1}, "roles", "mirrors")),
        "root-threshold-none": ("A threshold of 0.", put(0, "roles", "targets", "threshold")),
        "root-threshold-true": ("A threshold that is no number.", put(True, "roles", "root", "threshold")),
        "root-min-version": ("A minimum of 0.", put(0, "custom", "registry_min_version")),
        "root-snapshot-flag": ("consistent_snapshot is no truth value.", put(1, "consistent_snapshot")),
    }
    for name, (says, change) in cases.items():
        yield Vector(name, "5.2 5.3 5.12", says).pin(edited(ROOT, change, "anna", "besa"), "malformed")
    times = {
        "lower-case": "2028-09-01t08:00:00z", "day": "2028-02-30T08:00:00Z", "second": "2028-01-01T08:00:60Z",
        "year": "0999-01-01T08:00:00Z", "short": "2028-9-1T8:00:00Z",
    }  # fmt: skip
    for name, value in times.items():
        raw = edited(ROOT, put(value, "expires"), "anna", "besa")
        yield Vector(f"form-time-{name}", "5.12", f"A time is written {value}.").pin(raw, "malformed")
    for spec, fine in (("1.0", True), ("1.99.7", True), ("2.0.0", False), ("1", False), ("1.0.0-rc", False)):
        raw = edited(ROOT, put(spec, "spec_version"), "anna", "besa")
        vector = Vector(f"form-spec-version-{spec}", "5.12", f"The version of TUF is {spec}.")
        yield vector.pin(raw).look(SHELF, catalogues=BOTH, refused={"1.root.json": "forked"}) if fine else vector.pin(
            raw, "malformed"
        )


def _registries() -> Iterator[Vector]:
    role = ("delegations", "roles", 0)
    twice = put({**json.loads(REGISTRY)["signed"]["delegations"]["keys"], "b": key("mash")}, "delegations", "keys")
    cases: Mapping[str, tuple[str, Change]] = {
        "paths": ("A publisher may sign for everybody.", put(["*/*/*"], *role, "paths")),
        "paths-two": ("A publisher may sign for two.", put(["mash/*/*", "qendra/*/*"], *role, "paths")),
        "not-terminating": ("A delegation does not end.", put(False, *role, "terminating")),
        "reserved-id": ("A publisher is called like a device.", _renames("con")),
        "upper-case-id": ("A publisher has capital letters.", _renames("Mash")),
        "twice": ("A publisher stands there twice.", _renames("qendra")),
        "no-name": ("A publisher has no name.", put({"names": {}}, *role, "custom")),
        "turned": ("A name turns the direction of writing.", put({"names": {"sq": "a\u202eb"}}, *role, "custom")),
        "control": ("A name holds a control character.", put({"names": {"sq": "a\x7f"}}, *role, "custom")),
        "language": ("A language that is none.", put({"names": {"Shqip": "x"}}, *role, "custom")),
        "min-version": ("A minimum beyond all.", put(2**31 + 1, *role, "custom", "min_version")),
        "key-twice": ("One key under two ids.", twice),
        "prefixes": ("Paths by hash.", put(["ab"], *role, "path_hash_prefixes")),
        "targets": ("A registry names packs.", put({"mash/x/1.json": {}}, "targets")),
        "version": ("A version that is no number.", put("1", "version")),
        "signed-at": ("A date that is none.", put("yesterday", "custom", "signed_at")),
    }
    for name, (says, change) in cases.items():
        raw = edited(REGISTRY, change, "registry")
        refused = dict.fromkeys(("registry.json", "cat/mash.json"), "malformed")
        yield Vector(f"registry-form-{name}", "5.4 5.12", says).pin(ROOT).look(
            {**SMALL, "registry.json": raw}, registry=None, refused=refused
        )
    yield Vector("registry-empty", "5.4", "A registry that lists nobody.").pin(ROOT).look(
        {**SMALL, "registry.json": edited(REGISTRY, lambda signed: signed.pop("delegations"), "registry")},
        refused={"cat/mash.json": "unknown-publisher"},
    )


def _catalogues() -> Iterator[Vector]:
    target: Json = {"length": 497, "hashes": {"sha256": MANIFEST_SHA256}}
    upper: Json = {"length": 497, "hashes": {"sha256": MANIFEST_SHA256.upper()}}
    more: Json = {"length": 497, "hashes": {"sha256": MANIFEST_SHA256, "md5": "ab"}}
    cases: Mapping[str, tuple[str, Json]] = {
        "version-zero": ("Version 0.", {"mash/thyesat/0.json": target}),
        "version-zeros": ("Leading zeros.", {"mash/thyesat/01.json": target}),
        "version-large": ("A version beyond all.", {"mash/thyesat/2147483649.json": target}),
        "dots": ("A path that leads out.", {"mash/../1.json": target}),
        "capitals": ("A slug with capitals.", {"mash/Thyesat/1.json": target}),
        "no-path": ("A target that is no pack.", {"thyesat.json": target}),
        "length": ("A manifest larger than one may be.", {"mash/thyesat/1.json": {**target, "length": 4_194_305}}),  # type: ignore[dict-item]
        "hash-upper-case": ("A hash in upper case.", {"mash/thyesat/1.json": upper}),
        "hash-more": ("A second hash.", {"mash/thyesat/1.json": more}),
    }
    for name, (says, targets) in cases.items():
        raw = edited(MASH, put(targets, "targets"), "mash")
        yield _refused(f"catalogue-form-{name}", "5.5 5.12", says, "cat/mash.json", raw)
    delegating = edited(MASH, put({"keys": {}, "roles": []}, "delegations"), "mash")
    yield _refused("catalogue-form-delegates", "5.5", "A catalogue delegates.", "cat/mash.json", delegating)
    yield Vector("catalogue-empty", "5.5", "A catalogue without packs.").pin(ROOT).look(
        {**SMALL, "cat/mash.json": cat_raw(1, packs=())}, catalogues={"mash": 1}
    )


def _refused(name: str, clauses: str, says: str, file: str, raw: bytes, reason: str = "malformed") -> Vector:
    """A shelf on which only the catalogue of mash is wrong."""
    return Vector(name, clauses, says).pin(ROOT).look({**SMALL, file: raw}, refused={file: reason})


def _without(*path: str) -> Change:
    """A change that takes something out."""

    def change(signed: dict[str, Json]) -> None:
        where: Json = signed
        for step in path[:-1]:
            where = where[step]  # type: ignore[index,call-overload]
        del where[path[-1]]  # type: ignore[arg-type,union-attr]

    return change


def _renames(name: str) -> Change:
    """A change that calls the first publisher otherwise."""

    def change(signed: dict[str, Json]) -> None:
        put(name, "delegations", "roles", 0, "name")(signed)
        put([f"{name}/*/*"], "delegations", "roles", 0, "paths")(signed)

    return change


