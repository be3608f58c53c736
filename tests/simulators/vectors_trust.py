"""Vectors about who may say what: roots, the registry, catalogues, floors, revocation (FORMAT 6)."""

from collections.abc import Iterator

from tests.simulators.vector_keys import MANIFEST_SHA256, cat_raw, edited, key, key_id, put, registry_raw, root_raw
from tests.simulators.vectors import Vector

ROOT, REGISTRY, MASH = root_raw(1), registry_raw(1), cat_raw(1)
QENDRA = cat_raw(1, ("qendra",), packs=("qendra:python 1",))
SHELF = {"1.root.json": ROOT, "registry.json": REGISTRY, "cat/mash.json": MASH, "cat/qendra.json": QENDRA}
BOTH = {"mash": 1, "qendra": 1}


def vectors() -> Iterator[Vector]:
    """All of them."""
    yield from _roots()
    yield from _registries()
    yield from _catalogues()
    yield from _revocation()


def _roots() -> Iterator[Vector]:
    yield Vector("root-first", "6.1 6.3", "A whole, honest shelf.").pin(ROOT).look(SHELF, catalogues=BOTH)
    yield Vector("root-first-threshold", "6.1", "One of two needed keys signed the first root.").pin(
        root_raw(1, ("anna",)), "not-signed"
    )
    two = root_raw(2, ("anna", "besa", "dita"), holders=("anna", "dita"))
    three = root_raw(3, ("anna", "dita"), holders=("dita",), threshold=1, registry=("registry-2",))
    chain = {**SHELF, "2.root.json": two, "3.root.json": three, "registry.json": registry_raw(2, ("registry-2",))}
    yield (
        Vector("root-chain", "6.2 6.4 6.17", "A chain of three roots: holders change, then the key of the registry.")
        .pin(ROOT)
        .look(SHELF, catalogues=BOTH)
        .look(chain, root=3, registry=2, catalogues=BOTH)
        .look(SHELF, root=3, registry=2, catalogues=BOTH, refused={"registry.json": "older"})
    )
    gap = {name: raw for name, raw in chain.items() if name != "2.root.json"}
    refused = dict.fromkeys(("registry.json", "cat/mash.json", "cat/qendra.json"), "not-signed")
    yield Vector("root-missing", "6.2", "Root 2 is not there, so root 3 is not followed.").pin(ROOT).look(
        gap, registry=None, refused=refused
    )
    for name, by in (("new", ("anna", "dita")), ("old", ("anna", "besa"))):
        yield Vector(f"root-only-{name}-keys", "6.2", f"Only the {name} threshold signed root 2.").pin(ROOT).look(
            {**SHELF, "2.root.json": root_raw(2, by, holders=("anna", "dita"))},
            catalogues=BOTH,
            refused={"2.root.json": "not-signed"},
        )
    yield Vector("root-name", "6.2 6.16", "The file of root 2 holds root 3.").pin(ROOT).look(
        {**SHELF, "2.root.json": root_raw(3)}, catalogues=BOTH, refused={"2.root.json": "malformed"}
    )
    other = {**SHELF, "1.root.json": root_raw(1, ("anna", "dita"), holders=("anna", "dita"))}
    yield Vector("root-forked", "6.6 6.16", "Another root 1; root 2 is not looked at.").pin(ROOT).look(
        {**other, "2.root.json": two}, catalogues=BOTH, refused={"1.root.json": "forked"}
    )
    yield Vector("root-newest-first", "6.1", "A box that was given root 3 needs no root before it.").pin(three).look(
        chain, root=3, registry=2, catalogues=BOTH
    )


