"""Blobs and manifests put onto a shelf at once, without a source to build from and without flushing anything.

It lies in leaving out the author's checks: whoever writes a wrong pack here gets one. Names are what FORMAT 2.1 says.

    file = put_file(shelf, "video", mp4(), "mp4"); listing = put_manifest(shelf, manifest)
"""

import hashlib
import os
from pathlib import Path

from content_packs.manifest import File, Manifest, Role, encode_manifest
from content_packs.paths import blob_name, manifest_name
from content_packs.trust import Listing

_NEW = os.O_WRONLY | os.O_CREAT | os.O_TRUNC


def put_file(shelf: Path, role: Role, content: bytes, ext: str, *, language: str | None = None) -> File:
    """Write a blob and say how a manifest names it."""
    sha256 = hashlib.sha256(content).hexdigest()
    _write(shelf / blob_name(sha256, ext), content)
    return File(role=role, sha256=sha256, ext=ext, size_bytes=len(content), language=language)


def put_large_file(shelf: Path, start: bytes, size_bytes: int, ext: str = "mp4") -> File:
    """Write a video of any size that takes no room: a few bytes, then a hole."""
    draft = shelf / "draft"
    _write(draft, start)
    os.truncate(draft, size_bytes)
    with draft.open("rb") as content:
        sha256 = hashlib.file_digest(content, "sha256").hexdigest()
    path = shelf / blob_name(sha256, ext)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft.rename(path)
    return File(role="video", sha256=sha256, ext=ext, size_bytes=size_bytes)


def put_manifest(shelf: Path, manifest: Manifest) -> Listing:
    """Write a manifest and say how a catalogue names it."""
    raw = encode_manifest(manifest)
    sha256 = hashlib.sha256(raw).hexdigest()
    _write(shelf / manifest_name(sha256), raw)
    return Listing(manifest.pack, manifest.version, sha256, len(raw))


def _write(path: Path, content: bytes) -> None:
    """Write a file, with the folders above it if they are not there."""
    try:
        descriptor = os.open(path, _NEW, 0o644)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, _NEW, 0o644)
    try:
        os.write(descriptor, content)
    finally:
        os.close(descriptor)
