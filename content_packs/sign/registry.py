"""Starting and changing a registry on a shelf (FORMAT 5.4): what a ministry does with the registry's keys.

Promises: what is written is first verified as a box would; asking twice for the same changes nothing. With `draft`,
nothing on the shelf changes: the list is written there, for those whose signatures are wanting.

    desk = RegistryDesk(shelf, (registry_signer,), disk=Disk(), clock=SystemClock())
    desk.begin()
    desk.add("mash", names={"sq": "Ministria e Arsimit"}, keys=KeyChange(add=(load_public(path),)))
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal, TypeAlias

from msgspec.structs import replace
from securesystemslib.signer import CryptoSigner

from content_packs.clock import Clock
from content_packs.durable import Disk
from content_packs.errors import NotYourKeyError, SourceError, StillUnsignedError, UnknownPublisherError
from content_packs.manifest import Text
from content_packs.paths import is_publisher_id
from content_packs.shelf import DirectoryShelf
from content_packs.sign.draft import Draft, make_draft, write_draft
from content_packs.sign.index import write_index
from content_packs.sign.key_change import KeyChange
from content_packs.sign.metadata import PublisherKeys, registry_bytes
from content_packs.sign.reading import Standing, read_standing
from content_packs.trust import Publisher, Registry
from content_packs.trust.academies import is_academy_id
from content_packs.trust.registry import REGISTRY_NAME, accept_registry

Done: TypeAlias = Literal["same", "published", "drafted"]


class RegistryDesk:
    """A registry on a shelf, and those who may sign it."""

    def __init__(
        self, folder: Path, signers: Sequence[CryptoSigner], *, disk: Disk, clock: Clock, draft: Path | None = None
    ) -> None:
        self._folder = folder
        self._signers = signers
        self._disk = disk
        self._clock = clock
        self._draft = draft

    def begin(self) -> Done:
        """Write the first, empty registry; a registry that is there already is left alone.

        Raises:
            NotYourKeyError: The root does not name this key.
            StillUnsignedError: The root asks for more signatures.
            PackError: There is no root, or what is on the shelf is not right.
        """
        standing = self._read()
        if standing.is_current:
            write_index(self._folder, self._disk)
            return "same"
        if standing.registry:
            raise SourceError(path=REGISTRY_NAME, problem="it must be signed again: content-packs registry renew")
        return self._finish(standing, ())

    def renew(self) -> Done:
        """Sign the same list again, as after a new root that names other keys for it.

        Raises:
            PackError: As for `begin`, or there is no registry.
        """
        standing = self._read()
        return self._finish(standing, tuple(registry_entries(_registry(standing)).values()))

    def add(self, publisher_id: str, *, names: Text, keys: KeyChange, min_version: int = 1) -> Done:
        """List a new publisher.

        Args:
            publisher_id: Its id; its paths are always its own (FORMAT 5.4).
            names: What people are shown, per language.
            keys: Who may sign its catalogue.
            min_version: Of its catalogue, at the least (FORMAT 6.4).

        Raises:
            SourceError: The id, the names or the keys are not allowed, or it is listed already, and otherwise.
            PackError: As for `begin`.
        """
        if not is_publisher_id(publisher_id):
            problem = "a publisher's id has a-z, 0-9 and -, at most 32, and is no name a system uses"
            raise SourceError(path=publisher_id, problem=problem)
        if publisher_id.startswith("box-") and not is_academy_id(publisher_id):
            raise SourceError(path=publisher_id, problem="ids that begin with box- are those of schools' boxes")
        if not names or not all(names.values()):
            raise SourceError(path=publisher_id, problem="a publisher has a name in at least one language")
        signing, threshold = keys.applied((), 1, whose=publisher_id)
        entry = PublisherKeys(Publisher(publisher_id, names, min_version), signing, threshold)
        standing, entries = self._entries()
        if publisher_id in entries and entries[publisher_id] != entry:
            problem = "it is listed already; to change it: content-packs publisher change"
            raise SourceError(path=publisher_id, problem=problem)
        return self._put(standing, entries, entry)

    def change(self, publisher_id: str, *, names: Text, keys: KeyChange, min_version: int | None = None) -> Done:
        """Change what is named, leave what is not; an empty name takes that language out.

        Raises:
            UnknownPublisherError: It is not listed.
            SourceError: Names or keys would not be allowed.
            PackError: As for `begin`.
        """
        standing, entries = self._entries()
        entry = _listed(entries, publisher_id)
        all_names = {language: name for language, name in {**entry.publisher.names, **names}.items() if name}
        if not all_names:
            raise SourceError(path=publisher_id, problem="a publisher has a name in at least one language")
        signing, threshold = keys.applied(entry.keys, entry.threshold, whose=publisher_id)
        least = entry.publisher.min_version if min_version is None else min_version
        changed = PublisherKeys(Publisher(publisher_id, all_names, least), signing, threshold)
        return self._put(standing, entries, changed)

    def remove(self, publisher_id: str) -> Done:
        """Take a publisher out: boxes that see this registry hide its packs (FORMAT 6.9).

        Raises:
            UnknownPublisherError: It is not listed.
            PackError: As for `begin`.
        """
        standing, entries = self._entries()
        _listed(entries, publisher_id)
        return self._finish(standing, [entry for name, entry in entries.items() if name != publisher_id])

    def _read(self) -> Standing:
        """See how the shelf stands, and that these keys may sign."""
        standing = read_standing(DirectoryShelf(self._folder))
        may = set(standing.root.signed.roles["targets"].keyids)
        if not {signer.public_key.keyid for signer in self._signers} <= may:
            raise NotYourKeyError(role="registry")
        return standing

    def _entries(self) -> tuple[Standing, Mapping[str, PublisherKeys]]:
        """Read today's registry, to change it; one that waits to be signed again is not changed on the way."""
        standing = self._read()
        registry = _registry(standing)
        if not standing.is_current:
            raise SourceError(path=REGISTRY_NAME, problem="it must be signed again first: content-packs registry renew")
        return standing, registry_entries(registry)

    def _put(self, standing: Standing, entries: Mapping[str, PublisherKeys], entry: PublisherKeys) -> Done:
        """Write an entry in place of the one of the same name."""
        name = entry.publisher.id
        if entries.get(name) == entry:
            write_index(self._folder, self._disk)
            return "same"
        return self._finish(standing, list({**entries, name: entry}.values()))

    def _finish(self, standing: Standing, entries: Sequence[PublisherKeys]) -> Done:
        """Sign the next version and write it: as a draft, or onto the shelf."""
        root, before = standing.root, standing.registry
        version = max(before.version + 1 if before else 1, root.registry_min_version)
        ordered = sorted(entries, key=lambda entry: entry.publisher.id)
        raw = registry_bytes(version, ordered, self._signers, signed_at=self._clock.now())
        draft = make_draft("registry", raw, root)
        if self._draft:
            write_draft(draft, self._draft, self._disk)
            return "drafted"
        publish_registry(self._folder, draft, disk=self._disk)
        return "published"


