"""A teacher's laptop without its screen: what the script of the uploads page does, against a service or an address.

    laptop = Laptop(Direct(uploads, teacher))
    laptop.send(zip_file)

It lies only in size: pieces may be tiny, so that a few kilobytes make many of them.
"""

import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import httpx
from werkzeug.test import TestResponse

from schoolbox.services.upload_facts import Chosen, Taken, Upload
from schoolbox.services.uploads import PIECE_BYTES_MAX, Uploads
from schoolbox.services.viewers import Viewer
from tests.simulators.browser import Browser
from tests.simulators.device import Device

END_BYTES = 64 * 1024


def somebody(person_id: int, role: str = "teacher") -> Viewer:
    """Who sits at a laptop."""
    return Viewer(person_id, role, "Vlora", "Vlora G.", "", "sq", None, "", None)


class Line(Protocol):
    """How a laptop reaches the box."""

    def begin(self, chosen: Chosen) -> Upload:
        """Say what was chosen."""

    def piece(self, upload_id: str, data: bytes, at: int) -> Taken:
        """Send a piece."""

    def wanted(self, upload_id: str) -> tuple[int, ...]:
        """Ask which lines of a list travel."""


@dataclass(frozen=True)
class Direct:
    """No line at all: the service itself."""

    uploads: Uploads
    viewer: Viewer

    def begin(self, chosen: Chosen) -> Upload:
        """Say what was chosen."""
        return self.uploads.begin(chosen, by=self.viewer.person_id)

    def piece(self, upload_id: str, data: bytes, at: int) -> Taken:
        """Send a piece."""
        return self.uploads.take(upload_id, data, at=at, by=self.viewer.person_id)

    def wanted(self, upload_id: str) -> tuple[int, ...]:
        """Ask which lines of a list travel."""
        return self.uploads.wanted(upload_id, self.viewer)


@dataclass
class Laptop:
    """Sends one file or folder; `sent_bytes` counts what went over the line."""

    line: Line
    piece_bytes: int = PIECE_BYTES_MAX
    before_piece: Callable[[], object] = lambda: None
    sent_bytes: int = field(default=0, init=False)

    def send(self, path: Path, *, name: str = "") -> Upload:
        """Choose a zip file or a folder, and stay until it is whole or refused."""
        if path.is_dir():
            return self._send_folder(path, name or path.name)
        upload = self.line.begin(choose_file(path, name=name))
        return self._send(upload, path.read_bytes())

    def _send_folder(self, folder: Path, name: str) -> Upload:
        files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
        raw = list_of(folder, files)
        upload = self.line.begin(Chosen(kind="folder", name=name, size_bytes=len(raw), mark=f"{zlib.crc32(raw):08x}"))
        if upload.state == "list":
            upload = self._send(upload, raw)
        if upload.state != "content":
            return upload
        return self._send(upload, b"".join(files[line].read_bytes() for line in self.line.wanted(upload.id)))

    def _send(self, upload: Upload, content: bytes) -> Upload:
        """Send what the box lacks of what arrives now."""
        state, at = upload.state, upload.arrived_bytes
        while upload.state == state and upload.arriving:
            self.before_piece()
            piece = content[at : at + self.piece_bytes]
            taken = self.line.piece(upload.id, piece, at)
            self.sent_bytes += len(piece)
            upload, at = taken.upload, taken.upload.arrived_bytes
            assert taken.busy or piece or upload.state != state, "nothing is left to send, and the box does not end"
        return upload


def choose_file(path: Path, *, name: str = "") -> Chosen:
    """What a browser knows of a file before it sends it."""
    raw = path.read_bytes()
    mark = zlib.crc32(raw[-END_BYTES:], zlib.crc32(raw[:END_BYTES]))
    return Chosen(
        kind="zip", name=name or path.name, size_bytes=len(raw), mark=f"{mark:08x}", head=raw[:16],
        has_end=b"PK\5\6" in raw[-END_BYTES:],
    )  # fmt: skip


def list_of(folder: Path, files: list[Path]) -> bytes:
    """The list that a browser sends of a folder."""
    return "".join(f"{path.stat().st_size} {path.relative_to(folder)}\n" for path in files).encode()


@dataclass(frozen=True)
class Pages:
    """The pages of a box: what the script sends, as a signed-in device sends it."""

    device: Device

    def begin(self, chosen: Chosen) -> Upload:
        """Say what was chosen."""
        return _upload(self.device.post("/uploads", _form(chosen), on="/uploads"))

    def piece(self, upload_id: str, data: bytes, at: int) -> Taken:
        """Send a piece."""
        answer = self.device.send(f"/uploads/{upload_id}/piece?at={at}", data, on="/uploads")
        return Taken(_upload(answer), fits=answer.status_code != 409, busy=answer.status_code == 503)

    def wanted(self, upload_id: str) -> tuple[int, ...]:
        """Ask which lines of a list travel."""
        return tuple((self.device.get(f"/uploads/{upload_id}").json or {}).get("wanted", ()))


@dataclass(frozen=True)
class Wire:
    """The pages of a running box over a real connection."""

    browser: Browser

    def begin(self, chosen: Chosen) -> Upload:
        """Say what was chosen."""
        self.browser.load_form("/uploads")
        return _upload(self.browser.post("/uploads", _form(chosen)))

    def piece(self, upload_id: str, data: bytes, at: int) -> Taken:
        """Send a piece."""
        answer = self.browser.send(f"/uploads/{upload_id}/piece?at={at}", data)
        return Taken(_upload(answer), fits=answer.status_code != 409, busy=answer.status_code == 503)

    def wanted(self, upload_id: str) -> tuple[int, ...]:
        """Ask which lines of a list travel."""
        return tuple(self.browser.get(f"/uploads/{upload_id}").json().get("wanted", ()))


def _form(chosen: Chosen) -> dict[str, str | int]:
    """What was chosen, as a form."""
    return {
        "kind": chosen.kind, "name": chosen.name, "size": chosen.size_bytes, "mark": chosen.mark,
        "head": chosen.head.hex(), "end": int(chosen.has_end),
    }  # fmt: skip


def _upload(answer: TestResponse | httpx.Response) -> Upload:
    """An upload as the page is told of it; what is not told there is left out."""
    assert answer.status_code in (200, 409, 503), (answer.status_code, answer.text)
    said = json.loads(answer.text)
    return Upload(
        said["id"], 0, said["kind"], said["name"], said["state"], said["total"], said["at"], said["spared"], None,
        days_left=0,
    )
