"""Style sheet, scripts, drawings: served under a name that holds their hash, gzipped once.

A browser keeps them for a year; a new version has a new name. `symbol` remembers what a page used, `sprite` puts just
those drawings into it.
"""

import hashlib
from importlib import resources
from importlib.resources.abc import Traversable

import msgspec
from flask import g, url_for
from markupsafe import Markup
from msgspec.structs import replace

from sync.web_assets import asset_path, gzipped, sprite, symbols

TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "png": "image/png",
}
SHARED = ("schoolbox.css", "mark.svg")
"""What box and hub have in common."""


class Asset(msgspec.Struct, frozen=True):
    """One file as it goes to the browser; `tag` is the start of its SHA-256."""

    name: str
    tag: str
    mime: str
    plain: bytes

    @property
    def gzipped(self) -> bytes:
        """The same for a browser that unpacks it."""
        return gzipped(self.plain)


class Assets:
    """Everything under `/static/`, and the drawings of the sprite."""

    def __init__(self) -> None:
        self.by_name = {asset.name: asset for asset in _with_common_tag([_load(source) for source in _files()])}

    def url(self, name: str) -> str:
        """The address of an asset; a name that does not exist is an error in a template and raises KeyError."""
        return url_for("static_files.asset", tag=self.by_name[name].tag, name=name)

    def symbol(self, name: str) -> Markup:
        """Refer to a drawing of the sprite, and remember that this page needs it."""
        if name not in symbols():
            raise KeyError(name)
        g.setdefault("symbols", set()).add(name)
        return Markup('<use xlink:href="#{}"/>').format(name)

    def icon(self, name: str, classes: str = "i") -> Markup:
        """A small drawing that says nothing to a screen reader."""
        return Markup('<svg class="{}" aria-hidden="true">{}</svg>').format(classes, self.symbol(name))

    def sprite(self) -> Markup:
        """The drawings this page used, once, for the end of the page."""
        return sprite(*sorted(g.get("symbols", ())))


def _files() -> list[Traversable]:
    own = resources.files("schoolbox") / "static"
    return [entry for entry in own.iterdir() if entry.name.rpartition(".")[2] in TYPES] + [
        asset_path(name) for name in SHARED
    ]


def _load(source: Traversable) -> Asset:
    plain = source.read_bytes()
    mime = TYPES[source.name.rpartition(".")[2]]
    return Asset(source.name, hashlib.sha256(plain).hexdigest()[:12], mime, plain)


def _with_common_tag(assets: list[Asset]) -> list[Asset]:
    """Give all scripts one tag: a module finds its neighbours under its own address, and all change together."""
    scripts = sorted((asset for asset in assets if asset.name.endswith(".js")), key=lambda asset: asset.name)
    tag = hashlib.sha256(b"".join(asset.plain for asset in scripts)).hexdigest()[:12]
    return [replace(asset, tag=tag) if asset in scripts else asset for asset in assets]
