"""The ceremony of root holders who are at different places: draft, sign, publish (FORMAT 5.3, 6.1, 6.2).

Promises: a root is put on a shelf only if every box would follow it; nobody's key has to leave its place.

    draft = draft_root(before, RootChange(root=KeyChange(add=keys, threshold=2)), signed_at=now)
    publish_root(shelf, draft.signed_by(anna).signed_by(besa), disk=Disk())
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal

import msgspec
from securesystemslib.signer import Key

from content_packs.durable import Disk
from content_packs.errors import ForkedMetadataError, SourceError, StillUnsignedError
from content_packs.shelf import DirectoryShelf, is_shelf
from content_packs.sign.draft import Draft, make_draft
from content_packs.sign.index import write_index
from content_packs.sign.key_change import KeyChange
from content_packs.sign.metadata import RootKeys, root_bytes
from content_packs.sign.reading import Standing, read_standing
from content_packs.trust import Root
from content_packs.trust.roots import next_root, pin_root


class RootChange(msgspec.Struct, frozen=True):
    """What the next root says otherwise than the one before."""

    root: KeyChange = msgspec.field(default_factory=KeyChange)
    registry: KeyChange = msgspec.field(default_factory=KeyChange)
    registry_min_version: int | None = None


class Published(msgspec.Struct, frozen=True):
    """What stands on the shelf now; without `is_current` the registry has to be signed again under this root."""

    version: int
    changed: bool
    is_current: bool


def draft_root(before: Root | None, change: RootChange, *, signed_at: datetime) -> Draft:
    """Write down the next root, or the first one if there is none before.

    Raises:
        SourceError: A threshold cannot be met, or a key that should go is not there.
    """
    version = before.version + 1 if before else 1
    keys, threshold = change.root.applied(*role_keys(before, "root"), whose="root")
    registry, registry_threshold = change.registry.applied(*role_keys(before, "targets"), whose="registry")
    minimum = change.registry_min_version or (before.registry_min_version if before else 1)
    names = RootKeys(keys, threshold, registry, minimum, registry_threshold)
    return make_draft("root", root_bytes(version, names, (), signed_at=signed_at), before)


def publish_root(folder: Path, draft: Draft, *, disk: Disk) -> Published:
    """Put a root that enough have signed onto a shelf; the same again changes nothing.

    Raises:
        StillUnsignedError: Signatures are wanting.
        SourceError: The shelf has come further than the draft.
        DiskError: It cannot be written.
        PackError: The shelf's own roots are not right.
    """
    standing = read_standing(DirectoryShelf(folder)) if is_shelf(folder) else None
    root = _accept(standing, draft)
    is_new = standing is None or root.version > standing.root.version
    if is_new:
        disk.make_folder(folder / "meta" / "cat")
        disk.write_file(folder / "meta" / root.name, root.raw)
    write_index(folder, disk)
    return Published(root.version, changed=is_new, is_current=read_standing(DirectoryShelf(folder)).is_current)


def role_keys(root: Root | None, role: Literal["root", "targets"]) -> tuple[Sequence[Key], int]:
    """Give the keys of a role and how many of them must sign; no keys, and one, before there is a root."""
    if root is None:
        return (), 1
    named = root.signed.roles[role]
    return [root.signed.get_key(keyid) for keyid in named.keyids], named.threshold


def _accept(standing: Standing | None, draft: Draft) -> Root:
    """Verify the root of a draft as a box would that stands where the shelf stands."""
    for need in draft.needs():
        if need.missing:
            raise StillUnsignedError(role=need.group, missing=need.missing)
    raw = draft.metadata.to_bytes()
    if standing is None:
        if draft.under:
            raise SourceError(path="root", problem="this is no first root, and the shelf has none yet")
        return pin_root(raw)
    for known in standing.roots:
        if known.signed_bytes == draft.signed_bytes:
            return known
    if draft.under is None or draft.under.signed_bytes != standing.root.signed_bytes:
        raise ForkedMetadataError(name=standing.root.name, version=standing.root.version)
    return next_root(standing.root, raw)
