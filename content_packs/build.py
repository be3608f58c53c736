"""Building a pack from its source: looked at, measured, hashed, laid out ready to be signed (FORMAT.md section 9).

Promises: the same source gives the same bytes on every machine; what is built twice changes nothing. What comes out is
a folder with `manifest.json` and `blobs/`.

    build_pack(Path("lessons/fractions"), Path("built/fractions"), Disk()).manifest_sha256
"""

import hashlib
from collections.abc import Iterator, Sequence
from io import FileIO
from pathlib import Path

import msgspec

from content_packs.durable import Disk
from content_packs.errors import ManifestError, SourceError, TamperedError
from content_packs.manifest import File, Item, Manifest, Unit, decode_manifest, encode_manifest
from content_packs.media.examine import Facts, examine
from content_packs.source import SOURCE_NAME, FileSource, ItemSource, PackSource, locate, read_source
from content_packs.store import Store

BUILT_NAME = "manifest.json"


class Built(msgspec.Struct, frozen=True):
    """What building made; not `changed` means that all of it was there."""

    manifest: Manifest
    manifest_sha256: str
    changed: bool


def build_pack(source: Path, out: Path, disk: Disk) -> Built:
    """Build a pack from a folder with pack.toml into another folder.

    Raises:
        SourceError: Something in the source is wrong; MediaError if it is a media file, with the command that mends it.
        DiskError: The output cannot be written.
    """
    return _Builder(source, out, disk).build()


def read_built(folder: Path) -> tuple[Manifest, bytes]:
    """Read the manifest of a built pack.

    Raises:
        SourceError: This is not a built pack, or its manifest is wrong.
    """
    try:
        raw = (folder / BUILT_NAME).read_bytes()
        return decode_manifest(raw), raw
    except OSError as exc:
        raise SourceError(path=str(folder / BUILT_NAME), problem=exc.strerror or str(exc)) from exc
    except ManifestError as exc:
        raise SourceError(path=str(folder / BUILT_NAME), problem=exc.problem) from exc


class _Builder:
    """One run of building one pack."""

    def __init__(self, source: Path, out: Path, disk: Disk) -> None:
        self._source = source
        self._out = out
        self._disk = disk
        self._store = Store(out, disk)

    def build(self) -> Built:
        """Do it: blobs first, the manifest last."""
        pack = read_source(self._source)
        try:
            manifest = decode_manifest(encode_manifest(self._manifest(pack)))
        except ManifestError as exc:
            raise SourceError(path=str(self._source / SOURCE_NAME), problem=exc.problem) from exc
        raw = encode_manifest(manifest)
        path = self._out / BUILT_NAME
        changed = not path.is_file() or path.read_bytes() != raw
        if changed:
            self._disk.make_folder(self._out)
            self._disk.write_file(path, raw)
        self._store.sweep(set(manifest.files()))
        return Built(manifest, hashlib.sha256(raw).hexdigest(), changed)

    def _manifest(self, pack: PackSource) -> Manifest:
        """Put the manifest together from what the author wrote and what is measured."""
        publisher = pack.pack.partition(":")[0]
        return Manifest(
            format=pack.format,
            pack=pack.pack,
            version=pack.version,
            title=pack.title,
            summary=pack.summary,
            language=pack.language,
            subject=pack.subject,
            area=pack.area,
            grades=pack.grades,
            licence=pack.licence,
            authors=pack.authors,
            released_at=pack.released_at,
            goals=pack.goals,
            units=tuple(
                Unit(slug=unit.slug, title=unit.title, items=tuple(self._item(publisher, item) for item in unit.items))
                for unit in pack.units
            ),
        )

    def _item(self, publisher: str, item: ItemSource) -> Item:
        """Take in the files of an item and describe it."""
        taken = [self._take(file) for file in item.files]
        own = [facts for file, facts in taken if file.role == item.kind]
        if item.kind == "video" and not any(file.ext == "mp4" for file, _ in taken):
            raise SourceError(path=str(self._source / SOURCE_NAME), problem=f"item {item.slug} has no MP4")
        for problem in _picture_problems(taken):
            raise SourceError(path=str(self._source / SOURCE_NAME), problem=f"item {item.slug}: {problem}")
        return Item(
            id=f"{publisher}:{item.slug}",
            kind=item.kind,
            title=item.title,
            files=tuple(file for file, _ in taken),
            summary=item.summary,
            language=item.language,
            duration_s=max((facts.duration_s for facts in own), default=0.0),
            questions=max((facts.questions for facts in own), default=0),
            pages=max((facts.pages for facts in own), default=0),
            grades=item.grades,
            alignment=item.alignment,
            licence=item.licence,
            authors=item.authors,
            prerequisites=item.prerequisites,
            replaces=item.replaces,
            progress=item.progress,
            teacher_only=item.teacher_only,
            accessibility=item.accessibility,
        )

    def _take(self, source: FileSource) -> tuple[File, Facts]:
        """Look at a file, hash it, and put it among the blobs if it is not there."""
        path = locate(self._source, source)
        try:
            facts = examine(path, source.path, source.role)
            with path.open("rb") as content:
                sha256 = hashlib.file_digest(content, "sha256").hexdigest()
        except OSError as exc:
            raise SourceError(path=source.path, problem=exc.strerror or str(exc)) from exc
        file = File(
            role=source.role,
            sha256=sha256,
            ext=source.path.rpartition(".")[2],
            size_bytes=facts.size_bytes,
            language=source.language,
            label=source.label,
        )
        if not self._store.has(file):
            try:
                self._store.put_from(lambda offset: _open_at(path, offset), file, lambda _: None)
            except TamperedError as exc:
                raise SourceError(path=source.path, problem="it changed while it was read") from exc
        return file, facts


def _picture_problems(taken: Sequence[tuple[File, Facts]]) -> Iterator[str]:
    """Say which pictures a quiz shows and has not, and which two files have the same label (FORMAT 4.10, 9.5)."""
    labels = [file.label for file, _ in taken if file.role == "picture"]
    yield from sorted(f"two pictures have the label {label}" for label in set(labels) if labels.count(label) > 1)
    wanted = [label for _, facts in taken for label in facts.pictures]
    yield from (f"no file of role picture has the label {label}" for label in wanted if label not in labels)


def _open_at(path: Path, offset: int) -> FileIO:
    """Open a source file at an offset, to be copied."""
    file = FileIO(path, "rb")
    file.seek(offset)
    return file
