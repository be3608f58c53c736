"""Taking from a stick what was not chosen (FORMAT 2.15): only names that this format builds, never a teacher's files.

    left = leftovers(stick, keep)        # what goes, lists first, so that no list names what is gone
"""

import re
from collections.abc import Set
from itertools import chain

from content_packs.contents import PAGE_PATTERN
from content_packs.export.stick import Stick
from content_packs.manifest import MEDIA_TYPES
from content_packs.paths import META_PATTERN, SHA256_PATTERN

_DRAFT = re.compile(r"\..+\.[0-9]+\.new")
_BLOB = re.compile(rf"[0-9a-f]{{64}}\.({'|'.join(MEDIA_TYPES)})")
_PART = re.compile(rf"{_BLOB.pattern}\.part")


def leftovers(stick: Stick, keep: Set[str]) -> list[str]:
    """Name every file of ours on the stick that is not to be kept, in the order in which they go; no folder is ours."""
    ours = chain(_lists(stick), _manifests(stick), _blobs(stick))
    return [name for name in ours if name.lower() not in keep and not stick.is_folder(name)]


def drafts(stick: Stick) -> list[str]:
    """Name what an interrupted writing left behind and no longer continues."""
    folders = ("", "meta/", "meta/cat/", "manifests/", "contents/")
    found = [f"{folder}{name}" for folder in folders for name in stick.listed(folder) if _DRAFT.fullmatch(name)]
    found += [f"staging/{name}" for name in stick.listed("staging") if _PART.fullmatch(name)]
    return [name for name in found if not stick.is_folder(name)]


def _lists(stick: Stick) -> list[str]:
    """Pages and metadata."""
    pages = [f"contents/{name}" for name in stick.listed("contents") if PAGE_PATTERN.fullmatch(name)]
    catalogues = [f"meta/cat/{name}" for name in stick.listed("meta/cat")]
    others = [f"meta/{name}" for name in stick.listed("meta")]
    metadata = [name for name in (*catalogues, *others) if META_PATTERN.fullmatch(name.lower().removeprefix("meta/"))]
    return pages + metadata


def _manifests(stick: Stick) -> list[str]:
    """Every manifest."""
    names = stick.listed("manifests")
    return [f"manifests/{name}" for name in names if _is_manifest(name.lower())]


def _is_manifest(name: str) -> bool:
    return bool(name.endswith(".json") and SHA256_PATTERN.fullmatch(name.removesuffix(".json")))


def _blobs(stick: Stick) -> list[str]:
    """Every blob, folder by folder."""
    folders = [name for name in stick.listed("blobs") if re.fullmatch("[0-9a-f]{2}", name.lower())]
    stick.check_folders(f"blobs/{folder}" for folder in folders)
    return [
        f"blobs/{folder}/{name}"
        for folder in folders
        for name in stick.listed(f"blobs/{folder}")
        if _BLOB.fullmatch(name.lower())
    ]
