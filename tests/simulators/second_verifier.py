"""A second box: decides about a shelf from FORMAT.md section 6 alone, and shares no code with the first.

It lies in nothing, but it is slow and remembers in memory only. Where it and `content_packs.trust` disagree, one of
them or the text is wrong.

    box = SecondBox(); box.pin(root); report = box.apply({"registry.json": raw, "cat/mash.json": raw})
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from tests.simulators.second_reader import (
    Catalogue,
    Metadata,
    Refused,
    Registry,
    Role,
    Root,
    key_id,
    need,
    read_catalogue,
    read_registry,
    read_root,
    refuse,
)

ACADEMY = re.compile(r"box-[0-9a-f]{20}")


@dataclass(frozen=True)
class Report:
    """Where a box stands after a shelf, and what it refused: name under meta/ to reason."""

    root: int
    registry: int | None
    catalogues: Mapping[str, int]
    refused: Mapping[str, str]


@dataclass
class SecondBox:
    """A box that remembers what it accepted."""

    root: Root | None = None
    kept_registry: bytes | None = None
    kept_catalogues: dict[str, bytes] = field(default_factory=dict)
    accepted: dict[str, str] = field(default_factory=dict)
    former: list[Root] = field(default_factory=list)
    old_registry: Registry | None = None

    # What a person decides (6.1, 6.14)

    def pin(self, raw: bytes) -> None:
        """Take the first root."""
        root = read_root(raw)
        need(root.data.is_signed(root.root), "not-signed")
        self.root = root

    def accept(self, raw: bytes) -> str:
        """Accept an academy; give its id."""
        catalogue = read_catalogue(raw)
        if catalogue.academy is None:
            refuse("malformed")
        name = f"box-{key_id(catalogue.academy)[:20]}"
        need(catalogue.data.is_signed(academy_role(catalogue.academy)), "not-signed")
        need(catalogue.prefixes <= {name}, "outside-prefix")
        self.accepted[name] = catalogue.academy
        return name

    def forget(self, name: str) -> None:
        """Forget an academy."""
        del self.accepted[name]

    # What is held and counts today (6.4, 6.5)

    def registry(self) -> Registry | None:
        """The registry."""
        if self.root is None or self.kept_registry is None:
            return None
        registry = read_registry(self.kept_registry)
        counts = registry.data.is_signed(self.root.targets)
        return registry if counts and registry.data.version >= self.root.registry_min_version else None

    def role(self, publisher: str) -> Role | None:
        """Who may sign for a publisher: as the registry says, else as a person did."""
        registry = self.registry()
        if registry and publisher in registry.publishers:
            return registry.publishers[publisher]
        return academy_role(self.accepted[publisher]) if publisher in self.accepted else None

    def catalogue(self, publisher: str) -> Catalogue | None:
        """The catalogue of a publisher."""
        role, raw = self.role(publisher), self.kept_catalogues.get(publisher)
        if role is None or raw is None:
            return None
        catalogue = read_catalogue(raw)
        return catalogue if catalogue.data.is_signed(role) and catalogue.data.version >= role.min_version else None

    def hides(self, pack: str, sha256: str) -> bool:
        """Whether an installed pack version, as `mash/thyesat/3.json`, is hidden (6.9)."""
        publisher = pack.partition("/")[0]
        role, kept = self.role(publisher), self.kept_catalogues.get(publisher)
        if role is None:
            return self.registry() is not None or bool(ACADEMY.fullmatch(publisher))
        if kept is not None and not read_catalogue(kept).data.is_signed(role):
            return True
        catalogue = self.catalogue(publisher)
        return catalogue is not None and f"{pack} {sha256}" not in catalogue.packs

    # Looking at a shelf (6.16)

    def apply(self, shelf: Mapping[str, bytes]) -> Report:
        """Take in what is newer and right; what is refused leaves what is held."""
        refused: dict[str, str] = {}
        self.old_registry = None
        if self.root:
            self._take_roots(self.root, shelf, refused)
        if "registry.json" in shelf:
            _try("registry.json", refused, lambda: self._take_registry(shelf["registry.json"]))
        why = refused.get("registry.json", "older")
        unknown = "no-root" if self.root is None else "unknown-publisher" if why == "older" else why
        for name in sorted(name for name in shelf if name.startswith("cat/"))[:1000]:
            self._try_catalogue(name, shelf[name], unknown, refused)
        return self._report(refused)

    def _take_roots(self, root: Root, shelf: Mapping[str, bytes], refused: dict[str, str]) -> None:
        name = f"{root.data.version}.root.json"
        try:
            if name in shelf:
                need(read_root(shelf[name]).data.payload == root.data.payload, "forked")
            for _ in range(1024):
                name = f"{root.data.version + 1}.root.json"
                if name not in shelf:
                    return
                following = read_root(shelf[name])
                need(following.data.version == root.data.version + 1)
                need(following.data.is_signed(following.root) and following.data.is_signed(root.root), "not-signed")
                self.former.append(root)
                self.root = root = following
        except Refused as exc:
            refused[name] = str(exc)

    def _take_registry(self, raw: bytes) -> None:
        if self.root is None:
            refuse("no-root")
        registry, held = read_registry(raw), self.registry()
        signed = [registry.data.is_signed(root.targets) for root in (self.root, *self.former)]
        below = held is not None and registry.data.version < held.data.version
        if any(signed) and below:
            self.old_registry = registry
        need(signed[0] or not (any(signed) and below), "older")
        need(signed[0], "not-signed")
        check_floor(registry.data, held.data if held else None, self.root.registry_min_version)
        if held is None or registry.data.version > held.data.version:
            self.kept_registry = raw

    def _try_catalogue(self, name: str, raw: bytes, unknown: str, refused: dict[str, str]) -> None:
        publisher = name.removeprefix("cat/").removesuffix(".json")

        def step() -> None:
            role, held = self.role(publisher), self.catalogue(publisher)
            if role is None:
                refuse(unknown)
            catalogue = read_catalogue(raw)
            signed = catalogue.data.is_signed(role)
            need(signed or not self._was_right(publisher, catalogue, held), "older")
            need(signed, "not-signed")
            need(catalogue.prefixes <= {publisher}, "outside-prefix")
            check_floor(catalogue.data, held.data if held else None, role.min_version)
            if held is None or catalogue.data.version > held.data.version:
                self.kept_catalogues[publisher] = raw

        _try(name, refused, step)

    def _was_right(self, publisher: str, catalogue: Catalogue, held: Catalogue | None) -> bool:
        """Whether a catalogue was right under the older registry beside it, and is below what is held (6.17)."""
        role = self.old_registry.publishers.get(publisher) if self.old_registry else None
        below = held is not None and catalogue.data.version < held.data.version
        return role is not None and below and catalogue.data.is_signed(role) and catalogue.prefixes <= {publisher}

    def _report(self, refused: Mapping[str, str]) -> Report:
        registry = self.registry()
        publishers: Iterable[str] = {*(registry.publishers if registry else ()), *self.accepted}
        found = {name: catalogue.data.version for name in publishers if (catalogue := self.catalogue(name))}
        version = self.root.data.version if self.root else 0
        return Report(version, registry.data.version if registry else None, found, refused)


def check_floor(data: Metadata, held: Metadata | None, minimum: int) -> None:
    """The rollback floor (6.4 to 6.6)."""
    need(data.version >= max(held.version if held else 1, minimum), "older")
    need(held is None or data.version != held.version or data.payload == held.payload, "forked")


def academy_role(public: str) -> Role:
    """Who may sign for an academy (6.14)."""
    return Role((key_id(public),), 1, {key_id(public): public})


def _try(name: str, refused: dict[str, str], step: Callable[[], None]) -> None:
    try:
        step()
    except Refused as exc:
        refused[name] = str(exc)
