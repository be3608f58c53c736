"""The style sheet and drawings that box and hub share, and where they lie on the disk.

Promises: only the names in `ASSETS` have a path.

    asset_path("schoolbox.css").read_bytes()
    sprite("mark", "i-box")        # markup with these symbols only, to stand once in a page
"""

import gzip
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from markupsafe import Markup

ASSETS = ("schoolbox.css", "sprite.svg", "mark.svg")
_FOLDER = Path(__file__).parent / "static"


def asset_path(name: str) -> Path:
    """Give the path of one shared asset.

    Raises:
        KeyError: There is no such asset.
    """
    if name not in ASSETS:
        raise KeyError(name)
    return _FOLDER / name


@cache
def gzipped(plain: bytes) -> bytes:
    """Pack one of our own files as small as can be, when a browser asks for it first: a start has better to do."""
    return gzip.compress(plain, 9, mtime=0)


@cache
def sprite(*names: str) -> Markup:
    """Give the symbols a page uses, hidden, to be referred to by `<use xlink:href="#name"/>`.

    Raises:
        KeyError: There is no such symbol.
    """
    inside = "".join(symbols()[name] for name in names)
    return Markup(f'<svg class="sprite" xmlns="http://www.w3.org/2000/svg">{inside}</svg>')  # noqa: S704  our own file


@cache
def symbols() -> Mapping[str, str]:
    """Every symbol of the drawings by its name."""
    text = asset_path("sprite.svg").read_text(encoding="utf-8")
    return {match[1]: match[0] for match in re.finditer(r'<symbol id="([^"]+)".*?</symbol>', text, re.S)}
