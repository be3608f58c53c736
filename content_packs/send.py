"""Sending an archive to the hub of a ministry, piece by piece, through lines that break (PROTOCOL section 15).

Promises: a piece that was answered does not travel again, not even in another run: the archive's hash is the mark by
which the hub knows it. The secret goes to that hub alone, and no redirect is followed.

    told = send_archive(Path("packs.zip"), Desk("https://hub.example", "key", "secret"), Patience(Event().wait))
    told.state      # "waiting": the ministry looks at it
"""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import httpx
import msgspec

from content_packs.errors import CodeNeededError, KeyFileError, LineLostError, ShelfRefusedError, SourceError
from content_packs.publishing_wire import NAME_MAX, PIECE_BYTES_MAX, ProposalTold, UploadAsked, UploadState
from content_packs.store import BUFFER_BYTES

T = TypeVar("T", UploadState, ProposalTold)
_WAITS_S = (1.0, 2.0, 4.0, 8.0, 10.0, 10.0, 10.0, 10.0)
_LOOK_EVERY_S = 2.0
_TIMEOUT = httpx.Timeout(120.0, connect=30.0)
_AGAIN = (408, 429, 500, 502, 503, 504)


class Desk(msgspec.Struct, frozen=True):
    """Where to send, and what opens it."""

    url: str
    key: str
    secret: str


class Patience(msgspec.Struct, frozen=True):
    """How to wait, and who is told how many bytes the hub has."""

    wait: Callable[[float], object]
    show: Callable[[int], object] = lambda _has_bytes: None


def read_desk(url: str, path: Path) -> Desk:
    """Read key and secret from a file with what `schoolbox-hub credential add` printed.

    Raises:
        KeyFileError: It cannot be read, or one of the two is not there.
    """
    try:
        pairs = (line.partition(":") for line in path.read_text(encoding="utf-8").splitlines())
        found = {name.strip(): value.strip() for name, _, value in pairs}
        return Desk(url.rstrip("/"), found["key"], found["secret"])
    except (OSError, UnicodeDecodeError) as exc:
        raise KeyFileError(path=path, problem=getattr(exc, "strerror", None) or "it is no text") from exc
    except KeyError as exc:
        raise KeyFileError(path=path, problem=f"there is no line “{exc.args[0]}: …” in it") from exc


def send_archive(archive: Path, desk: Desk, patience: Patience) -> ProposalTold:
    """Send an archive and wait until the hub has checked it.

    Raises:
        SourceError: The archive cannot be read, or the hub does not take it as it is.
        CodeNeededError: Key and secret are wrong, or not of a publisher.
        ShelfRefusedError: The hub publishes no packs, or something else answers.
        LineLostError: The line is gone; what arrived stays there.
    """
    try:
        with archive.open("rb") as file:
            mark = hashlib.file_digest(file, "sha256").hexdigest()
        size_bytes = archive.stat().st_size
    except OSError as exc:
        raise SourceError(path=str(archive), problem=exc.strerror or "it cannot be read") from exc
    asked = msgspec.json.encode(UploadAsked(name=archive.name[:NAME_MAX], size_bytes=size_bytes, mark=mark))
    with httpx.Client(auth=(desk.key, desk.secret), timeout=_TIMEOUT, follow_redirects=False) as client:
        line = _Line(client, desk, archive, patience)
        state = line.ask("POST", "uploads", asked, UploadState)
        while not state.proposal:
            patience.show(state.has_bytes)
            piece = _piece(archive, state.has_bytes)
            state = line.ask("PUT", f"uploads/{state.upload}/{state.has_bytes}", piece, UploadState)
        patience.show(size_bytes)
        told = line.ask("GET", f"proposals/{state.proposal}", b"", ProposalTold)
        while told.state == "checking":
            patience.wait(_LOOK_EVERY_S)
            told = line.ask("GET", f"proposals/{state.proposal}", b"", ProposalTold)
        return told


class _Line(msgspec.Struct, frozen=True):
    """Requests to one hub, each tried until it is answered or patience ends."""

    client: httpx.Client
    desk: Desk
    archive: Path
    patience: Patience

    def ask(self, method: str, place: str, body: bytes, kind: type[T]) -> T:
        """Ask once, and again while nobody answers."""
        for wait_s in _WAITS_S:
            answer = self._once(method, place, body)
            if answer is not None and answer.status_code not in _AGAIN:
                return self._read(answer, kind)
            self.patience.wait(wait_s)
        raise LineLostError(shelf=self.desk.url)

    def _once(self, method: str, place: str, body: bytes) -> httpx.Response | None:
        try:
            return self.client.request(method, f"{self.desk.url}/publish/v1/{place}", content=body or None)
        except httpx.TransportError:
            return None
        except httpx.InvalidURL as exc:
            raise ShelfRefusedError(
                shelf=self.desk.url, problem="the request cannot be sent", detail=str(exc)
            ) from exc

    def _read(self, answer: httpx.Response, kind: type[T]) -> T:
        """Read an answer, or say what it means."""
        if answer.status_code in (401, 403):
            raise CodeNeededError(shelf=self.desk.url, problem="this key and secret are not those of a publisher there")
        if answer.status_code in (413, 422):
            said = msgspec.json.decode(answer.content, type=dict[str, object]).get("message")
            raise SourceError(path=str(self.archive), problem=str(said).rstrip("."))
        try:
            if answer.status_code == httpx.codes.OK:
                return msgspec.json.decode(answer.content, type=kind)
        except msgspec.DecodeError:
            pass
        raise ShelfRefusedError(
            shelf=self.desk.url, problem="it answers otherwise than a shelf", detail=str(answer.status_code)
        )


def _piece(archive: Path, begins: int) -> bytes:
    """Read the next piece, no more than a line has to carry again."""
    try:
        with archive.open("rb") as file:
            file.seek(begins)
            piece = file.read(min(BUFFER_BYTES, PIECE_BYTES_MAX))
    except OSError as exc:
        raise SourceError(path=str(archive), problem=exc.strerror or "it cannot be read") from exc
    if not piece:
        raise SourceError(path=str(archive), problem="it became shorter while it was sent")
    return piece
