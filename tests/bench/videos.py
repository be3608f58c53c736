"""The videos of the benchmark: a real pack, signed and installed into a real box; nginx serves the same files."""

import os
import struct
from pathlib import Path

from content_packs.build import build_pack
from content_packs.durable import Disk
from content_packs.sign import sign_pack
from schoolbox.config import Config
from schoolbox.wiring import open_box
from tests.simulators.media import mp4
from tests.simulators.publisher import Ministry

FILES = 8
FILE_BYTES = 16 * 1024 * 1024
PACK = "mash:matje"
_HEAD = """\
format = 1
pack = "mash:matje"
version = 1
released_at = "2026-09-01T08:00:00Z"
language = "sq"
subject = "mathematics"
area = "math"
grades = [6]
licence = "CC-BY-SA-4.0"
authors = ["Vlora"]
title = { sq = "Matje" }
summary = { sq = "Video për matje" }
[[units]]
slug = "njesia"
title = { sq = "Njësia" }
"""
_ITEM = """\
[[units.items]]
slug = "video-{number}"
kind = "video"
title = {{ sq = "Video {number}" }}
[[units.items.files]]
path = "{number}.mp4"
role = "video"
"""


def make_box(work: Path) -> list[str]:
    """Make a box that holds the videos (`work/box`), and a folder with the same files (`work/files`).

    Returns:
        The videos' paths, the same at every server.
    """
    data, folder = work / "box", work / "files"
    ministry = Ministry(work / "ministry")
    source = work / "source"
    source.mkdir()
    (source / "pack.toml").write_text(_HEAD + "".join(_ITEM.format(number=n) for n in range(FILES)), encoding="utf-8")
    for number in range(FILES):
        noise = os.urandom(FILE_BYTES)
        (source / f"{number}.mp4").write_bytes(mp4() + struct.pack(">I4s", 8 + len(noise), b"free") + noise)
    build_pack(source, work / "built", Disk())
    sign_pack(work / "built", ministry.folder, [ministry.signers["mash"]], disk=Disk(), clock=ministry.clock)
    box = open_box(Config(data=data, reserve_mb=0))
    try:
        box.trust.pin(ministry.root)
        box.packs.install(ministry.shelf, PACK, progress=lambda _progress: None)
    finally:
        box.close()
    folder.mkdir()
    blobs = sorted(data.glob("packs/blobs/*/*.mp4"))
    for blob in blobs:
        (folder / blob.name).hardlink_to(blob)
    return [f"/media/{blob.name}" for blob in blobs]
