"""What a box keeps of metadata on its own disk, verified again when other bytes are read (FORMAT.md section 6).

Promises: what is damaged counts as not there; nothing is believed because it lies in our own folder. What is kept:
`<N>.root.json` (the lowest number is the root that was given in person), `earlier/<N>.root.json` (only to be passed
on), `registry.json`, `cat/<publisher>.json`, and `academies/<id>.json` and `academies/own/<id>.json` (the catalogues by
which academies were accepted).

    Kept(folder, disk).trust().registry
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from msgspec.structs import replace

from content_packs.durable import Disk
from content_packs.errors import MetadataError, NotSignedError, TrustError
from content_packs.trust.academies import Academy, delegator_of, is_academy_id
from content_packs.trust.catalogue import Catalogue, catalogue_name
from content_packs.trust.delegator import Delegator
from content_packs.trust.registry import REGISTRY_NAME, Registry
from content_packs.trust.roots import NOBODY, Root
from content_packs.trust.trust import Trust
from content_packs.trust.verified import Verified


class Kept:
    """The files of accepted metadata."""

    def __init__(self, folder: Path, disk: Disk) -> None:
        self._folder = folder
        self._disk = disk
        self._verified = Verified()

    def trust(self) -> Trust:
        """Read everything."""
        root = self.root()
        registry = self.registry(root)
        listed = registry.publishers if registry else {}
        academies = {name: academy for name, academy in self.academies().items() if name not in listed}
        accepted = delegator_of(academies.values())
        lapsed: set[str] = set()
        catalogues = dict(self._catalogues(registry, lapsed)) if registry else {}
        catalogues.update(self._catalogues(accepted, lapsed))
        return Trust(
            root, registry, MappingProxyType(academies), accepted, MappingProxyType(catalogues), frozenset(lapsed)
        )

    def pinned(self) -> Root | None:
        """The first root, if it is there and sound."""
        first = next(self.root_files(), None)
        raw = self.read(first.name) if first else None
        try:
            return self._verified.first_root(raw) if raw else None
        except (TrustError, MetadataError):
            return None

    def root(self) -> Root:
        """The newest root that follows from the pinned one; `NOBODY` without one."""
        roots = list(self.roots())
        return roots[-1] if roots else NOBODY

    def roots(self) -> Iterator[Root]:
        """The pinned root and all that follow from it."""
        root = self.pinned()
        while root:
            yield root
            raw = self.read(f"{root.version + 1}.root.json")
            try:
                root = self._verified.next_root(root, raw) if raw else None
            except (TrustError, MetadataError):
                return

    def registry(self, root: Root) -> Registry | None:
        """The registry that is held, if it verifies under this root and is not below its minimum."""
        raw = self.read(REGISTRY_NAME)
        try:
            registry = self._verified.registry(root, raw) if raw else None
        except (TrustError, MetadataError):
            return None
        return registry if registry and registry.version >= root.registry_min_version else None

    def catalogue(self, delegator: Delegator, publisher: str) -> Catalogue | None:
        """The catalogue that is held, if it verifies under this delegator and is not below its minimum.

        Raises:
            NotSignedError: It is whole, but no longer carries the signatures it needs.
        """
        raw = self.read(catalogue_name(publisher))
        try:
            catalogue = self._verified.catalogue(delegator, publisher, raw) if raw else None
        except NotSignedError:
            raise
        except (TrustError, MetadataError):
            return None
        minimum = delegator.publishers[publisher].min_version
        return catalogue if catalogue and catalogue.version >= minimum else None

    def academies(self) -> Mapping[str, Academy]:
        """The academies that were accepted."""
        found = {}
        for name in self.academy_files():
            path = Path(name)
            try:
                academy = self._verified.academy(name, self.read(name) or b"")
            except TrustError:
                continue
            if academy.id == path.stem:
                found[academy.id] = replace(academy, own=path.parent.name == "own")
        return found

    def academy_files(self) -> list[str]:
        """The catalogues by which academies were accepted, that of the box itself last."""
        folder = self._folder / "academies"
        paths = [*sorted(folder.glob("*.json")), *sorted((folder / "own").glob("*.json"))]
        return [str(path.relative_to(self._folder)) for path in paths if is_academy_id(path.stem)]

    def root_files(self) -> Iterator[Path]:
        """The roots that are kept, oldest first."""
        paths = self._folder.glob("*.root.json")
        roots = [path for path in paths if re.fullmatch(r"[1-9]\d{0,9}\.root\.json", path.name)]
        return iter(sorted(roots, key=lambda path: int(path.name.partition(".")[0])))

    def read(self, name: str) -> bytes | None:
        """Read a file that is kept; None if it is not there or cannot be read."""
        try:
            return (self._folder / name).read_bytes()
        except OSError:
            return None

    def write(self, name: str, raw: bytes) -> None:
        """Write accepted metadata durably."""
        path = self._folder / name
        self._disk.make_folder(path.parent)
        self._disk.write_file(path, raw)

    def remove(self, name: str) -> None:
        """Take a file away durably."""
        self._disk.remove(self._folder / name)

    def _catalogues(self, delegator: Delegator, lapsed: set[str]) -> Iterator[tuple[str, Catalogue]]:
        """The catalogues of one delegator's publishers; whose signatures no longer do is noted."""
        for publisher in delegator.publishers:
            try:
                catalogue = self.catalogue(delegator, publisher)
            except NotSignedError:
                lapsed.add(publisher)
                continue
            if catalogue:
                yield publisher, catalogue
