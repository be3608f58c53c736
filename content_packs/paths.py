"""Which names may stand on a shelf or in a source folder (FORMAT 1.4, 2.2-2.4, 9.1).

Promises: functions of text only; what comes out stays inside its folder and can be written on every file system.

    blob_name(sha256, "mp4")     # 'blobs/9f/9f86....mp4'
    read_name("blobs/9f/9f86....mp4").ext
    packed_name("my stick/meta/registry.json")    # ('my stick', 'meta/registry.json')
    source_parts("../secret")    # UnsafePathError
"""

import re
from typing import Literal

import msgspec

from content_packs.errors import UnsafePathError
from content_packs.manifest import MEDIA_TYPES

SHA256_PATTERN = re.compile(r"[0-9a-f]{64}")
PUBLISHER_PATTERN = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
META_PATTERN = re.compile(r"[1-9][0-9]{0,9}\.root\.json|registry\.json|cat/[a-z0-9][a-z0-9-]{0,31}\.json")
_MANIFEST = re.compile(rf"manifests/(?P<sha256>{SHA256_PATTERN.pattern})\.json")
_BLOB = re.compile(rf"blobs/(?P<ab>[0-9a-f]{{2}})/(?P<sha256>{SHA256_PATTERN.pattern})\.(?P<ext>[a-z0-9]{{1,5}})")
_TOP_MAX = 255

_TUF_ROLES = frozenset({"root", "targets", "snapshot", "timestamp"})
_WINDOWS_DEVICES = frozenset(
    {"con", "prn", "aux", "nul"} | {f"{kind}{number}" for kind in ("com", "lpt") for number in range(10)}
)


def is_publisher_id(text: str) -> bool:
    """Say whether this may be the id of a publisher (FORMAT 1.4)."""
    return bool(PUBLISHER_PATTERN.fullmatch(text)) and text not in _TUF_ROLES | _WINDOWS_DEVICES


def meta_name(name: str) -> str:
    """Give the path of a metadata file on a shelf, from `registry.json`, `7.root.json` or `cat/mash.json`.

    Raises:
        UnsafePathError: It is none of these.
    """
    if not META_PATTERN.fullmatch(name):
        raise UnsafePathError(path=name, problem="not the name of a metadata file")
    return f"meta/{name}"


def manifest_name(sha256: str) -> str:
    """Give the path of a manifest on a shelf or in a store.

    Raises:
        UnsafePathError: The hash is not 64 lower-case hexadecimal digits.
    """
    return f"manifests/{_digest(sha256)}.json"


def blob_name(sha256: str, ext: str) -> str:
    """Give the path of a blob on a shelf or in a store.

    Raises:
        UnsafePathError: The hash or the extension is not one that may stand there.
    """
    if ext not in MEDIA_TYPES:
        raise UnsafePathError(path=f"{sha256}.{ext}", problem=f"extension .{ext} is not in the list")
    return f"blobs/{_digest(sha256)[:2]}/{sha256}.{ext}"


class ShelfName(msgspec.Struct, frozen=True):
    """What a path on a shelf means: `meta` with its name there, `manifest` with a hash, `blob` with hash and extension.

    The index is metadata called `index.json`.
    """

    kind: Literal["meta", "manifest", "blob"]
    meta: str = ""
    sha256: str = ""
    ext: str = ""


def read_name(path: str) -> ShelfName:
    """Make sense of a path below a shelf that somebody asks for.

    Raises:
        UnsafePathError: It is not one that may stand on a shelf.
    """
    if path.startswith("meta/") and (path == "meta/index.json" or META_PATTERN.fullmatch(path[5:])):
        return ShelfName("meta", meta=path[5:])
    if found := _MANIFEST.fullmatch(path):
        return ShelfName("manifest", sha256=found["sha256"])
    found = _BLOB.fullmatch(path)
    if found and found["ext"] in MEDIA_TYPES and found["sha256"].startswith(found["ab"]):
        return ShelfName("blob", sha256=found["sha256"], ext=found["ext"])
    raise UnsafePathError(path=path[:200], problem="not the name of a file on a shelf")


def packed_name(path: str) -> tuple[str, str] | None:
    """Split the path of a packed file into the one folder that may be around a shelf and its name there (FORMAT 2.11).

    None for everything that is not built by the rules of a shelf.
    """
    top, _, below = path.partition("/")
    for around, name in (("", path), (top, below)):
        if _may_stand(name):
            return (around, name) if around not in (".", "..") and len(around) <= _TOP_MAX else None
    return None


def source_parts(path: str) -> tuple[str, ...]:
    """Split the path of a source file into its parts, after checking that it stays inside its folder.

    Raises:
        UnsafePathError: Absolute, empty, with `..`, a backslash, a colon or a control character.
    """
    parts = tuple(path.split("/"))
    if any(part in ("", ".", "..") for part in parts):
        raise UnsafePathError(path=path, problem="does not stay inside the folder of pack.toml")
    if re.search(r"[\\:\x00-\x1f\x7f]", path):
        raise UnsafePathError(path=path, problem="has a character that not every computer can write")
    return parts


def _may_stand(name: str) -> bool:
    """Say whether this is the name of a file on a shelf."""
    try:
        read_name(name)
    except UnsafePathError:
        return False
    return True


def _digest(sha256: str) -> str:
    """Give the hash back if it is written as a SHA-256."""
    if not SHA256_PATTERN.fullmatch(sha256):
        raise UnsafePathError(path=sha256, problem="not a SHA-256 in lower-case hexadecimal digits")
    return sha256
