"""Vectors about academies: boxes that sign their own school's packs (FORMAT 5.8, 6.14)."""

from collections.abc import Iterator

from tests.simulators.vector_keys import MANIFEST_SHA256, academy, academy_raw, cat_raw, registry_raw
from tests.simulators.vectors import Vector
from tests.simulators.vectors_trust import BOTH, ROOT, SHELF

SCHOOL = academy("school")
FILE = f"cat/{SCHOOL}.json"
PLANS = academy_raw(2, packs=(f"{SCHOOL}:plani 1",))


def vectors() -> Iterator[Vector]:
    """All of them."""
    yield (
        Vector("academy-accepted", "5.8 6.14", "A person accepts an academy, and forgets it again.")
        .pin(ROOT)
        .look({**SHELF, FILE: PLANS}, catalogues=BOTH, refused={FILE: "unknown-publisher"})
        .accept(academy_raw(1), academy=SCHOOL)
        .look({**SHELF, FILE: PLANS}, catalogues={**BOTH, SCHOOL: 2})
        .hidden(f"{SCHOOL}/plani/1.json", sha256=MANIFEST_SHA256, hidden=False)
        .look({FILE: academy_raw(1)}, catalogues={**BOTH, SCHOOL: 2}, refused={FILE: "older"})
        .forget(SCHOOL)
        .look({FILE: PLANS}, catalogues=BOTH, refused={FILE: "unknown-publisher"})
        .hidden(f"{SCHOOL}/plani/1.json", sha256=MANIFEST_SHA256, hidden=True)
    )
    yield (
        Vector("academy-alone", "6.14 6.16", "A box without a root trusts an academy, and nobody else.")
        .accept(academy_raw(1), academy=SCHOOL)
        .look(
            {**SHELF, FILE: PLANS},
            root=0,
            registry=None,
            catalogues={SCHOOL: 2},
            refused={name: "no-root" for name in SHELF if name != "1.root.json"},
        )
        .forget(SCHOOL)
        .hidden(f"{SCHOOL}/plani/1.json", sha256=MANIFEST_SHA256, hidden=True)
        .hidden("mash/thyesat/1.json", sha256=MANIFEST_SHA256, hidden=False)
    )
    yield Vector("academy-forged", "5.8", "Somebody introduces himself with the key of another.").accept(
        academy_raw(1, ("stranger",)), refused="not-signed"
    )
    yield Vector("academy-outside-prefix", "6.8 6.14", "An academy signs for a publisher.").accept(
        academy_raw(1, packs=("mash:thyesat 1",)), refused="outside-prefix"
    )
    yield Vector("academy-none", "5.8", "The catalogue of a publisher introduces nobody.").accept(
        cat_raw(1), refused="malformed"
    )
    moved = academy_raw(3, ("stranger",), of="stranger", packs=(f"{SCHOOL}:plani 1",))
    yield (
        Vector("academy-other-key", "5.8 6.14", "Another key does not sign for the id of an academy, whatever it says.")
        .pin(ROOT)
        .accept(academy_raw(1), academy=SCHOOL)
        .look({FILE: moved}, registry=None, refused={FILE: "not-signed"})
    )
    listed = registry_raw(1, keys={SCHOOL: ["mash-2"]})
    yield (
        Vector("academy-listed", "6.14", "Once the registry lists an academy, the registry's keys count.")
        .pin(ROOT)
        .accept(academy_raw(1), academy=SCHOOL)
        .look({FILE: PLANS}, registry=None, catalogues={SCHOOL: 2})
        .look({FILE: PLANS, "registry.json": listed}, refused={FILE: "not-signed"})
        .hidden(f"{SCHOOL}/plani/1.json", sha256=MANIFEST_SHA256, hidden=True)
        .look(
            {FILE: academy_raw(1, ("mash-2",), packs=(f"{SCHOOL}:plani 1",)), "registry.json": listed},
            catalogues={SCHOOL: 1},
        )
        .hidden(f"{SCHOOL}/plani/1.json", sha256=MANIFEST_SHA256, hidden=False)
    )
