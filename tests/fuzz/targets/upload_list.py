"""The list of a folder that a browser sends: only what belongs to a shelf travels, each once, one behind the other.

The first byte says which blobs the box has already.
"""

from content_packs.paths import packed_name
from schoolbox.errors import BadInputError, NoPacksInUploadError
from schoolbox.services.upload_plan import FILE_BYTES_MAX, plan_folder
from tests.fuzz.target import Target

_SHELF = b"""700 meta/1.root.json
900 MASHT 2026/meta/1.root.json
3000 MASHT 2026/meta/registry.json
400 MASHT 2026/meta/cat/mash.json
50 MASHT 2026/meta/index.json
1000 MASHT 2026/manifests/%s.json
4294967295 MASHT 2026/blobs/ab/%s.mp4
7 MASHT 2026/CONTENTS.html
""" % (b"cd" * 32, b"ab" * 32)


def run(data: bytes) -> None:
    has_all = data[:1] == b"\1"
    raw = data[1:]
    plan = plan_folder(raw, has=lambda sha256, ext, size_bytes: has_all and size_bytes > 0 and bool(sha256 + ext))
    lines = raw.split(b"\n")
    names = [file.name for file in plan.files]
    assert len(set(names)) == len(names)
    assert "meta/1.root.json" in names
    at = 0
    for file, (name, stretch) in zip(plan.files, plan.stretches().items(), strict=True):
        assert packed_name(f"x/{file.name}") == ("x", file.name)
        assert str(file.size_bytes).encode() == lines[file.line].partition(b" ")[0].lstrip(b"0") or not file.size_bytes
        assert 0 <= file.size_bytes <= FILE_BYTES_MAX
        assert (name, stretch.start, stretch.length) == (file.name, at, file.size_bytes)
        at += stretch.length
    assert at == plan.size_bytes


TARGET = Target(
    run=run,
    allowed=(BadInputError, NoPacksInUploadError),
    seeds=lambda: [
        head + raw for head in (b"\0", b"\1") for raw in (_SHELF, _SHELF.partition(b"\n")[2], _SHELF.replace(b"/",
        b"\\"))
    ],
    words=(
        b"meta/", b"1.root.json", b"registry.json", b"cat/", b"manifests/", b"blobs/", b"../", b"\\", b"\n", b" ",
        b"99999999999 ",
    ),
    max_bytes=16_384,
    runs=1500,
)
