"""Writing onto a stick that anything happened to: what is named there afterwards is whole, and the box is as it was.

The input is a script: what is done to the stick before, and how it is written. What stands on a stick is nobody's word:
it is neither followed out of the stick nor believed.
"""

import hashlib
from contextlib import suppress
from pathlib import Path

from content_packs.durable import Disk
from content_packs.errors import PackError
from content_packs.export import Options
from content_packs.export.writer import StickWriter
from content_packs.manifest import decode_manifest
from content_packs.paths import blob_name
from tests.fuzz.material import scratch
from tests.fuzz.script import Script
from tests.fuzz.sticks import PACK, check, fresh_box, fresh_stick, harm
from tests.fuzz.target import Target
from tests.simulators.school_box import SchoolBox


def run(data: bytes) -> None:
    script = Script(data)
    options = Options(only=bool(script.number(0, 1)))
    stick = fresh_stick()
    box = fresh_box()
    harm(stick, script)
    outside = scratch("beside") / "own.json"
    outside.write_bytes(b"mine")
    before = box.snapshot()
    written = None
    with suppress(PackError):
        writer = StickWriter(store=box.store, trust=box.trust, disk=Disk())
        written = writer.write(stick, box.library.installed().values(), progress=lambda _: None, options=options)
    assert outside.read_bytes() == b"mine"
    assert box.library.shown()[PACK].version == 1
    assert {name: mark for name, mark in box.snapshot().items() if not name.startswith("trust")} == {
        name: mark for name, mark in before.items() if not name.startswith("trust")
    }
    if written is not None and written.whole:
        _is_whole(stick, box)
    check(box)


def _is_whole(stick: Path, box: SchoolBox) -> None:
    """Everything of the pack that was written is on the stick, as it was signed, and in plain files."""
    manifest_sha256 = box.library.shown()[PACK].manifest_sha256
    raw = (stick / "manifests" / f"{manifest_sha256}.json").read_bytes()
    assert hashlib.sha256(raw).hexdigest() == manifest_sha256
    for file in decode_manifest(raw).files().values():
        path = stick / blob_name(file.sha256, file.ext)
        assert not path.is_symlink()
        assert hashlib.sha256(path.read_bytes()).hexdigest() == file.sha256


TARGET = Target(
    run=run,
    allowed=(),
    seeds=lambda: [bytes([act % 2, act, 3, 7, 9, 11]) for act in range(11)],
    max_bytes=64,
    runs=15,
)
