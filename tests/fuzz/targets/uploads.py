"""A stick sent through the browser, as one file or as a folder, piece by piece and in any order, with starts between.

The input is a script: what happened to the stick before, how it is sent, and what is sent in place of the next piece.
What arrives is what was sent first for each byte; the box then installs from it only what was signed.
"""

import os
from pathlib import Path

from content_packs.clock import SystemClock
from content_packs.durable import Disk
from content_packs.errors import ArchiveError
from content_packs.shelf import Shelf
from schoolbox.errors import BadInputError, BoxError
from schoolbox.services.upload_facts import Chosen, Upload
from schoolbox.services.uploads import Uploads
from schoolbox.services.viewers import Viewer
from tests.fuzz.material import scratch
from tests.fuzz.script import Script
from tests.fuzz.sticks import check, fresh_box, fresh_stick, harm, pack_stick, try_everything
from tests.fuzz.target import Target
from tests.simulators.school_box import SchoolBox

_TEACHER = Viewer(1, "teacher", "Vlora", "Vlora G.", "ab" * 16, "sq", None, "", None)
_MARK = "1f2e3d4c"


def run(data: bytes) -> None:
    script = Script(data)
    further, sending = Script(script.take(6)), Script(script.take(24))
    stick = fresh_stick()
    box = fresh_box()
    harm(stick, script)
    send = _send_folder if further.number(0, 1) else _send_file
    shelf = send(box, stick, sending, further)
    if shelf:
        try_everything(box, shelf)
    check(box)


def _open(box: SchoolBox) -> Uploads:
    """The program that takes uploads, as after a start."""
    folder = scratch("case") / "kept" / "uploads"
    return Uploads(
        folder, store=box.store, disk=Disk(), clock=SystemClock(), boot_id="b", reserve_bytes=0, token_hex=_token
    )


def _token(size: int) -> str:
    return "ab" * size


def _send_file(box: SchoolBox, stick: Path, sending: Script, further: Script) -> Shelf | None:
    """Send a zip file."""
    raw = pack_stick(stick, further).read_bytes()
    try:
        upload = _open(box).begin(Chosen(kind="zip", name="MASHT.zip", size_bytes=len(raw), mark=_MARK), by=1)
        return _sent(box, upload, raw, sending)
    except (BoxError, ArchiveError):
        return None


def _send_folder(box: SchoolBox, stick: Path, sending: Script, further: Script) -> Shelf | None:
    """Send the list of a folder, then what of it travels."""
    files = [path for path in sorted(stick.rglob("*")) if path.is_file() and path.stat().st_size < 1_000_000]
    lines = [b"%d MASHT/%s" % (path.stat().st_size, os.fsencode(path.relative_to(stick))) for path in files]
    raw = b"".join(line.replace(b"\n", b" ") + b"\n" for line in lines)
    try:
        upload = _open(box).begin(Chosen(kind="folder", name="MASHT", size_bytes=len(raw), mark=_MARK), by=1)
        _sent(box, upload, raw, sending)
        upload = _open(box).find(upload.id, _TEACHER)
        wanted = _open(box).wanted(upload.id, _TEACHER)
        assert upload.state != "content" or [files[line] for line in wanted]
        assert len(wanted) == len(set(wanted))
        content = b"".join(files[line].read_bytes() for line in wanted)
        if further.number(0, 3) == 0:
            content = content[::-1]
        return _sent(box, upload, content, sending)
    except BoxError:
        return None


def _sent(box: SchoolBox, upload: Upload, raw: bytes, sending: Script) -> Shelf | None:
    """Send everything, whatever is sent beside it; give the shelf it makes."""
    uploads = _open(box)
    at = 0
    while True:
        strange = sending.number(0, 7) if sending.more else 7
        if strange == 0:
            uploads = _open(box)
        elif strange == 1:
            _disturb(uploads, upload.id, at + 1 + sending.number(0, 9), b"x" * 10)
        elif strange == 2:
            _disturb(uploads, upload.id, max(0, at - 5), b"y" * 5)
        elif strange == 3:
            _disturb(uploads, upload.id, at, raw[at : at + 1] + b"z" * (len(raw) + 1))
        piece = raw[at : at + (1 + sending.number(0, 30_000) if sending.more else 200_000)]
        taken = uploads.take(upload.id, piece, at=at, by=1)
        if not taken.fits or taken.busy:
            at = min(taken.upload.arrived_bytes, len(raw))
        else:
            at += len(piece)
        if not taken.upload.arriving or taken.upload.total_bytes != len(raw) or at >= len(raw):
            break
    whole = taken.upload.state == "whole"
    return uploads.shelf(upload.id) if whole else None


def _disturb(uploads: Uploads, upload_id: str, at: int, data: bytes) -> None:
    """Send what does not belong there; more than was announced is refused."""
    try:
        taken = uploads.take(upload_id, data, at=at, by=1)
    except BadInputError:
        return
    assert not taken.fits or at + len(data) <= taken.upload.arrived_bytes


TARGET = Target(
    run=run,
    allowed=(),
    seeds=lambda: [
        bytes([kind, 0, 1, 9, 9, 9, *([odd, 40, 1] * 8), act, file, 7, 9]) for kind in (0, 1) for act in (0, 8)
        for odd in (0, 1, 2, 3) for file in (5,)
    ],
    max_bytes=96,
    runs=20,
)
