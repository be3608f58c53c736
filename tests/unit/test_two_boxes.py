"""Two programs written from one text decide alike about shelves that somebody harmed (FORMAT 5 to 7).

Harm of two kinds: bytes of a file are changed, as by a bad stick; and what is signed is changed in its structure and
signed again with the right keys, as by a publisher or a ministry with another program.
"""

import copy
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.simulators.second_reader import Json, Refused
from tests.simulators.second_verifier import Report, SecondBox
from tests.simulators.two_boxes import FirstBox
from tests.simulators.vector_keys import (
    MANIFEST_SHA256,
    academy,
    academy_raw,
    cat_raw,
    edited,
    key_id,
    registry_raw,
    root_raw,
)

EXAMPLES = 40
SCHOOL = f"cat/{academy('school')}.json"
HONEST = {
    "1.root.json": root_raw(1),
    "2.root.json": root_raw(2, ("anna", "besa", "dita"), holders=("anna", "dita"), minimum=2),
    "registry.json": registry_raw(2),
    "cat/mash.json": cat_raw(3),
    "cat/qendra.json": cat_raw(1, ("qendra",), packs=("qendra:python 1",)),
    SCHOOL: academy_raw(2, packs=(f"{academy('school')}:plani 1",)),
}
SIGNERS = {
    "1.root.json": ("anna", "besa"),
    "2.root.json": ("anna", "besa", "dita"),
    "registry.json": ("registry",),
    "cat/mash.json": ("mash",),
    "cat/qendra.json": ("qendra",),
    SCHOOL: ("school",),
}
NASTY: list[Json] = [
    None, True, False, 0, 1, -1, 2, 3, 2**31, 2**31 + 1, 2**53, "", "1", "1.0", "2.0.0", "ed25519", "rsa", "mash",
    "qendra", "con", "root", "Mash", "mash/*/*", "*/*/*", "mash/thyesat/1.json", "qendra/x/1.json", "mash/../1.json",
    "ë\n\"\\", "ab" * 32, "AB" * 32, "ab" * 64, MANIFEST_SHA256, key_id("mash"), "2028-09-01T08:00:00Z",
    "2028-09-01t08:00:00z", "2028-13-01T08:00:00Z", "1970-01-01T00:00:00Z", "0999-01-01T00:00:00Z",
    "2028-09-01T08:00:60Z", "2028-09-01T08:00:00Z\n", [], {}, [[]], {"sq": "x"}, {"keyids": [], "threshold": 1},
    {"sha256": MANIFEST_SHA256}, {"signed_at": None}, {"names": {"sq": "x"}},
]  # fmt: skip
NAMES = ["version", "expires", "custom", "delegations", "targets", "keys", "roles", "paths", "path_hash_prefixes", "x"]


def looks(shelves: list[Mapping[str, bytes]]) -> tuple[list[Report | str], list[Report | str]]:
    """Show the same shelves to both boxes; give what each decided."""
    with TemporaryDirectory(prefix="two-boxes-") as folder:
        return told(FirstBox(Path(folder)), shelves), told(SecondBox(), shelves)


def told(box: FirstBox | SecondBox, shelves: list[Mapping[str, bytes]]) -> list[Report | str]:
    """Pin the honest root, accept the honest academy, look at every shelf."""
    box.pin(HONEST["1.root.json"])
    box.accept(HONEST[SCHOOL])
    return [box.apply(shelf) for shelf in shelves]


def introduced(box: FirstBox | SecondBox, raw: bytes) -> str:
    """Whom a box accepts by this file, or why not."""
    try:
        return box.accept(raw)
    except Refused as exc:
        return str(exc)


def places(value: Json, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every place in a value."""
    steps: list[tuple[str | int, Json]] = []
    if isinstance(value, dict):
        steps += value.items()
    elif isinstance(value, list):
        steps += enumerate(value)
    for step, below in steps:
        yield (*path, step)
        yield from places(below, (*path, step))


@st.composite
def changed_bytes(draw: st.DrawFn, raw: bytes) -> bytes:
    """A file of which some bytes are others, gone, or there twice."""
    at, size = draw(st.integers(0, len(raw) - 1)), draw(st.integers(0, 12))
    signs = st.sampled_from([b'"', b"{}", b"[", b",", b"1", b" ", b"\\u00eb", b"\\ud800"])
    new = draw(st.one_of(st.binary(max_size=4), signs))
    return draw(st.sampled_from([
        raw[:at] + bytes([raw[at] ^ 32]) + raw[at + 1 :],
        raw[:at] + new + raw[at + size :],
        raw[:at] + raw[at : at + size] * 2 + raw[at + size :],
        raw[:at],
    ]))  # fmt: skip


@st.composite
def changed_meaning(draw: st.DrawFn, name: str) -> bytes:
    """A file whose signed part has another structure, signed again by those who may."""
    signed: Json = json.loads(HONEST[name])["signed"]
    for _ in range(draw(st.integers(1, 2))):
        signed = draw(changed(signed))

    def change(old: dict[str, Json]) -> None:
        old.clear()
        old.update(signed if isinstance(signed, dict) else {"signed": signed})

    return edited(HONEST[name], change, *SIGNERS[name])


@st.composite
def changed(draw: st.DrawFn, signed: Json) -> Json:
    """A value in which one place is other, gone, there twice, or called otherwise."""
    value = copy.deepcopy(signed)
    *way, last = draw(st.sampled_from(list(places(value)) or [("x",)]))
    where: Json = value
    for step in way:
        where = where[step]  # type: ignore[index]  # the way was found in it
    new = draw(st.sampled_from(NASTY))
    if isinstance(where, list) and isinstance(last, int):
        where[last : last + 1] = draw(st.sampled_from([[new], [], [where[last]] * 2, [where[last], new]]))
    elif isinstance(where, dict):
        what = draw(st.sampled_from(["put", "drop", "rename", "add"]))
        old = where.pop(str(last), None) if what in ("drop", "rename") else None
        if what == "rename":
            where[draw(st.sampled_from([*NAMES, "ab" * 32, "mash/thyesat/2.json"]))] = old
        elif what != "drop":
            where[str(last) if what == "put" else draw(st.sampled_from(NAMES))] = new
    return value


@settings(max_examples=EXAMPLES)
@given(data=st.data())
def test_two_boxes_agree_about_a_shelf_with_changed_bytes(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(HONEST)))
    shelf = {**HONEST, name: data.draw(changed_bytes(HONEST[name]))}
    first, second = looks([shelf, HONEST])
    assert first == second


@settings(max_examples=2 * EXAMPLES)
@given(data=st.data())
def test_two_boxes_agree_about_what_was_changed_and_signed_again(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(HONEST)))
    shelf = {**HONEST, name: data.draw(changed_meaning(name))}
    first, second = looks(data.draw(st.sampled_from([[shelf], [HONEST, shelf], [shelf, HONEST]])))
    assert first == second


@settings(max_examples=EXAMPLES)
@given(data=st.data())
def test_two_boxes_agree_about_who_introduces_himself(data: st.DataObject) -> None:
    raw = data.draw(st.one_of(changed_bytes(HONEST[SCHOOL]), changed_meaning(SCHOOL)))
    with TemporaryDirectory(prefix="two-boxes-") as folder:
        assert introduced(FirstBox(Path(folder)), raw) == introduced(SecondBox(), raw)


def test_an_honest_shelf_is_believed_whole() -> None:
    first, second = looks([HONEST])
    assert first == second
    (report,) = first
    assert isinstance(report, Report)
    assert (report.root, report.registry, report.refused) == (2, 2, {})
    assert len(report.catalogues) == 3
