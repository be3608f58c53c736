"""Signed metadata: no change of what was signed is accepted, and none of how it is written matters (FORMAT 5, 6)."""

import json
import random
from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from content_packs.errors import PackError
from content_packs.trust.catalogue import accept_catalogue
from content_packs.trust.registry import accept_registry
from content_packs.trust.roots import next_root, pin_root
from tests.fuzz.json_mutations import mutate_json
from tests.fuzz.signed import catalogues, registries, registry, root, roots
from tests.properties.bounded import bounded

Accept = Callable[[bytes], bytes]
KINDS: dict[str, tuple[bytes, Accept]] = {
    "first root": (roots()[0], lambda raw: pin_root(raw).signed_bytes),
    "next root": (roots()[1], lambda raw: next_root(root(), raw).signed_bytes),
    "registry": (registries()[0], lambda raw: accept_registry(root(), raw, held=None).signed_bytes),
    "catalogue": (catalogues()[1], lambda raw: accept_catalogue(registry(), "mash", raw, held=None).signed_bytes),
}
kinds = st.sampled_from(sorted(KINDS))


@bounded(250)
@given(kinds, st.integers(0, 2**32), st.integers(1, 3))
def test_changed_metadata_is_refused_or_says_what_was_signed(kind: str, seed: int, times: int) -> None:
    raw, accept = KINDS[kind]
    changed = raw
    for time in range(times):
        changed = mutate_json(changed, 100_000, seed + time, _scramble)
    try:
        accepted = accept(changed)
    except PackError:
        return
    assert accepted == accept(raw)


@bounded(200)
@given(kinds, st.data())
def test_no_single_bit_can_be_changed_in_what_is_signed(kind: str, data: st.DataObject) -> None:
    raw, accept = KINDS[kind]
    at = data.draw(st.integers(0, len(raw) - 1))
    changed = raw[:at] + bytes([raw[at] ^ (1 << data.draw(st.integers(0, 7)))]) + raw[at + 1 :]
    try:
        accepted = accept(changed)
    except PackError:
        return
    assert accepted == accept(raw)


@bounded(60)
@given(kinds, st.sampled_from((None, 1, 7, "\t")), st.randoms(use_true_random=False))
def test_white_space_and_the_order_of_names_do_not_matter(
    kind: str, indent: int | str | None, chance: random.Random
) -> None:
    raw, accept = KINDS[kind]
    turned = json.dumps(_shuffled(json.loads(raw), chance), indent=indent).encode()
    assert accept(b"\n" + turned + b"\r\n\t ") == accept(raw)


def _shuffled(value: object, chance: random.Random) -> object:
    """The same value with the names of its objects in another order."""
    if isinstance(value, dict):
        names = list(value)
        chance.shuffle(names)
        return {name: _shuffled(value[name], chance) for name in names}
    return [_shuffled(one, chance) for one in value] if isinstance(value, list) else value


def _scramble(data: bytes, max_bytes: int) -> bytes:
    """Change one byte, always the same for the same data."""
    chance = random.Random(data)
    at = chance.randrange(max(1, len(data)))
    return (data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :])[:max_bytes]
