"""An archive of a program is the one that follows from the signed list of files, or it is refused."""

import hashlib
import io
import lzma
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from content_packs.durable import Disk
from content_packs.programs.archive import Packer, members
from content_packs.programs.errors import ProgramBrokenError
from content_packs.programs.manifest import FileFacts, Needs, Part, Program, decode_program, encode_program
from content_packs.programs.unpack import unpack

FILES = {"bin/schoolbox": b"#!x", "lib/schoolbox/__init__.py": b"", "lib/a/b.py": b"x" * 70_000}
FACTS = {name: FileFacts(hashlib.sha256(data).hexdigest(), len(data)) for name, data in FILES.items()}


def packed(files: dict[str, bytes]) -> bytes:
    """An archive of files."""
    out = io.BytesIO()
    packer = Packer(out)
    for name in sorted(files):
        packer.add(name, files[name])
    packer.finish()
    return out.getvalue()


def program(raw: bytes, facts: dict[str, FileFacts] | None = None) -> Program:
    """A program with this one archive."""
    part = Part(machine="any", sha256=hashlib.sha256(raw).hexdigest(), size_bytes=len(raw), files=facts or FACTS)
    own = Part(machine="aarch64", sha256="1" * 64, size_bytes=1, files={"lib/own.txt": FileFacts("2" * 64, 0)})
    return Program(
        format=1, program="schoolbox:box", version="0.2.0", released_at="2026-09-01T08:00:00Z", news={"sq": "x"},
        needs=Needs(base=1, python="3.13"), parts=(part, own),
    )  # fmt: skip


def test_any_tar_program_can_open_it() -> None:
    with tarfile.open(fileobj=io.BytesIO(packed(FILES)), mode="r:xz") as archive:
        found = {each.name: (each.mode, each.mtime, each.uid) for each in archive.getmembers()}

    assert found == {
        "bin/schoolbox": (0o755, 0, 0), "lib/a/b.py": (0o644, 0, 0), "lib/schoolbox/__init__.py": (0o644, 0, 0)
    }  # fmt: skip


def test_files_come_out_as_they_went_in() -> None:
    found = {name: b"".join(pieces) for name, pieces in members(io.BytesIO(packed(FILES)), FACTS)}

    assert found == FILES


HARMS: dict[str, Callable[[bytes], bytes]] = {
    "cut off": lambda raw: raw[: len(raw) // 2],
    "empty": lambda raw: raw[:0],
    "another file": lambda _: packed({**FILES, "lib/a/b.py": b"y" * 70_000}),
    "a file too many": lambda _: packed({**FILES, "lib/zzz.py": b""}),
    "a file too few": lambda _: packed({name: FILES[name] for name in ("bin/schoolbox", "lib/a/b.py")}),
    "another name": lambda _: packed({name.replace("b.py", "c.py"): data for name, data in FILES.items()}),
    "a longer file": lambda _: packed({**FILES, "lib/a/b.py": b"x" * 70_001}),
    "no xz": lzma.decompress,
    "a bomb": lambda raw: lzma.compress(lzma.decompress(raw) + bytes(50_000_000), preset=0),
    "a window that eats memory": lambda raw: lzma.compress(lzma.decompress(raw), preset=9),
    "one bit": lambda raw: raw[:200] + bytes([raw[200] ^ 1]) + raw[201:],
}  # fmt: skip


@pytest.mark.parametrize("harm", HARMS)
def test_another_archive_is_refused_and_leaves_no_program(harm: str, tmp_path: Path) -> None:
    raw = HARMS[harm](packed(FILES))
    into = tmp_path / "0.2.0"

    with pytest.raises(ProgramBrokenError):
        unpack(program(raw), "aarch64", open_part=lambda _: io.BytesIO(raw), into=into, disk=Disk())

    assert not into.exists()


def _with(**change: object) -> dict[str, object]:
    import msgspec

    whole: dict[str, object] = msgspec.json.decode(encode_program(program(packed(FILES))))
    return {**whole, **change}


def _files(**files: object) -> list[dict[str, object]]:
    own = {"machine": "aarch64", "sha256": "1" * 64, "size_bytes": 1, "files": {"lib/own.txt": ["2" * 64, 0]}}
    base = {"bin/schoolbox": ["3" * 64, 1], "lib/schoolbox/__init__.py": ["4" * 64, 0]}
    return [{"machine": "any", "sha256": "0" * 64, "size_bytes": 1, "files": {**base, **files}}, own]


@pytest.mark.parametrize(
    "change",
    [
        {"format": 2}, {"surprise": 1}, {"version": "0.0.0"}, {"version": "1.2"}, {"program": "mash:box"}, {"news": {}},
        {"needs": {"base": 0, "python": "3.13"}}, {"needs": {"base": 1, "python": "2.7"}},
        {"parts": []}, {"parts": _files()[1:]}, {"parts": [*_files(), _files()[1]]},
        *({"parts": _files(**{name: ["5" * 64, 1]})} for name in (
            "../etc/passwd", "/etc/passwd", "lib/../x", "lib//x", "lib/.hidden", "etc/x", "lib", "lib/x/",
            "lib/__pycache__/x.pyc", "LIB/x", "lib/a b", "lib/\u00eb", "lib/" + "x" * 200, "lib/OWN.txt",
            "lib/own.txt/below", "lib/x\n",
        )),
        {"parts": _files(**{"lib/x": ["5" * 64, 2**30 + 1]})}, {"parts": _files(**{"lib/x": ["5" * 64, -1]})},
    ],
    ids=str,
)  # fmt: skip
def test_what_is_signed_and_still_is_no_program_is_refused(change: dict[str, object]) -> None:
    import msgspec

    from content_packs.errors import ManifestError

    with pytest.raises((ManifestError, ProgramBrokenError)):
        decode_program(msgspec.json.encode(_with(**change)))


def test_the_unharmed_one_is_read() -> None:
    import msgspec

    assert decode_program(msgspec.json.encode(_with(parts=_files()))).version == "0.2.0"
