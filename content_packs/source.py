"""The source of a pack as its author writes it: a folder with pack.toml (FORMAT.md section 9).

    source = read_source(Path("lessons/fractions"))
    [file.path for unit in source.units for item in unit.items for file in item.files]
"""

import stat
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from content_packs.errors import SourceError, UnsafePathError
from content_packs.manifest import (
    Alignment,
    Area,
    Goals,
    Grade,
    Kind,
    Language,
    QualifiedId,
    Record,
    Role,
    Slug,
    Text,
    Words,
)
from content_packs.paths import source_parts

SOURCE_NAME = "pack.toml"
SOURCE_BYTES_MAX = 4 * 1024 * 1024


class FileSource(Record, frozen=True):
    """A file as the author names it, by its path beside pack.toml."""

    path: str
    role: Role
    label: Words = ""
    language: Language | None = None


class ItemSource(Record, frozen=True):
    """An item as the author describes it; what can be measured is not written."""

    slug: Slug
    kind: Kind
    title: Text
    files: tuple[FileSource, ...]
    summary: Text = msgspec.field(default_factory=dict)
    language: Language | None = None
    grades: tuple[Grade, ...] = ()
    alignment: tuple[Alignment, ...] = ()
    licence: Words = ""
    authors: tuple[Words, ...] = ()
    prerequisites: tuple[QualifiedId, ...] = ()
    replaces: tuple[QualifiedId, ...] = ()
    progress: Literal["keep", "reset"] = "keep"
    teacher_only: bool = False
    accessibility: tuple[Words, ...] = ()


class UnitSource(Record, frozen=True):
    """A chapter as the author outlines it."""

    slug: Slug
    title: Text
    items: tuple[ItemSource, ...]


class PackSource(Record, frozen=True):
    """What pack.toml says."""

    format: Literal[1]
    pack: QualifiedId
    version: Annotated[int, msgspec.Meta(ge=1, le=2**31)]
    released_at: str
    language: Language
    subject: Slug
    area: Area
    grades: tuple[Grade, ...]
    licence: Words
    authors: tuple[Words, ...]
    title: Text
    summary: Text
    units: tuple[UnitSource, ...]
    goals: Goals = msgspec.field(default_factory=dict)


def read_source(folder: Path) -> PackSource:
    """Read pack.toml.

    Raises:
        SourceError: It is not there, too large, or not as section 9 says; `problem` says where.
    """
    path = folder / SOURCE_NAME
    try:
        with path.open("rb") as file:
            raw = file.read(SOURCE_BYTES_MAX + 1)
    except OSError as exc:
        raise SourceError(path=str(path), problem=exc.strerror or str(exc)) from exc
    if len(raw) > SOURCE_BYTES_MAX:
        raise SourceError(path=str(path), problem=f"larger than {SOURCE_BYTES_MAX} bytes")
    try:
        return msgspec.toml.decode(raw, type=PackSource)
    except (msgspec.DecodeError, ValueError, RecursionError) as exc:
        raise SourceError(path=str(path), problem=str(exc)) from exc


def locate(folder: Path, file: FileSource) -> Path:
    """Find a file of the source, without following a link and without leaving the folder.

    Raises:
        SourceError: It is not there, no plain file, behind a link, or its path leads elsewhere.
    """
    try:
        parts = source_parts(file.path)
    except UnsafePathError as exc:
        raise SourceError(path=file.path, problem=exc.problem) from exc
    path = folder
    for part in parts:
        path = path / part
        try:
            mode = path.lstat().st_mode
        except OSError as exc:
            raise SourceError(path=file.path, problem=exc.strerror or str(exc)) from exc
        if stat.S_ISLNK(mode):
            raise SourceError(path=file.path, problem="a link stands in the way")
    if not stat.S_ISREG(mode):
        raise SourceError(path=file.path, problem="not a plain file")
    return path
