"""A ministry with a registry and publishers that really sign, on a real shelf in a folder.

It lies only in having all keys at one place and packs of a few hundred bytes. It can do what an attacker with a key, or
with a stick in the hand, could do.

    ministry = Ministry(tmp_path); ministry.publish("mash:thyesat", 2); ministry.tamper("manifests/*.json")
"""

import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from pathlib import Path
from typing import Self

from securesystemslib.signer import CryptoSigner

from content_packs.build import build_pack
from content_packs.durable import Disk
from content_packs.manifest import Manifest
from content_packs.shelf import DirectoryShelf
from content_packs.sign import KeyChange, RegistryDesk, RootChange, draft_root, publish_root, sign_pack
from content_packs.sign.metadata import PublisherKeys, RootKeys, catalogue_bytes, registry_bytes, root_bytes
from content_packs.trust import Listing, Publisher
from tests.simulators.clock import HandClock
from tests.simulators.media import mp4


class Ministry:
    """Two root keys (both must sign), one registry key, and a key for each publisher; `new_key` makes each of them."""

    def __init__(
        self,
        folder: Path,
        *,
        publishers: Sequence[str] = ("mash",),
        new_key: Callable[[], CryptoSigner] = CryptoSigner.generate_ed25519,
    ) -> None:
        self.folder = folder / "shelf"
        self.clock = HandClock()
        self._new_key = new_key
        self.root_signers = [new_key(), new_key()]
        self.registry_signer = new_key()
        self.signers: dict[str, CryptoSigner] = {}
        self._work = folder / "work"
        self.start_root()
        self.desk().begin()
        for publisher in publishers:
            self.admit(publisher)

    @property
    def shelf(self) -> DirectoryShelf:
        """The shelf as a box opens it."""
        return DirectoryShelf(self.folder)

    @property
    def root(self) -> bytes:
        """The first root, as it is handed to a box in person."""
        return (self.folder / "meta" / "1.root.json").read_bytes()

    def moved(self, folder: Path) -> Self:
        """Give the same ministry at a copy of its shelf; the one knows nothing of what the other does from now on."""
        other = copy(self)
        other.folder, other._work = folder / "shelf", folder / "work"
        other.clock = copy(self.clock)
        other.root_signers, other.signers = [*self.root_signers], {**self.signers}
        return other

    def desk(self) -> RegistryDesk:
        """Where the registry is signed."""
        return RegistryDesk(self.folder, [self.registry_signer], disk=Disk(), clock=self.clock)

    def start_root(self) -> None:
        """Let both holders sign the first root."""
        keys = [signer.public_key for signer in self.root_signers]
        change = RootChange(KeyChange(add=keys, threshold=2), KeyChange(add=[self.registry_signer.public_key]))
        draft = draft_root(None, change, signed_at=self.clock.now())
        for signer in self.root_signers:
            draft = draft.signed_by(signer)
        publish_root(self.folder, draft, disk=Disk())

    def admit(self, publisher: str, *, min_version: int = 1) -> None:
        """List a publisher, or give it a new key in place of the one it had."""
        old, new = self.signers.get(publisher), self._new_key()
        self.signers[publisher] = new
        names = {"sq": f"Botuesi {publisher}", "en": f"Publisher {publisher}"}
        keys = KeyChange(add=[new.public_key], drop=[old.public_key.keyid] if old else ())
        put = self.desk().change if old else self.desk().add
        put(publisher, names=names, keys=keys, min_version=min_version)

    def revoke(self, publisher: str) -> None:
        """Take a publisher out of the registry."""
        self.desk().remove(publisher)

    def publish(self, pack_id: str, version: int = 1, *, files: Mapping[str, bytes] | None = None) -> Manifest:
        """Build and sign a pack with one video item for each file; without files, one that depends on the version."""
        return self.publish_source(
            self.source(pack_id, version, files or {"hyrje": mp4(seconds=version), "fjala": mp4(seconds=99)})
        )

    def publish_source(self, source: Path) -> Manifest:
        """Build and sign a pack whose source is written."""
        built = self._work / f"built-{source.name.removeprefix('source-')}"
        manifest = build_pack(source, built, Disk()).manifest
        signer = self.signers[manifest.publisher]
        sign_pack(built, self.folder, [signer], disk=Disk(), clock=self.clock)
        return manifest

    def source(self, pack_id: str, version: int, files: Mapping[str, bytes]) -> Path:
        """Write the source of a pack, without building it."""
        return write_source(self._work / f"source-{pack_id.replace(':', '-')}-{version}", pack_id, version, files)

    def copy(self, name: str) -> Path:
        """Copy the shelf as it is now: a stick that will grow old."""
        return Path(shutil.copytree(self.folder, self.folder.parent / name))

    def renew_root(self, *, version: int = 2, new_registry_key: bool = False) -> None:
        """Sign the next root with the old and with new root keys."""
        if new_registry_key:
            self.registry_signer = self._new_key()
        old, self.root_signers = self.root_signers, [self._new_key(), self._new_key()]
        self.write_root(version, [*old, *self.root_signers])

    def write_root(self, version: int, signers: Sequence[CryptoSigner], *, registry_min_version: int = 1) -> None:
        """Write a root that names today's keys, signed by whoever is given."""
        public = [signer.public_key for signer in self.root_signers]
        keys = RootKeys(public, 2, [self.registry_signer.public_key], registry_min_version)
        raw = root_bytes(version, keys, signers, signed_at=self.clock.now())
        (self.folder / "meta" / f"{version}.root.json").write_bytes(raw)

    def write_registry(self, version: int, publisher: str, *, names: dict[str, str]) -> None:
        """Write a registry with one publisher, with nothing checked."""
        entry = PublisherKeys(Publisher(publisher, names, 1), [self.signers[publisher].public_key])
        raw = registry_bytes(version, [entry], [self.registry_signer], signed_at=self.clock.now())
        (self.folder / "meta" / "registry.json").write_bytes(raw)

    def write_catalogue(
        self, publisher: str, version: int, listings: Sequence[Listing], *, signer: CryptoSigner | None = None
    ) -> None:
        """Write a catalogue with nothing checked, signed by whoever is given."""
        raw = catalogue_bytes(version, listings, [signer or self.signers[publisher]], signed_at=self.clock.now())
        (self.folder / "meta" / "cat" / f"{publisher}.json").write_bytes(raw)

    def listings(self, publisher: str) -> list[Listing]:
        """What the publisher's catalogue on the shelf names."""
        targets = json.loads((self.folder / "meta" / "cat" / f"{publisher}.json").read_bytes())["signed"]["targets"]
        found = []
        for path, target in targets.items():
            name, slug, number = path.removesuffix(".json").split("/")
            found.append(Listing(f"{name}:{slug}", int(number), target["hashes"]["sha256"], target["length"]))
        return found

    def one(self, pattern: str) -> Path:
        """The one file on the shelf that a pattern finds first."""
        return min(self.folder.glob(pattern))

    def tamper(self, pattern: str, *, at: int = -8) -> Path:
        """Change one byte of a file on the shelf."""
        path = self.one(pattern)
        content = bytearray(path.read_bytes())
        content[at] ^= 1
        path.write_bytes(content)
        return path


def write_source(folder: Path, pack_id: str, version: int, files: Mapping[str, bytes]) -> Path:
    """Write the source of a pack; item slugs begin with the pack's, so that packs do not share one by accident."""
    slug = pack_id.partition(":")[2]
    folder.mkdir(parents=True, exist_ok=True)
    items = []
    for name, content in files.items():
        (folder / f"{name}.mp4").write_bytes(content)
        items.append(
            f'[[units.items]]\nslug = "{slug}-{name}"\nkind = "video"\ntitle = {{ sq = "{name}" }}\n'
            f'[[units.items.files]]\npath = "{name}.mp4"\nrole = "video"\n'
        )
    (folder / "pack.toml").write_text(
        f'format = 1\npack = "{pack_id}"\nversion = {version}\nreleased_at = "2026-09-01T08:00:00Z"\n'
        'language = "sq"\nsubject = "mathematics"\narea = "math"\ngrades = [6]\nlicence = "CC0-1.0"\n'
        f'authors = ["Vlora"]\ntitle = {{ sq = "Paketa {slug}" }}\nsummary = {{ sq = "Provë" }}\n'
        f'[[units]]\nslug = "hyrje"\ntitle = {{ sq = "Hyrje" }}\n{"".join(items)}'
    )
    return folder
