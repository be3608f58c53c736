"""Values as strategies: texts of every kind of letter, and manifests that are right.

    @given(manifests())
"""

from hypothesis import strategies as st

from content_packs.manifest import ROLE_EXTENSIONS, Alignment, File, Item, Kind, Manifest, Unit

PUBLISHER = "mash"
_HIDDEN = "".join(map(chr, (*range(9), *range(11, 32), *range(127, 160), *range(0x2028, 0x202F), *range(0x2066,
0x206A))))

letters = st.characters(exclude_categories=["Cs"])
words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters=_HIDDEN), max_size=30)
slugs = st.from_regex(r"[a-z0-9][a-z0-9-]{0,20}", fullmatch=True)
languages = st.sampled_from(("sq", "en", "sr-Latn", "sr-Cyrl", "bs", "tr", "rom"))
texts = st.dictionaries(languages, words, min_size=1, max_size=3)
hashes = st.binary(min_size=32, max_size=32).map(bytes.hex)
ids = slugs.map(lambda slug: f"{PUBLISHER}:{slug}")
_KINDS: tuple[Kind, ...] = ("video", "audio", "document", "app", "quiz")


def files(kind: Kind) -> st.SearchStrategy[File]:
    """A main file of an item of a kind."""
    return st.builds(
        File, role=st.just(kind), sha256=hashes, ext=st.sampled_from(ROLE_EXTENSIONS[kind]),
        size_bytes=st.integers(0, 2**32 - 1), label=words,
    )  # fmt: skip


@st.composite
def items(draw: st.DrawFn) -> Item:
    """An item with its main file."""
    kind = draw(st.sampled_from(_KINDS))
    return Item(
        id=draw(ids), kind=kind, title=draw(texts), files=(draw(files(kind)),), summary=draw(texts),
        duration_s=draw(st.floats(0, 86_400, allow_nan=False)), grades=tuple(draw(st.lists(st.integers(0, 13),
        max_size=3))),
        alignment=tuple(draw(st.lists(st.builds(Alignment, framework=words, code=words), max_size=2))),
        prerequisites=tuple(draw(st.lists(ids, max_size=2))), teacher_only=draw(st.booleans()),
    )  # fmt: skip


@st.composite
def manifests(draw: st.DrawFn) -> Manifest:
    """A manifest that keeps every rule of FORMAT section 3."""
    found = draw(st.lists(items(), min_size=1, max_size=6, unique_by=(lambda item: item.id,
    lambda item: item.files[0].sha256)))
    cut = draw(st.integers(1, len(found)))
    units = [Unit(slug="nje", title=draw(texts), items=tuple(found[:cut]))]
    if found[cut:]:
        units.append(Unit(slug="dy", title=draw(texts), items=tuple(found[cut:])))
    return Manifest(
        format=1, pack=draw(ids), version=draw(st.integers(1, 2**31)), title=draw(texts), summary=draw(texts),
        language="sq",
        subject=draw(slugs), area="math", grades=(6,), licence=draw(words), authors=tuple(draw(st.lists(words,
        max_size=2))),
        released_at="2026-09-01T08:00:00Z", units=tuple(units),
    )  # fmt: skip
