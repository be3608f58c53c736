"""The style sheet and drawings that box and hub share, and where they lie on the disk.

Promises: only the names in `ASSETS` have a path.

    asset_path("schoolbox.css").read_bytes()
"""

from pathlib import Path

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
