"""A file system before it is one: what is where, with whose ownership, and where its bytes come from.

It is read from a tar, added to, and written as a tar: no folder of this machine ever holds the root, so nobody needs
to be root to give files to root. Written in one order and with one time, equal trees are equal to the bit.
"""

import fnmatch
import io
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import msgspec

from deploy.raspberrypi.image.errors import ImageError

XATTR = "SCHILY.xattr."


class Piece(msgspec.Struct, frozen=True):
    """Bytes within a file: where a member of a tar is."""

    path: Path
    offset: int


Source = bytes | Path | Piece


class Tree:
    """Paths without a slash before them; `.` is the top."""

    def __init__(self) -> None:
        self._nodes: dict[str, tuple[tarfile.TarInfo, Source]] = {}
        self.folder(".", 0o755)

    def read_tar(self, path: Path) -> None:
        """Take over all that a tar holds; a second name of a file becomes a file of its own."""
        with tarfile.open(path, "r:") as tar:
            for info in tar:
                name = _clean(info.name)
                if info.islnk():
                    self._nodes[name] = self._second(name, info)
                    continue
                info.name = name
                self._nodes[name] = (info, Piece(path, info.offset_data) if info.isreg() else b"")

    def file(self, place: str, source: bytes | Path, mode: int = 0o644, owner: tuple[int, int] = (0, 0)) -> None:
        """Put a file there, and the folders above it."""
        info = self._new(place, tarfile.REGTYPE, mode, owner)
        info.size = len(source) if isinstance(source, bytes) else source.stat().st_size
        self._nodes[info.name] = (info, source)

    def folder(self, place: str, mode: int = 0o755, owner: tuple[int, int] = (0, 0)) -> None:
        """Put a folder there; what is in it stays."""
        info = self._new(place, tarfile.DIRTYPE, mode, owner)
        self._nodes[info.name] = (info, b"")

    def link(self, place: str, target: str) -> None:
        """Put a symbolic link there."""
        info = self._new(place, tarfile.SYMTYPE, 0o777, (0, 0))
        info.linkname = target
        self._nodes[info.name] = (info, b"")

    def remove(self, *patterns: str) -> None:
        """Take away all whose path fits one of the patterns, and all below."""
        gone = [path for path in self._nodes if any(_fits(path, pattern) for pattern in patterns)]
        for path in gone:
            del self._nodes[path]

    def paths(self, pattern: str = "*") -> list[str]:
        """The paths that fit, sorted."""
        return sorted(path for path in self._nodes if fnmatch.fnmatchcase(path, pattern))

    def target(self, place: str) -> str | None:
        """Where the link at this place leads; None where there is none."""
        node = self._nodes.get(_clean(place))
        return node[0].linkname if node is not None and node[0].issym() else None

    def content(self, place: str) -> bytes:
        """The bytes of a file.

        Raises:
            ImageError: There is no such file.
        """
        node = self._nodes.get(_clean(place))
        if node is None or not node[0].isreg():
            raise ImageError(f"The root has no file /{_clean(place)}. Did a package of Debian change?")
        with _opened(node[1]) as stream:
            return stream.read(node[0].size)

    def write_tar(self, into: Path, *, epoch: int) -> None:
        """Write it: folders before what is in them, everything of the same moment, no names of users."""
        with tarfile.open(into, "w:", format=tarfile.PAX_FORMAT) as tar:
            for path in sorted(self._nodes, key=lambda each: each.split("/") if each != "." else []):
                info, source = self._nodes[path]
                plain = _plain(info, epoch)
                if plain.isreg():
                    with _opened(source) as stream:
                        tar.addfile(plain, stream)
                else:
                    tar.addfile(plain)

    def __iter__(self) -> Iterator[tarfile.TarInfo]:
        """Each entry, sorted by path."""
        return (self._nodes[path][0] for path in sorted(self._nodes))

    def _second(self, name: str, info: tarfile.TarInfo) -> tuple[tarfile.TarInfo, Source]:
        first, source = self._nodes[_clean(info.linkname)]
        again = tarfile.TarInfo(name)
        again.mode, again.uid, again.gid, again.size, again.type = (
            first.mode,
            first.uid,
            first.gid,
            first.size,
            first.type,
        )
        again.pax_headers = dict(first.pax_headers)
        return again, source

    def _new(self, place: str, kind: bytes, mode: int, owner: tuple[int, int]) -> tarfile.TarInfo:
        info = tarfile.TarInfo(_clean(place))
        info.type, info.mode, (info.uid, info.gid) = kind, mode, owner
        parts = info.name.split("/")[:-1]
        for depth in range(len(parts)):
            above = "/".join(parts[: depth + 1])
            if above not in self._nodes:
                self.folder(above)
            elif self._nodes[above][0].issym():
                raise ImageError(f"/{above} is a link on this root: name the place behind it, not /{info.name}.")
        return info


def _clean(place: str) -> str:
    return place.strip("/").removeprefix("./") or "."


def _fits(path: str, pattern: str) -> bool:
    return fnmatch.fnmatchcase(path, pattern) or fnmatch.fnmatchcase(path, f"{pattern}/*")


def _plain(info: tarfile.TarInfo, epoch: int) -> tarfile.TarInfo:
    plain = tarfile.TarInfo(info.name)
    plain.mode, plain.uid, plain.gid, plain.type, plain.linkname = (
        info.mode,
        info.uid,
        info.gid,
        info.type,
        info.linkname,
    )
    plain.devmajor, plain.devminor, plain.mtime = info.devmajor, info.devminor, epoch
    plain.size = info.size if info.isreg() else 0
    plain.pax_headers = {name: value for name, value in sorted(info.pax_headers.items()) if name.startswith(XATTR)}
    return plain


def _opened(source: Source) -> IO[bytes]:
    if isinstance(source, bytes):
        return io.BytesIO(source)
    if isinstance(source, Path):
        return source.open("rb")
    stream = source.path.open("rb")
    stream.seek(source.offset)
    return stream
