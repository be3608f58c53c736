"""The rows by which the database shows a pack: values of a publication in, rows out; nothing is decided here.

    pack_row(publication)["title"], list(item_rows(manifest, holding))
"""

from collections.abc import Iterator
from typing import TypeAlias

from content_packs.library import Publication
from content_packs.manifest import Item as PackItem
from content_packs.manifest import Manifest
from content_packs.selection import Holding
from schoolbox.services.folding import KIND_MARK, STAFF_MARK, SUBJECT_WORDS, fold
from schoolbox.services.texts import read_names, write_json

Row: TypeAlias = dict[str, str | int | float]


def pack_row(publication: Publication) -> Row:
    """The row of a pack, but for when and after which others it came; counts are of what pupils see."""
    manifest, holding = publication.manifest, publication.holding
    for_pupils = [item for item in manifest.items() if item.id in holding.items and not item.teacher_only]
    return {
        "id": manifest.pack,
        "version": manifest.version,
        "manifest_sha256": publication.manifest_sha256,
        "catalogue_version": publication.catalogue_version,
        "publisher": manifest.publisher,
        "publisher_name": write_json(publication.publisher_names),
        "title": write_json(manifest.title),
        "summary": write_json(manifest.summary),
        "goals": write_json(manifest.goals),
        "language": manifest.language,
        "subject": manifest.subject,
        "area": manifest.area,
        "grades": write_json(manifest.grades),
        "licence": manifest.licence,
        "authors": write_json(manifest.authors),
        "released_at": manifest.released_at,
        "size_bytes": holding.size_bytes,
        "items": len(for_pupils),
        "duration_s": sum(item.duration_s for item in for_pupils),
        "units": write_units(holding.units),
        "missing": len(holding.missing),
    }


def unit_rows(manifest: Manifest) -> list[Row]:
    """Every unit, so that the places of the others do not depend on what was chosen."""
    return [
        {"pack_id": manifest.pack, "position": place, "title": write_json(unit.title)}
        for place, unit in enumerate(manifest.units, 1)
    ]


def write_units(units: tuple[str, ...] | None) -> str:
    """Write a choice of units as the database keeps it: nothing for all of them."""
    return "" if units is None else write_json(units)


def read_units(raw: str) -> tuple[str, ...] | None:
    """Read a choice of units."""
    return read_names(raw) if raw else None


def item_rows(manifest: Manifest, holding: Holding) -> Iterator[Row]:
    """The items that can be shown, each with the place of its unit and its own in the whole course."""
    for unit_place, place, item in _outlined(manifest):
        if item.id not in holding.items:
            continue
        yield {
            "pack_id": manifest.pack,
            "id": item.id,
            "unit_position": unit_place,
            "position": place,
            "kind": item.kind,
            "title": write_json(item.title),
            "summary": write_json(item.summary),
            "language": item.language or manifest.language,
            "duration_s": item.duration_s,
            "questions": item.questions,
            "pages": item.pages,
            "teacher_only": int(item.teacher_only),
            "licence": item.licence or manifest.licence,
            "authors": write_json(item.authors or manifest.authors),
        }


def _outlined(manifest: Manifest) -> Iterator[tuple[int, int, PackItem]]:
    place = 0
    for unit_place, unit in enumerate(manifest.units, 1):
        for item in unit.items:
            place += 1
            yield unit_place, place, item


def file_rows(manifest: Manifest, holding: Holding) -> Iterator[Row]:
    """The files that are there of the items that can be shown."""
    for item in manifest.items():
        if item.id not in holding.items:
            continue
        for place, file in enumerate(item.files):
            if file.sha256 not in holding.blobs:
                continue
            yield {
                "pack_id": manifest.pack,
                "item_id": item.id,
                "position": place,
                "role": file.role,
                "sha256": file.sha256,
                "ext": file.ext,
                "size_bytes": file.size_bytes,
                "language": file.language or "",
                "label": file.label,
            }


def word_rows(manifest: Manifest, holding: Holding) -> Iterator[tuple[str, str, str, str, str]]:
    """What search looks at: titles first, then everything else that is said about a course or an item."""
    subject = [manifest.subject, SUBJECT_WORDS.get(manifest.subject, "")]
    about = [*manifest.title.values(), *subject, *manifest.authors]
    goals = [goal for goals in manifest.goals.values() for goal in goals]
    rest = [*manifest.summary.values(), *goals, *subject, *manifest.authors]
    title = fold(" ".join(manifest.title.values()))
    yield title, fold(" ".join(rest)), f"{KIND_MARK}course", manifest.pack, ""
    for unit in manifest.units:
        for item in unit.items:
            if item.id not in holding.items:
                continue
            words = [*item.summary.values(), *unit.title.values(), *about, *(part.code for part in item.alignment)]
            title = fold(" ".join(item.title.values()))
            marks = KIND_MARK + item.kind + (f" {STAFF_MARK}" if item.teacher_only else "")
            yield title, fold(" ".join(words)), marks, manifest.pack, item.id
