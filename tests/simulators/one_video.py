"""A course of one video, put straight into the library of a box: what a new version replaces is all that matters.

    publish_video(box, 2, "mash:forca-e-re", replaces=("mash:forca",))
"""

import hashlib
from typing import Literal

from content_packs.library import Publication
from content_packs.manifest import File, Item, Manifest, Unit
from content_packs.selection import holding_of
from schoolbox.services.pack_library import PackLibrary
from schoolbox.wiring import Box


def publish_video(
    box: Box, version: int, item_id: str, *, replaces: tuple[str, ...] = (),
    progress: Literal["keep", "reset"] = "keep", teacher_only: bool = False,
) -> None:  # fmt: skip
    """Publish a course of one video, straight into the library."""
    file = File(role="video", sha256=hashlib.sha256(b"video").hexdigest(), ext="mp4", size_bytes=5)
    item = Item(id=item_id, kind="video", title={"sq": "Forca"}, files=(file,), duration_s=60.0, replaces=replaces,
                progress=progress, teacher_only=teacher_only)  # fmt: skip
    manifest = Manifest(
        format=1, pack="mash:forca-8", version=version, title={"sq": "Forca"}, summary={"sq": "F"}, language="sq",
        subject="physics", area="natu", grades=(8,), licence="CC0-1.0", authors=("A",),
        released_at="2026-09-01T08:00:00Z", units=(Unit(slug="u", title={"sq": "Njësi"}, items=(item,)),),
    )  # fmt: skip
    holding = holding_of(tuple(manifest.items()), units=None, good=lambda _: True)
    PackLibrary(box.database, clock=box.clock).publish(
        Publication(manifest=manifest, manifest_sha256=hashlib.sha256(f"{version}".encode()).hexdigest(),
                    publisher_names={"sq": "M"}, catalogue_version=version, holding=holding)
    )  # fmt: skip
