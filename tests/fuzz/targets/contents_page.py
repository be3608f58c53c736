"""The page of a pack on a stick: whatever a publisher signs, only our own tags come out, and links stay on the stick.

The manifest is that of a course whose files are there; its texts, labels and languages are anybody's.
"""

import hashlib
from html.parser import HTMLParser

from content_packs.contents.index_page import card_of, index_page
from content_packs.contents.pack_page import pack_page
from content_packs.errors import ManifestError
from content_packs.manifest import decode_manifest
from tests.fuzz.json_mutations import mutate_json
from tests.fuzz.material import manifests, scratch
from tests.fuzz.target import Target

_TAGS = frozenset(
    (*"abi", "html", "head", "meta", "title", "style", "body", "header", "main", "div", "svg", "path", "h1", "h2", "h3",
     "p", "bdi", "span", "ul", "li", "video", "audio", "source", "track", "details", "summary", "time")
)  # fmt: skip
_ONCE = ("html", "head", "title", "style", "body", "header", "main", "h1")


class _Reader(HTMLParser):
    """What a browser would make of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.links: list[str] = []
        self.metas: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src", "poster")]
        assert not any(name.startswith("on") or name == "style" for name in named), attrs
        if tag == "meta":
            self.metas.append(named.get("http-equiv") or named.get("name") or "charset")

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data!r}")


def run(data: bytes) -> None:
    manifest = decode_manifest(data)
    folder = scratch("built") / "lesson"
    sha256 = hashlib.sha256(data).hexdigest()
    names = {"sq": "Ministria <b>e</b> Arsimit & \"co\""}
    _check(pack_page(manifest, sha256, names, folder), up="../")
    _check(index_page([card_of(manifest, names)]), up="contents/")


def _check(page: str, *, up: str) -> None:
    reader = _Reader()
    reader.feed(page)
    reader.close()
    assert set(reader.tags) <= _TAGS
    assert all(reader.tags.count(tag) == 1 for tag in _ONCE)
    assert reader.metas == ["charset", "generator", "Content-Security-Policy", "viewport"]
    for link in reader.links:
        assert link.startswith((up, "data:text/vtt;base64,")), link
        assert ".." not in link.removeprefix("../")


def _labelled(raw: bytes) -> bytes:
    """A manifest in which every file has a label, and every item a licence of its own."""
    return raw.replace(b'"role":', b'"label":"360p","role":').replace(b'"kind":', b'"licence":"CC0-1.0","kind":')


TARGET = Target(
    run=run,
    allowed=(ManifestError,),
    seeds=lambda: [*manifests(), *map(_labelled, manifests())],
    mutate=mutate_json,
    max_bytes=16_384,
    runs=400,
)
