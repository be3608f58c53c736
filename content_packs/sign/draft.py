"""Signing by people who are not at one place: a draft travels, each adds a signature (FORMAT 5.7).

Promises: a draft holds all that is needed to see who must still sign; a signature is only added by a key that counts;
two copies that were signed apart are put together; nothing of a draft is believed by a box.

    draft = read_draft(path).signed_by(signer)
    missing = [need for need in draft.needs() if need.missing]
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, TypeAlias

import msgspec
from msgspec.structs import replace
from securesystemslib.signer import CryptoSigner
from tuf.api import metadata as tuf

from content_packs.durable import Disk
from content_packs.errors import NotYourKeyError, PackError, SourceError
from content_packs.sign.metadata import countersigned
from content_packs.trust import Root
from content_packs.trust.json_text import read_json
from content_packs.trust.metadata import REGISTRY_BYTES_MAX, ROOT_BYTES_MAX, AnyMetadata, read_registry, read_root
from content_packs.trust.registry import REGISTRY_NAME
from content_packs.trust.roots import pin_root

Kind: TypeAlias = Literal["root", "registry"]
Group: TypeAlias = Literal["root before", "root", "registry"]
DRAFT_BYTES_MAX = REGISTRY_BYTES_MAX + 2 * ROOT_BYTES_MAX


class Need(msgspec.Struct, frozen=True):
    """One group of keys of which so many must sign: who did, and who still may."""

    group: Group
    threshold: int
    signed: tuple[str, ...]
    unsigned: tuple[str, ...]

    @property
    def missing(self) -> int:
        """How many signatures are wanting."""
        return max(0, self.threshold - len(self.signed))


class _DraftFile(msgspec.Struct, forbid_unknown_fields=True):
    """A draft as it is written."""

    draft: Kind
    metadata: dict[str, object]
    under: dict[str, object] | None = None


class Draft(msgspec.Struct, frozen=True):
    """Metadata that waits for signatures; `under` is the root whose keys must sign it too (none for a first root)."""

    kind: Kind
    metadata: AnyMetadata
    under: Root | None

    @property
    def signed_bytes(self) -> bytes:
        """What the signatures are made over."""
        return self.metadata.signed_bytes

    def needs(self) -> tuple[Need, ...]:
        """Who must sign, group by group."""
        needs = []
        if self.under:
            group: Group = "root before" if self.kind == "root" else "registry"
            needs.append(self._need(group, self.under.signed, "root" if self.kind == "root" else "targets"))
        if isinstance(self.metadata.signed, tuf.Root):
            needs.append(self._need("root", self.metadata.signed, "root"))
        return tuple(needs)

    def signed_by(self, signer: CryptoSigner) -> "Draft":
        """Add a signature; the same draft if it is there already.

        Raises:
            NotYourKeyError: This key does not count for this draft.
        """
        keyid = signer.public_key.keyid
        needs = self.needs()
        if any(keyid in need.signed for need in needs):
            return self
        if not any(keyid in need.unsigned for need in needs):
            raise NotYourKeyError(role=self.kind)
        copy = _read(self.kind, self.metadata.to_bytes())
        return replace(self, metadata=_read(self.kind, countersigned(copy, signer)))

    def joined(self, other: "Draft") -> "Draft":
        """Take over the signatures of another copy of this draft.

        Raises:
            SourceError: It is a draft of something else.
        """
        if (self.kind, self.signed_bytes) != (other.kind, other.signed_bytes):
            raise SourceError(path=self.kind, problem="these drafts say different things; sign copies of one")
        right = {keyid for need in other.needs() for keyid in need.signed}
        metadata = _read(self.kind, self.metadata.to_bytes())
        metadata.signatures.update({keyid: other.metadata.signatures[keyid] for keyid in sorted(right)})
        return replace(self, metadata=metadata)

    def _need(self, group: Group, delegator: tuf.Root, role: str) -> Need:
        """See which keys of a role signed this."""
        result = delegator.get_verification_result(role, self.signed_bytes, self.metadata.signatures)
        return Need(group, result.threshold, tuple(result.signed), tuple(result.unsigned))

    def to_bytes(self) -> bytes:
        """Write the draft."""
        under = self.under.raw if self.under else b"null"
        parts = (self.kind.encode(), self.metadata.to_bytes(), under)
        return b'{"draft":"%b","metadata":%b,"under":%b}' % parts


def make_draft(kind: Kind, raw: bytes, under: Root | None) -> Draft:
    """Begin a draft from metadata that is not signed, or not by enough."""
    return Draft(kind, _read(kind, raw), under)


def write_draft(draft: Draft, path: Path, disk: Disk) -> None:
    """Write a new draft.

    Raises:
        SourceError: There is a file already.
        DiskError: It cannot be written.
    """
    if path.exists():
        raise SourceError(path=str(path), problem="there is a file already")
    disk.write_file(path, draft.to_bytes())


def read_draft(path: Path) -> Draft:
    """Read a draft.

    Raises:
        SourceError: It is not there, too large, or no draft.
    """
    try:
        with path.open("rb") as source:
            raw = source.read(DRAFT_BYTES_MAX + 1)
        if len(raw) > DRAFT_BYTES_MAX:
            raise SourceError(path=str(path), problem="too large for a draft")
        file = msgspec.convert(read_json(raw), type=_DraftFile)
        under = pin_root(json.dumps(file.under).encode()) if file.under is not None else None
        return Draft(file.draft, _read(file.draft, json.dumps(file.metadata).encode()), under)
    except OSError as exc:
        raise SourceError(path=str(path), problem=exc.strerror or str(exc)) from exc
    except ValueError as exc:
        raise SourceError(path=str(path), problem="this is no draft") from exc
    except PackError as exc:
        raise exc if isinstance(exc, SourceError) else SourceError(path=str(path), problem=str(exc)) from exc


def read_drafts(paths: Sequence[Path], kind: Kind) -> Draft:
    """Read copies of one draft that were signed apart, as one.

    Raises:
        SourceError: One is no draft of this kind, or they are not of the same thing.
    """
    drafts = [read_draft(path) for path in paths]
    for path, draft in zip(paths, drafts, strict=True):
        if draft.kind != kind:
            raise SourceError(path=str(path), problem=f"this is a draft of a {draft.kind}, not of a {kind}")
    whole = drafts[0]
    for draft in drafts[1:]:
        whole = whole.joined(draft)
    return whole


def _read(kind: Kind, raw: bytes) -> AnyMetadata:
    """Read the metadata of a draft."""
    return read_root("root.json", raw).metadata if kind == "root" else read_registry(REGISTRY_NAME, raw).metadata