def _registries() -> Iterator[Vector]:
    pair = root_raw(1, registry=("registry", "registry-2"), registry_threshold=2)
    refused = dict.fromkeys(("registry.json", "cat/mash.json", "cat/qendra.json"), "not-signed")
    by_both = registry_raw(1, ("registry", "registry-2"))
    yield (
        Vector("registry-threshold", "6.3", "Two must sign the registry; first one did, then both.")
        .pin(pair)
        .look({**SHELF, "1.root.json": pair}, registry=None, refused=refused)
        .look({**SHELF, "1.root.json": pair, "registry.json": by_both}, catalogues=BOTH)
    )
    newer, forked = {**SHELF, "registry.json": registry_raw(3)}, registry_raw(3, names={"sq": "Tjetër"})
    yield (
        Vector("registry-older", "6.4 6.5", "An older registry is refused quietly; its shelf may still supply.")
        .pin(ROOT)
        .look(newer, registry=3, catalogues=BOTH)
        .look(SHELF, registry=3, catalogues=BOTH, refused={"registry.json": "older"})
        .look(newer, registry=3, catalogues=BOTH)
    )
    yield (
        Vector("registry-forked", "6.6", "Two registries of one version.")
        .pin(ROOT)
        .look(newer, registry=3, catalogues=BOTH)
        .look({**SHELF, "registry.json": forked}, registry=3, catalogues=BOTH, refused={"registry.json": "forked"})
    )
    floor = root_raw(1, minimum=5)
    older = dict.fromkeys(("registry.json",), "older") | {
        "cat/mash.json": "unknown-publisher", "cat/qendra.json": "unknown-publisher"
    }  # fmt: skip
    shelf = {**SHELF, "1.root.json": floor}
    yield (
        Vector("registry-min-version", "6.4", "A box that holds none takes none below the root's minimum.")
        .pin(floor)
        .look({**shelf, "registry.json": registry_raw(4)}, registry=None, refused=older)
        .look({**shelf, "registry.json": registry_raw(5)}, registry=5, catalogues=BOTH)
    )
    raised = {**SHELF, "2.root.json": root_raw(2, minimum=5)}
    yield (
        Vector("registry-min-version-raised", "6.4 6.5", "A raised minimum ends a registry that is held.")
        .pin(ROOT)
        .look({**SHELF, "registry.json": registry_raw(4)}, registry=4, catalogues=BOTH)
        .look({**raised, "registry.json": registry_raw(4)}, root=2, registry=None, refused=older)
        .look({**raised, "registry.json": registry_raw(5)}, root=2, registry=5, catalogues=BOTH)
    )
    stolen = {**SHELF, "registry.json": registry_raw(2_000_000_000)}
    rescued = {**SHELF, "2.root.json": root_raw(2, registry=("registry-2",))}
    rescued["registry.json"] = registry_raw(2, ("registry-2",))
    yield (
        Vector("registry-key-stolen", "6.4", "A thief's version 2,000,000,000 blocks nobody once the key is replaced.")
        .pin(ROOT)
        .look(stolen, registry=2_000_000_000, catalogues=BOTH)
        .look(rescued, root=2, registry=2, catalogues=BOTH)
        .look(stolen, root=2, registry=2, catalogues=BOTH, refused={"registry.json": "not-signed"})
    )
    yield Vector("registry-none", "6.9", "A shelf with catalogues and no registry.").pin(ROOT).look(
        {"cat/mash.json": MASH}, registry=None, refused={"cat/mash.json": "unknown-publisher"}
    )


def _catalogues() -> Iterator[Vector]:
    yield Vector("catalogue-one-bad", "6.10", "One bad catalogue does not stop the others.").pin(ROOT).look(
        {**SHELF, "cat/mash.json": cat_raw(1, ("qendra",))},
        catalogues={"qendra": 1},
        refused={"cat/mash.json": "not-signed"},
    )
    newer = {**SHELF, "cat/mash.json": cat_raw(3)}
    yield (
        Vector("catalogue-older", "6.4 6.5", "An older catalogue is refused quietly.")
        .pin(ROOT)
        .look(newer, catalogues={"mash": 3, "qendra": 1})
        .look(SHELF, catalogues={"mash": 3, "qendra": 1}, refused={"cat/mash.json": "older"})
    )
    two = {**SHELF, "registry.json": registry_raw(2, keys={"mash": ["mash-2"], "qendra": ["qendra"]})}
    two["cat/mash.json"] = cat_raw(2, ("mash-2",))
    yield (
        Vector("catalogue-older-key", "6.5 6.17", "A shelf from before its publisher changed its key is only older.")
        .pin(ROOT)
        .look(two, registry=2, catalogues={"mash": 2, "qendra": 1})
        .look(
            SHELF, registry=2, catalogues={"mash": 2, "qendra": 1},
            refused={"registry.json": "older", "cat/mash.json": "older"},
        )
        .look(
            {**SHELF, "cat/mash.json": cat_raw(2, packs=("mash:tjeter 1",))},
            registry=2, catalogues={"mash": 2, "qendra": 1},
            refused={"registry.json": "older", "cat/mash.json": "not-signed"},
        )
        .look(
            {**two, "cat/mash.json": cat_raw(1)}, registry=2, catalogues={"mash": 2, "qendra": 1},
            refused={"cat/mash.json": "not-signed"},
        )
    )  # fmt: skip
    yield (
        Vector("catalogue-forked", "6.6", "Two catalogues of one version.")
        .pin(ROOT)
        .look(newer, catalogues={"mash": 3, "qendra": 1})
        .look(
            {**SHELF, "cat/mash.json": cat_raw(3, packs=("mash:tjeter 1",))},
            catalogues={"mash": 3, "qendra": 1},
            refused={"cat/mash.json": "forked"},
        )
    )
    minimum = {**SHELF, "registry.json": registry_raw(2, minimum=5)}
    yield (
        Vector("catalogue-min-version", "6.4 6.5", "A raised minimum holds also for a box that holds less.")
        .pin(ROOT)
        .look(SHELF, catalogues=BOTH)
        .look(minimum, registry=2, refused={"cat/mash.json": "older", "cat/qendra.json": "older"})
        .look(
            {**minimum, "cat/mash.json": cat_raw(5)},
            registry=2,
            catalogues={"mash": 5},
            refused={"cat/qendra.json": "older"},
        )
    )
    yield Vector("catalogue-outside-prefix", "6.8", "A publisher signs for a pack of another.").pin(ROOT).look(
        {**SHELF, "cat/mash.json": cat_raw(1, packs=("mash:thyesat 1", "qendra:python 1"))},
        catalogues={"qendra": 1},
        refused={"cat/mash.json": "outside-prefix"},
    )
    yield Vector("catalogue-unknown", "6.9", "A publisher that the registry does not list.").pin(ROOT).look(
        {**SHELF, "cat/huaj.json": cat_raw(1, ("stranger",), packs=("huaj:x 1",))},
        catalogues=BOTH,
        refused={"cat/huaj.json": "unknown-publisher"},
    )
    pair = {**SHELF, "registry.json": registry_raw(1, keys={"mash": ["mash", "mash-2"]}, threshold=2)}
    del pair["cat/qendra.json"]
    yield (
        Vector("catalogue-threshold", "6.3", "Two must sign for a publisher; first one did, then both.")
        .pin(ROOT)
        .look(pair, refused={"cat/mash.json": "not-signed"})
        .look({**pair, "cat/mash.json": cat_raw(1, ("mash", "mash-2"))}, catalogues={"mash": 1})
    )
    absent = edited(pair["registry.json"], put({key_id("mash"): key("mash")}, "delegations", "keys"), "registry")
    yield Vector("catalogue-key-absent", "5.12", "A key id that has no key counts for nobody.").pin(ROOT).look(
        {**pair, "registry.json": absent, "cat/mash.json": cat_raw(1, ("mash", "mash-2"))},
        refused={"cat/mash.json": "not-signed"},
    )


