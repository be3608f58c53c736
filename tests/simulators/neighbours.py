"""A box that serves its pages and its shelf over real HTTP, and what a neighbour needs to take from it.

    with serving(box) as address:                       # "http://127.0.0.1:40001/shelf"
        neighbour.install(shelf_of(address), PACK)
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from content_packs.build import build_pack
from content_packs.durable import Disk
from content_packs.sign import sign_pack
from schoolbox.server.options import ServerOptions
from schoolbox.server.server import make_server
from schoolbox.web.app import create_app
from schoolbox.wiring import Box
from tests.simulators.media import free_box, mp4
from tests.simulators.publisher import Ministry
from tests.simulators.waiting import DEADLINE_S

PACK = "mash:fizika"
VIDEO, QUIZ, ANSWERS = "mash:forca", "mash:kuiz", "mash:zgjidhjet"
VIDEO_BYTES = 200_000


@contextmanager
def serving(box: Box, *, host: str = "127.0.0.1") -> Iterator[str]:
    """Serve a box; gives the address of its shelf."""
    server = make_server(create_app(box), host=host, port=0, options=ServerOptions(grace_s=0.1))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield f"http://{host}:{server.port}/shelf"
    finally:
        server.close()
        thread.join(DEADLINE_S)
        assert not thread.is_alive()


def publish_physics(ministry: Ministry, folder: Path, *, version: int = 1) -> None:
    """Sign a pack with a video, a quiz, and a sheet of solutions that is for teachers only."""
    source = folder / f"physics-{version}"
    source.mkdir(parents=True)
    noise = bytes(number * 7 % 251 for number in range(VIDEO_BYTES))
    (source / "forca.mp4").write_bytes(mp4(seconds=version) + free_box(noise))
    choices = [{"id": "a", "text": {"sq": "Po"}}, {"id": "b", "text": {"sq": "Jo"}}]
    question = {"id": "q", "type": "single", "prompt": {"sq": "{1/2}?"}, "choices": choices, "correct": ["b"]}
    (source / "kuiz.json").write_text(json.dumps({"format": 1, "questions": [question]}))
    (source / "zgjidhjet.txt").write_text("b")
    (source / "pack.toml").write_text(_PACK_TOML.format(version=version), encoding="utf-8")
    built = folder / f"physics-built-{version}"
    build_pack(source, built, Disk())
    sign_pack(built, ministry.folder, [ministry.signers["mash"]], disk=Disk(), clock=ministry.clock)


_PACK_TOML = """\
format = 1
pack = "mash:fizika"
version = {version}
released_at = "2026-09-01T08:00:00Z"
language = "sq"
subject = "physics"
area = "natu"
grades = [8]
licence = "CC-BY-SA-4.0"
authors = ["Vlora"]
title = {{ sq = "Forca" }}
summary = {{ sq = "Forca dhe lëvizja" }}
[[units]]
slug = "hyrje"
title = {{ sq = "Hyrje" }}
[[units.items]]
slug = "forca"
kind = "video"
title = {{ sq = "Çka është forca" }}
[[units.items.files]]
path = "forca.mp4"
role = "video"
[[units.items]]
slug = "kuiz"
kind = "quiz"
title = {{ sq = "Kuiz" }}
[[units.items.files]]
path = "kuiz.json"
role = "quiz"
[[units.items]]
slug = "zgjidhjet"
kind = "document"
teacher_only = true
title = {{ sq = "Zgjidhjet" }}
[[units.items.files]]
path = "zgjidhjet.txt"
role = "document"
"""
