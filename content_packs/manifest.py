"""What a pack says about itself: outline, items, files (FORMAT.md section 3).

Promises: bytes in, a frozen `Manifest` or a `ManifestError` out; what decodes is complete, bounded and consistent
(ids belong to the publisher, every outlined item exists once, every file has a size and a SHA-256).

    manifest = decode_manifest(raw)
    [item.title["sq"] for unit in manifest.units for item in unit.items]
"""

import re
from collections.abc import Iterator
from typing import Annotated, Literal, TypeAlias

import msgspec

from content_packs.errors import ManifestError

FORMAT = 1
MANIFEST_BYTES_MAX = 4 * 1024 * 1024
"""Largest manifest that is parsed, in bytes: about 4,000 items with all their texts."""

# Patterns end in \Z, because $ also lets a line feed pass behind the last letter.
Slug: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,63}\Z")]
QualifiedId: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,31}:[a-z0-9][a-z0-9-]{0,63}\Z")]
Language: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?\Z")]
Words: TypeAlias = Annotated[
    str,
    msgspec.Meta(pattern=r"^[^\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]*\Z"),
]
"""What people read: no control characters but tab and line feed, and nothing that turns the direction of writing."""
Text: TypeAlias = dict[Language, Words]
"""The same words per language: BCP 47 tag to text."""
Goals: TypeAlias = dict[Language, tuple[Words, ...]]
"""What a pupil can do afterwards, one sentence each, per language."""
Sha256: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
Grade: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=13)]
Size: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=2**32 - 1)]
"""More does not fit on FAT32 (FORMAT 2.7)."""
Area: TypeAlias = Literal["lang", "arts", "math", "natu", "soci", "heal", "life"]
Kind: TypeAlias = Literal["video", "audio", "document", "app", "quiz"]
Role: TypeAlias = Literal["video", "audio", "captions", "transcript", "thumbnail", "picture", "document", "quiz", "app"]

_UTC_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", re.ASCII)

MEDIA_TYPES: dict[str, str] = {
    "mp4": "video/mp4",
    "webm": "video/webm",
    "m4a": "audio/mp4",
    "mp3": "audio/mpeg",
    "vtt": "text/vtt",
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "pdf": "application/pdf",
    "txt": "text/plain",
    "json": "application/vnd.schoolbox.quiz+json",
    "zip": "application/zip",
    "xz": "application/x-xz",
}
"""The fixed list of file extensions on a shelf, and the media type each stands for; `xz` is of programs."""

ROLE_EXTENSIONS: dict[Role, tuple[str, ...]] = {
    "video": ("mp4", "webm"),
    "audio": ("m4a", "mp3"),
    "captions": ("vtt",),
    "transcript": ("txt", "vtt", "pdf"),
    "thumbnail": ("jpg", "png", "webp"),
    "picture": ("jpg", "png", "webp"),
    "document": ("pdf", "txt", "jpg", "png", "webp"),
    "quiz": ("json",),
    "app": ("zip",),
}
"""Which extensions a file of each role may have (FORMAT 3.8): no quiz can pass for a document and be served."""


class Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """The base of every record in a manifest: immutable, named fields only, unknown fields refused."""


class File(Record, frozen=True):
    """The bytes of an item, named by their SHA-256; `ext` is one of `MEDIA_TYPES`."""

    role: Role
    sha256: Sha256
    ext: str
    size_bytes: Size
    language: Language | None = None
    label: Words = ""


class Alignment(Record, frozen=True):
    """Where an item stands in a curriculum: the framework's id and its open code."""

    framework: Words
    code: Words


class Item(Record, frozen=True):
    """One thing to learn from; its id never changes and is never reused (FORMAT.md section 3)."""

    id: QualifiedId
    kind: Kind
    title: Text
    files: tuple[File, ...]
    summary: Text = msgspec.field(default_factory=dict)
    language: Language | None = None
    duration_s: Annotated[float, msgspec.Meta(ge=0, le=86_400)] = 0.0
    questions: Annotated[int, msgspec.Meta(ge=0, le=500)] = 0
    pages: Annotated[int, msgspec.Meta(ge=0, le=5_000)] = 0
    grades: tuple[Grade, ...] = ()
    alignment: tuple[Alignment, ...] = ()
    licence: Words = ""
    authors: tuple[Words, ...] = ()
    prerequisites: tuple[QualifiedId, ...] = ()
    replaces: tuple[QualifiedId, ...] = ()
    progress: Literal["keep", "reset"] = "keep"
    teacher_only: bool = False
    accessibility: tuple[Words, ...] = ()