def _revocation() -> Iterator[Vector]:
    pack, other = "mash/thyesat/1.json", "qendra/python/1.json"
    gone = {**SHELF, "registry.json": registry_raw(2, keys={"qendra": ["qendra"]})}
    yield (
        Vector("revoked-publisher", "6.9", "A publisher is taken out: refused and hidden; put back: as before.")
        .pin(ROOT)
        .look(SHELF, catalogues=BOTH)
        .hidden(pack, other, sha256=MANIFEST_SHA256, hidden=False)
        .look(gone, registry=2, catalogues={"qendra": 1}, refused={"cat/mash.json": "unknown-publisher"})
        .hidden(pack, sha256=MANIFEST_SHA256, hidden=True)
        .hidden(other, sha256=MANIFEST_SHA256, hidden=False)
        .look({**SHELF, "registry.json": registry_raw(3)}, registry=3, catalogues=BOTH)
        .hidden(pack, other, sha256=MANIFEST_SHA256, hidden=False)
    )
    stolen = {**SHELF, "cat/mash.json": cat_raw(2_000_000_000, packs=("mash:thyesat 1", "mash:thyesat 2"))}
    changed = registry_raw(2, keys={"mash": ["mash-2"], "qendra": ["qendra"]})
    renewed = {**SHELF, "registry.json": changed, "cat/mash.json": cat_raw(2, ("mash-2",))}
    yield (
        Vector("revoked-key", "6.4 6.9", "A stolen key is replaced: what the thief signed stays hidden.")
        .pin(ROOT)
        .look(stolen, catalogues={"mash": 2_000_000_000, "qendra": 1})
        .look(
            {**stolen, "registry.json": changed}, registry=2, catalogues={"qendra": 1},
            refused={"cat/mash.json": "not-signed"},
        )
        .hidden(pack, "mash/thyesat/2.json", sha256=MANIFEST_SHA256, hidden=True)
        .look(renewed, registry=2, catalogues={"mash": 2, "qendra": 1})
        .hidden(pack, sha256=MANIFEST_SHA256, hidden=False)
        .hidden("mash/thyesat/2.json", sha256=MANIFEST_SHA256, hidden=True)
        .hidden(pack, sha256="ab" * 32, hidden=True)
    )  # fmt: skip
    yield (
        Vector("hidden-nothing", "6.9", "Without registry or catalogue nothing is hidden.")
        .pin(ROOT)
        .hidden(pack, "huaj/x/1.json", sha256=MANIFEST_SHA256, hidden=False)
        .look({"registry.json": REGISTRY})
        .hidden(pack, sha256=MANIFEST_SHA256, hidden=False)
        .hidden("huaj/x/1.json", sha256=MANIFEST_SHA256, hidden=True)
    )
