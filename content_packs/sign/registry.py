"""Starting and changing a registry on a shelf (FORMAT 5.3, 5.4): what a ministry does once, offline.

Promises: what is written is first verified as a box would; asking twice for the same changes nothing.

    desk = RegistryDesk(shelf, registry_signer, disk=Disk(), clock=SystemClock())
    desk.begin((root_signer_1, root_signer_2), threshold=2)
    desk.add_publisher("mash", names={"sq": "Ministria e Arsimit"}, keys=(load_public(path),), threshold=1)
"""

from collections.abc import Sequence
from pathlib import Path

from securesystemslib.signer import CryptoSigner, Key

from content_packs.clock import Clock
from content_packs.durable import Disk
from content_packs.errors import NotYourKeyError, SourceError
from content_packs.manifest import Text
from content_packs.paths import is_publisher_id
from content_packs.shelf import DirectoryShelf, is_shelf
from content_packs.sign.index import write_index
from content_packs.sign.metadata import PublisherKeys, RootKeys, registry_bytes, root_bytes
from content_packs.sign.reading import read_shelf
from content_packs.trust import Publisher, Root, Trust
from content_packs.trust.registry import REGISTRY_NAME, accept_registry
from content_packs.trust.roots import pin_root


class RegistryDesk:
    """A registry on a shelf, and the one who may sign it."""

    def __init__(self, folder: Path, signer: CryptoSigner, *, disk: Disk, clock: Clock) -> None:
        self._folder = folder
        self._signer = signer
        self._disk = disk
        self._clock = clock

    def begin(self, root_signers: Sequence[CryptoSigner], *, threshold: int) -> bool:
        """Write the first root and an empty registry; say whether anything was written.

        Raises:
            SourceError: Another registry is there, or the threshold cannot be met.
            DiskError: It cannot be written.
        """
        if not 1 <= threshold <= len(root_signers):
            problem = f"{len(root_signers)} root keys cannot meet a threshold of {threshold}"
            raise SourceError(path=str(self._folder), problem=problem)
        if is_shelf(self._folder):
            self._check_same(root_signers, threshold)
            return False
        keys = RootKeys([signer.public_key for signer in root_signers], threshold, [self._signer.public_key])
        root = pin_root(root_bytes(1, keys, root_signers, signed_at=self._clock.now()))
        self._write(root, 1, ())
        self._disk.write_file(self._folder / "meta" / root.name, root.raw)
        write_index(self._folder, self._disk)
        return True

    def add_publisher(
        self, publisher_id: str, *, names: Text, keys: Sequence[Key], threshold: int = 1, min_version: int = 1
    ) -> bool:
        """Add a publisher, or change its names and keys; say whether anything was written.

        Args:
            publisher_id: Its id.
            names: What people are shown, per language.
            keys: Who may sign its catalogue.
            threshold: How many of them must.
            min_version: Of its catalogue, for boxes that hold none (FORMAT 6.4).

        Raises:
            SourceError: The id, the names or the threshold are not allowed.
            NotYourKeyError: The signer is not the registry's.
            TrustError: The shelf's own metadata is not right.
            ShelfError: There is no shelf.
        """
        if not is_publisher_id(publisher_id):
            problem = "a publisher's id has a-z, 0-9 and -, at most 32, and is no name a system uses"
            raise SourceError(path=publisher_id, problem=problem)
        if not names or not 1 <= threshold <= len(keys):
            raise SourceError(path=publisher_id, problem="needs a name, and at least as many keys as the threshold")
        trust = self._trust()
        entries = _entries(trust)
        entry = PublisherKeys(Publisher(publisher_id, names, min_version), tuple(keys), threshold)
        if entry == entries.get(publisher_id):
            return False
        self._renew(trust, {**entries, publisher_id: entry})
        return True

    def remove_publisher(self, publisher_id: str) -> None:
        """Take a publisher out: boxes that see this registry hide its packs (FORMAT 6.9).

        Raises:
            UnknownPublisherError: The registry does not list it.
            NotYourKeyError: The signer is not the registry's.
        """
        trust = self._trust()
        trust.publisher(publisher_id)
        self._renew(trust, {name: entry for name, entry in _entries(trust).items() if name != publisher_id})

    def _trust(self) -> Trust:
        """What the shelf says, verified as a box would."""
        return read_shelf(DirectoryShelf(self._folder)).trust

    def _renew(self, trust: Trust, entries: dict[str, PublisherKeys]) -> None:
        """Write the next version of the registry."""
        version = trust.registry.version + 1 if trust.registry else trust.root.registry_min_version
        self._write(trust.root, version, tuple(entries[name] for name in sorted(entries)))
        write_index(self._folder, self._disk)

    def _write(self, root: Root, version: int, entries: Sequence[PublisherKeys]) -> None:
        """Sign a registry, verify it, write it."""
        if self._signer.public_key.keyid not in root.signed.roles["targets"].keyids:
            raise NotYourKeyError(role="registry")
        raw = registry_bytes(version, entries, (self._signer,), signed_at=self._clock.now())
        accept_registry(root, raw, held=None)
        self._disk.make_folder(self._folder / "meta" / "cat")
        self._disk.write_file(self._folder / "meta" / REGISTRY_NAME, raw)

    def _check_same(self, root_signers: Sequence[CryptoSigner], threshold: int) -> None:
        """Refuse to begin again with other keys."""
        roles = self._trust().root.signed.roles
        held = roles["root"].keyids, roles["root"].threshold, roles["targets"].keyids
        asked = [signer.public_key.keyid for signer in root_signers], threshold, [self._signer.public_key.keyid]
        if held != asked:
            raise SourceError(path=str(self._folder), problem="a registry with other keys is there already")


def _entries(trust: Trust) -> dict[str, PublisherKeys]:
    """What the registry says now, as entries that can be written again."""
    if trust.registry is None:
        return {}
    signed = trust.registry.signed
    entries = {}
    for publisher in trust.registry.publishers.values():
        role = signed.get_delegated_role(publisher.id)
        keys = tuple(signed.get_key(keyid) for keyid in role.keyids)
        entries[publisher.id] = PublisherKeys(publisher=publisher, keys=keys, threshold=role.threshold)
    return entries
