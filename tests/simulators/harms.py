"""What can happen to one file of a stick: by accident, or by somebody who wants to do harm.

    changed_byte(stick / "manifests" / "9f...json")
"""

import json
import os
import stat
from pathlib import Path


def changed_byte(path: Path) -> None:
    """Change one bit in the middle."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def changed_date(path: Path) -> None:
    """Change what was signed into something that could have been signed as well: another year."""
    content = path.read_bytes()
    assert b'"2028-' in content
    path.write_bytes(content.replace(b'"2028-', b'"2029-'))


def changed_signature(path: Path) -> None:
    """Put other digits in every signature."""
    whole = json.loads(path.read_bytes())
    for signature in whole["signatures"]:
        signature["sig"] = signature["sig"][::-1]
    path.write_text(json.dumps(whole), encoding="utf-8")


def changed_bracket(path: Path) -> None:
    """Make it no JSON any more, while its length stays."""
    content = path.read_bytes()
    path.write_bytes(content.replace(b"{", b"[", 1))


def named_twice(path: Path) -> None:
    """Say the version twice, differently; readers differ in which of them they take."""
    content = path.read_bytes()
    at = content.index(b'"version"')
    path.write_bytes(content[:at] + b'"version": 1, ' + content[at:])


def nested(path: Path) -> None:
    """Put brackets in brackets, deeper than any program can follow."""
    path.write_bytes(b"[" * 30_000 + b"]" * 30_000)


def cut_short(path: Path) -> None:
    """Take the last byte away."""
    os.truncate(path, path.stat().st_size - 1)


def emptied(path: Path) -> None:
    """Leave only the name."""
    os.truncate(path, 0)


def spaced(path: Path) -> None:
    """Add white space at the end."""
    path.write_bytes(path.read_bytes() + b"\n" * 9)


def grown(path: Path) -> None:
    """Add a letter at the end."""
    path.write_bytes(path.read_bytes() + b"x")


def huge(path: Path) -> None:
    """Make it 64 GiB long, most of it a hole."""
    os.truncate(path, 64 * 1024**3)


def folder(path: Path) -> None:
    """Put a folder in its place."""
    path.unlink()
    path.mkdir()


def link(path: Path) -> None:
    """Put a link in its place that leads to the right bytes."""
    kept = path.with_name("kept")
    path.rename(kept)
    path.symlink_to(kept)


def loop(path: Path) -> None:
    """Put a link to itself in its place."""
    path.unlink()
    path.symlink_to(path)


def zeros(path: Path) -> None:
    """Put a link to a device without end in its place."""
    path.unlink()
    path.symlink_to("/dev/zero")


def pipe(path: Path) -> None:
    """Put a pipe in its place that nobody writes into."""
    path.unlink()
    os.mkfifo(path)


def socket(path: Path) -> None:
    """Put a socket in its place."""
    path.unlink()
    os.mknod(path, stat.S_IFSOCK | 0o600)


def device(path: Path) -> None:
    """Put a device without end in its place; only root can."""
    path.unlink()
    os.mknod(path, stat.S_IFCHR | 0o600, os.makedev(1, 5))


def gone(path: Path) -> None:
    """Take it away."""
    path.unlink()