class Unit(Record, frozen=True):
    """A chapter of the course, in the order it is taught."""

    slug: Slug
    title: Text
    items: tuple[Item, ...]


class Manifest(Record, frozen=True):
    """One version of one pack. `released_at` is UTC in ISO 8601 and only ever shown, never trusted."""

    format: Literal[1]
    pack: QualifiedId
    version: Annotated[int, msgspec.Meta(ge=1, le=2**31)]
    title: Text
    summary: Text
    language: Language
    subject: Slug
    area: Area
    grades: tuple[Grade, ...]
    licence: Words
    authors: tuple[Words, ...]
    released_at: str
    units: Annotated[tuple[Unit, ...], msgspec.Meta(min_length=1, max_length=500)]
    goals: Goals = msgspec.field(default_factory=dict)

    @property
    def publisher(self) -> str:
        """The id of the publisher: what stands before the colon of the pack's id."""
        return self.pack.partition(":")[0]

    def items(self) -> Iterator[Item]:
        """Every item, in the order of the outline."""
        for unit in self.units:
            yield from unit.items

    def files(self) -> dict[str, File]:
        """Every distinct file of the pack by its SHA-256."""
        return {file.sha256: file for item in self.items() for file in item.files}

    @property
    def size_bytes(self) -> int:
        """What the pack takes on a disk: each distinct file once."""
        return sum(file.size_bytes for file in self.files().values())


def decode_manifest(raw: bytes) -> Manifest:
    """Read and check a manifest.

    Raises:
        ManifestError: Too large, not JSON, an unknown or missing field, or inconsistent; `problem` says which.
    """
    if len(raw) > MANIFEST_BYTES_MAX:
        raise ManifestError(problem=f"larger than {MANIFEST_BYTES_MAX} bytes")
    try:
        manifest = msgspec.json.decode(raw, type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as exc:
        raise ManifestError(problem=str(exc)) from exc
    problem = next(_problems(manifest), None)
    if problem:
        raise ManifestError(problem=problem)
    return manifest


def encode_manifest(manifest: Manifest) -> bytes:
    """Write a manifest as the bytes that are hashed (FORMAT 3.2): sorted keys, no defaults, no white space."""
    return msgspec.json.encode(manifest, order="sorted")


def _problems(manifest: Manifest) -> Iterator[str]:
    """Say what is inconsistent in a manifest whose fields are each well formed."""
    for texts, what in ((manifest.title, "title"), (manifest.summary, "summary")):
        if not texts:
            yield f"the pack has no {what}"
    if not _UTC_TIME.fullmatch(manifest.released_at):
        yield "released_at is not a UTC time like 2026-09-01T08:00:00Z"
    slugs = [unit.slug for unit in manifest.units]
    if len(set(slugs)) != len(slugs):
        yield "two units have the same slug"
    yield from (f"unit {unit.slug} has no title" for unit in manifest.units if not unit.title)
    seen: set[str] = set()
    for item in manifest.items():
        if item.id in seen:
            yield f"item {item.id} stands twice in the outline"
        seen.add(item.id)
        yield from _item_problems(item, manifest.publisher)
    yield from _clashing_files(manifest)


def _item_problems(item: Item, publisher: str) -> Iterator[str]:
    """Say what is wrong with one item, apart from its neighbours (FORMAT 3.7-3.9)."""
    for own_id in (item.id, *item.replaces):
        if not own_id.startswith(f"{publisher}:"):
            yield f"item {own_id} does not belong to publisher {publisher}"
    if not item.title:
        yield f"item {item.id} has no title"
    main_files = sum(file.role == item.kind for file in item.files)
    if main_files == 0 or (item.kind == "quiz" and main_files > 1):
        yield f"item {item.id} has {main_files} files of role {item.kind}"
    for file in item.files:
        if file.ext not in ROLE_EXTENSIONS[file.role]:
            yield f"item {item.id} has a file of role {file.role} of kind .{file.ext}"
        if file.role == "captions" and file.language is None:
            yield f"item {item.id} has captions without a language"


def _clashing_files(manifest: Manifest) -> Iterator[str]:
    """Say which hash is given two sizes or two extensions."""
    known: dict[str, tuple[int, str]] = {}
    for item in manifest.items():
        for file in item.files:
            described = (file.size_bytes, file.ext)
            if known.setdefault(file.sha256, described) != described:
                yield f"file {file.sha256} is described in two ways"