def publish_registry(folder: Path, draft: Draft, *, disk: Disk) -> bool:
    """Put a registry that enough have signed onto a shelf; say whether that changed anything.

    Raises:
        StillUnsignedError: Signatures are wanting.
        ForkedMetadataError: The shelf has another registry of this version by now.
        PackError: A box that stands where the shelf stands would not take it.
    """
    standing = read_standing(DirectoryShelf(folder))
    held = standing.registry if standing.is_current else None
    here = replace(draft, under=standing.root)
    for need in here.needs():
        if need.missing:
            raise StillUnsignedError(role=need.group, missing=need.missing)
    registry = accept_registry(standing.root, draft.metadata.to_bytes(), held=held)
    is_new = held is None or held.version < registry.version
    if is_new:
        disk.make_folder(folder / "meta" / "cat")
        disk.write_file(folder / "meta" / REGISTRY_NAME, registry.raw)
    write_index(folder, disk)
    return is_new


def registry_entries(registry: Registry) -> Mapping[str, PublisherKeys]:
    """Give what a registry says as entries that can be written again."""
    entries = {}
    for publisher in registry.publishers.values():
        role = registry.signed.get_delegated_role(publisher.id)
        keys = tuple(registry.signed.get_key(keyid) for keyid in role.keyids)
        entries[publisher.id] = PublisherKeys(publisher=publisher, keys=keys, threshold=role.threshold)
    return entries


def _registry(standing: Standing) -> Registry:
    """The registry of a shelf."""
    if standing.registry is None:
        raise SourceError(path=REGISTRY_NAME, problem="there is none yet; start it: content-packs registry init")
    return standing.registry


def _listed(entries: Mapping[str, PublisherKeys], publisher_id: str) -> PublisherKeys:
    """The entry of a publisher, or UnknownPublisherError."""
    if publisher_id not in entries:
        raise UnknownPublisherError(publisher=publisher_id)
    return entries[publisher_id]
