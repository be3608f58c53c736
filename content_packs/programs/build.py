"""Making a program out of unpacked folders, one for each kind of machine (UPDATES 2.3, 2.6, 3.1).

Promises: the same folders give the same bytes, on every machine whose xz packs alike; what all machines have in
common is in one archive. Nothing is signed here.

    built = build_program({"aarch64": Path("out/aarch64"), "x86_64": Path("out/x86_64")}, facts, Path("built"), Disk())
    built.version, built.manifest_sha256
"""

import hashlib
import io
import os
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from content_packs.durable import Disk
from content_packs.errors import FormatError, ShelfError, SourceError, TamperedError
from content_packs.manifest import File, Text
from content_packs.paths import blob_name
from content_packs.programs.archive import Packer
from content_packs.programs.errors import ProgramError
from content_packs.programs.manifest import (
    EVERYWHERE,
    STARTER,
    FileFacts,
    Needs,
    Part,
    Program,
    decode_program,
    encode_program,
    is_file_name,
)
from content_packs.shelf import DirectoryShelf, Readable
from content_packs.store import Store

MANIFEST_NAME = "program.json"


class ProgramFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What the folders do not say."""

    version: str
    released_at: str
    news: Text
    base: int
    python: str


class ProgramBuilt(msgspec.Struct, frozen=True, kw_only=True):
    """A program that is ready to be signed; bytes by machine, packed and unpacked."""

    version: str
    manifest_sha256: str
    packed_bytes: Mapping[str, int]
    unpacked_bytes: Mapping[str, int]


def build_program(folders: Mapping[str, Path], facts: ProgramFacts, out: Path, disk: Disk) -> ProgramBuilt:
    """Make it in a folder that is new or empty.

    Raises:
        SourceError: The folders or facts cannot be a program.
        DiskError: The disk refused.
    """
    trees = {machine: _tree(folder) for machine, folder in folders.items()}
    if not trees or EVERYWHERE in trees:
        raise SourceError(path=str(out), problem="name at least one kind of machine, as aarch64")
    first = next(iter(folders))
    common = {
        name: each for name, each in trees[first].items() if all(tree.get(name) == each for tree in trees.values())
    }
    common.pop(STARTER, None)  # so that each machine has something of its own
    parts = [_part(EVERYWHERE, common, folders[first], out, disk)]
    for machine in sorted(trees):
        own = {name: each for name, each in trees[machine].items() if name not in common}
        parts.append(_part(machine, own, folders[machine], out, disk))
    raw = encode_program(_program(facts, parts))
    try:
        decode_program(raw)
    except (FormatError, ProgramError) as exc:
        raise SourceError(path=str(out), problem=getattr(exc, "problem", str(exc))) from exc
    disk.write_file(out / MANIFEST_NAME, raw)
    return ProgramBuilt(
        version=facts.version, manifest_sha256=hashlib.sha256(raw).hexdigest(),
        packed_bytes={part.machine: part.size_bytes for part in parts},
        unpacked_bytes={part.machine: sum(each.size_bytes for each in part.files.values()) for part in parts},
    )  # fmt: skip


def _program(facts: ProgramFacts, parts: list[Part]) -> Program:
    return Program(
        format=1, program="schoolbox:box", version=facts.version, released_at=facts.released_at, news=facts.news,
        needs=Needs(base=facts.base, python=facts.python), parts=tuple(parts),
    )  # fmt: skip


def _tree(folder: Path) -> dict[str, FileFacts]:
    """Every file of a folder; what is translated there is left out, and so is what hides."""
    if not folder.is_dir():
        raise SourceError(path=str(folder), problem="there is no such folder")
    found = {}
    for at, folders, names in os.walk(folder):
        folders[:] = sorted(each for each in folders if each != "__pycache__" and not each.startswith("."))
        for path in (Path(at) / name for name in sorted(names) if not name.startswith(".")):
            name = path.relative_to(folder).as_posix()
            if path.is_symlink() or not is_file_name(name):
                raise SourceError(path=str(path), problem="a program has plain files in bin and lib, with plain names")
            data = path.read_bytes()
            found[name] = FileFacts(hashlib.sha256(data).hexdigest(), len(data))
    return found


def _part(machine: str, files: Mapping[str, FileFacts], folder: Path, out: Path, disk: Disk) -> Part:
    """Pack one part as a blob."""
    packed = io.BytesIO()
    packer = Packer(packed)
    for name in sorted(files):
        packer.add(name, (folder / name).read_bytes())
    packer.finish()
    raw = packed.getvalue()
    sha256 = hashlib.sha256(raw).hexdigest()
    path = out / blob_name(sha256, "xz")
    disk.make_folder(path.parent)
    disk.write_file(path, raw)
    return Part(machine=machine, sha256=sha256, size_bytes=len(raw), files=dict(files))


def copy_built(built: Path, program: Program, raw: bytes, store: Store) -> None:
    """Put what was built on a shelf, unless it is there.

    Raises:
        SourceError: Something of it is gone, or no longer what it was.
    """
    shelf = DirectoryShelf(built)
    for part in program.parts:
        blob = part.blob
        if store.has(blob):
            continue
        try:
            store.put_from(_opener(shelf, blob), blob, lambda _: None)
        except (ShelfError, TamperedError) as exc:
            raise SourceError(path=str(built / blob_name(blob.sha256, blob.ext)), problem="build it again") from exc
    store.put_manifest(raw)


def _opener(built: DirectoryShelf, blob: File) -> Callable[[int], Readable]:
    """Give the function that opens a blob at an offset."""
    return lambda offset: built.open_blob(blob.sha256, blob.ext, offset=offset)
