"""multipart/mixed in both directions: statements first, then the contents of their attachments.

Promises: a body is read piece by piece and never held; heads of parts, their number and what stands before the first
are bounded; a body that ends before its last boundary is refused.
Source: RFC 2046 section 5.1, xAPI 1.0.3 part 3 section 1.5.2.

    for part in parts(stream.read, b"boundary"):
        part.headers["content-type"], b"".join(part.pieces())
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from sync.hub.errors import UnreadableBodyError

PARTS_MAX = 101
_HEAD_BYTES_MAX = 8 * 1024
_PREAMBLE_BYTES_MAX = 8 * 1024
_PIECE_BYTES = 64 * 1024
_BOUNDARY = re.compile(r"[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]")
_HEADER = re.compile(rb"([!#-'*+.0-9A-Z^-z|~-]+):[ \t]*([\t -~\x80-\xff]*?)[ \t]*")


class Part(msgspec.Struct, frozen=True):
    """One part: its headers, names in small letters, and its contents, to be read before the next part is asked for."""

    headers: Mapping[str, str]
    pieces: Callable[[], Iterator[bytes]]


class Enclosed(msgspec.Struct, frozen=True):
    """A content that goes out with statements."""

    sha2: str
    content_type: str
    path: Path
    size_bytes: int


def boundary_of(parameter: str | None) -> bytes:
    """Check the boundary a request names.

    Raises:
        UnreadableBodyError: There is none, or it is none of RFC 2046.
    """
    if parameter is None or not _BOUNDARY.fullmatch(parameter):
        raise UnreadableBodyError("A multipart body needs a boundary in the header Content-Type.")
    return parameter.encode()


def parts(read: Callable[[int], bytes], boundary: bytes) -> Iterator[Part]:
    """Give the parts of a body; what is left of one is passed over when the next is asked for.

    Raises:
        UnreadableBodyError: It is no multipart body with this boundary, ends too early, or has too many parts.
    """
    source = _Source(read, b"\n--" + boundary)
    source.pass_over(most=_PREAMBLE_BYTES_MAX)
    count = 0
    while source.goes_on():
        count += 1
        if count > PARTS_MAX:
            raise UnreadableBodyError(f"A multipart body may have {PARTS_MAX} parts.")
        yield Part(source.head(), source.pieces)
        source.pass_over(most=None)


class _Source:
    """A body with what was read ahead of it; between two calls it stands in a part or behind a boundary."""

    def __init__(self, read: Callable[[int], bytes], delimiter: bytes) -> None:
        self._read = read
        self._delimiter = delimiter
        self._held = bytearray(b"\n")  # so that a boundary at the very beginning is one like the others
        self._in_part = True

    def pieces(self) -> Iterator[bytes]:
        """Give what stands before the next boundary, without the line end that belongs to the boundary."""
        keep = len(self._delimiter) + 1
        while self._in_part:
            at = self._held.find(self._delimiter)
            if at >= 0:
                end = at - 1 if at and self._held[at - 1 : at] == b"\r" else at
                piece = bytes(self._held[:end])
                del self._held[: at + len(self._delimiter)]
                self._in_part = False
                yield piece
                return
            piece = bytes(self._held[:-keep])
            del self._held[: len(piece)]
            self._more()
            yield piece

    def pass_over(self, *, most: int | None) -> None:
        """Pass over what stands before the next boundary."""
        passed = 0
        for piece in self.pieces():
            passed += len(piece)
            if most is not None and passed > most:
                raise UnreadableBodyError("The multipart body does not begin with its boundary.")

    def goes_on(self) -> bool:
        """Say whether the boundary just passed is followed by a part, and stand at the head of this part."""
        line = self._line()
        if line.startswith(b"--"):
            return False
        if line.strip(b" \t"):
            raise UnreadableBodyError("Something stands behind a boundary of the multipart body.")
        return True

    def head(self) -> dict[str, str]:
        """Read the headers of a part."""
        headers: dict[str, str] = {}
        left = _HEAD_BYTES_MAX
        while line := self._line():
            left -= len(line)
            found = _HEADER.fullmatch(line)
            if found is None or left < 0:
                raise UnreadableBodyError("The headers of a part of the multipart body cannot be read.")
            headers[found[1].decode().lower()] = found[2].decode("latin-1")
        self._in_part = True
        return headers

    def _line(self) -> bytes:
        """Read one line, without its end; at the last boundary the body may end in its midst."""
        while b"\n" not in self._held:
            if len(self._held) > _HEAD_BYTES_MAX:
                raise UnreadableBodyError("A line of the multipart body is too long.")
            if self._held.startswith(b"--"):
                return bytes(self._held)
            self._more()
        line, _, rest = bytes(self._held).partition(b"\n")
        self._held[:] = rest
        return line.removesuffix(b"\r")

    def _more(self) -> None:
        """Read more ahead."""
        piece = self._read(_PIECE_BYTES)
        if not piece:
            raise UnreadableBodyError("The multipart body ends before its last boundary.")
        self._held += piece


def written(first: bytes, enclosed: Sequence[Enclosed], boundary: str) -> Iterator[bytes]:
    """Write JSON and contents as one multipart body, piece by piece."""
    yield _start(boundary, {"Content-Type": "application/json"}) + first
    for one in enclosed:
        yield b"\r\n" + _start(boundary, _headers(one))
        with one.path.open("rb") as file:
            while piece := file.read(_PIECE_BYTES):
                yield piece
    yield f"\r\n--{boundary}--\r\n".encode()


def length(first: bytes, enclosed: Sequence[Enclosed], boundary: str) -> int:
    """Say how long what `written` writes is."""
    heads = sum(2 + len(_start(boundary, _headers(one))) + one.size_bytes for one in enclosed)
    return len(_start(boundary, {"Content-Type": "application/json"})) + len(first) + heads + len(boundary) + 8


def _headers(one: Enclosed) -> dict[str, str]:
    """Give the headers of a content; a type that no header may hold is told as bytes."""
    good = one.content_type.isascii() and one.content_type.isprintable()
    return {
        "Content-Type": one.content_type if good else "application/octet-stream",
        "Content-Transfer-Encoding": "binary", "X-Experience-API-Hash": one.sha2,
    }  # fmt: skip


def _start(boundary: str, headers: Mapping[str, str]) -> bytes:
    lines = [f"--{boundary}", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    return "\r\n".join(lines).encode()
