"""An uploaded file that says it is an archive: a shelf to read within every cap, or a reason why not (FORMAT 2.11)."""

import zipfile
from functools import cache
from pathlib import Path

from content_packs.errors import FormatError, ShelfError
from content_packs.paths import META_PATTERN
from content_packs.shelf import Readable, read_up_to
from content_packs.shelf.archive import ZipShelf
from tests.fuzz.material import scratch
from tests.fuzz.sticks import world
from tests.fuzz.target import Target

_CAP_BYTES = 1_000_000


def run(data: bytes) -> None:
    path = scratch("archive") / "upload.zip"
    path.write_bytes(data)
    shelf = ZipShelf(path)
    for name in shelf.meta_names()[:20]:
        assert META_PATTERN.fullmatch(name)
        assert len(shelf.read_meta(name, _CAP_BYTES)) <= _CAP_BYTES
    for folder, open_it in (("manifests", shelf.open_manifest), ("blobs", lambda sha256: shelf.open_blob(sha256,
    "mp4"))):
        for sha256 in _names(folder):
            with open_it(sha256) as source:
                _read(source)
    with shelf.open_blob(_names("blobs")[0], "mp4", offset=100) as source:
        _read(source)


def _read(source: Readable) -> None:
    assert len(read_up_to(source, _CAP_BYTES)) <= _CAP_BYTES


@cache
def _names(folder: str) -> tuple[str, ...]:
    """The hashes of what stands in a folder of the stick."""
    return tuple(sorted(path.stem for path in world().ministry.folder.glob(f"{folder}/**/*.*")))


def _seeds() -> list[bytes]:
    """A stick packed in several ways."""
    made = []
    for method, top in ((zipfile.ZIP_STORED, ""), (zipfile.ZIP_DEFLATED, "stick/")):
        path = scratch("archive") / f"made-{method}.zip"
        with zipfile.ZipFile(path, "w", method) as packed:
            for found in sorted(world().ministry.folder.rglob("*")):
                if found.is_file():
                    packed.write(found, f"{top}{found.relative_to(world().ministry.folder)}")
        made.append(Path(path).read_bytes())
    return made


TARGET = Target(
    run=run,
    allowed=(FormatError, ShelfError),
    seeds=_seeds,
    words=(
        b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07", b"\xff\xff\xff\xff",
        b"meta/1.root.json",
        b"\x01\x00\x18\x00", b"\x08\x00", b"\xff\xff", b"../",
    ),
    max_bytes=65_536,
    runs=250,
)  # fmt: skip
