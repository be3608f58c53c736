"""The test vectors of FORMAT.md section 10, made anew: `python -m tests.simulators.vectors` writes the files.

A vector is a story of one box: what it is told and which shelves it sees, in order, and what it decides each time.
Files of metadata stand in it as text. Each vector that refuses has one fault.

    {"name": "...", "clauses": ["6.2"], "says": "...", "steps": [{"do": "pin", ...}, {"do": "look", ...}]}
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.simulators.second_reader import Json

FOLDER = Path(__file__).parents[1] / "data" / "vectors"


@dataclass
class Vector:
    """One story, put together step by step."""

    name: str
    clauses: str
    says: str
    steps: list[dict[str, Json]] = field(default_factory=list)

    def pin(self, raw: bytes, refused: str | None = None) -> "Vector":
        """The box is given a first root."""
        return self._add("pin", file=raw.decode(), refused=refused)

    def accept(self, raw: bytes, *, academy: str | None = None, refused: str | None = None) -> "Vector":
        """A person accepts an academy from its catalogue."""
        return self._add("accept", file=raw.decode(), academy=academy, refused=refused)

    def forget(self, academy: str) -> "Vector":
        """A person forgets an academy."""
        return self._add("forget", academy=academy)

    def look(
        self,
        shelf: Mapping[str, bytes],
        *,
        root: int = 1,
        registry: int | None = 1,
        catalogues: Mapping[str, int] | None = None,
        refused: Mapping[str, str] | None = None,
    ) -> "Vector":
        """The box looks at a shelf, and then stands like this."""
        return self._add(
            "look",
            shelf={name: raw.decode() for name, raw in sorted(shelf.items())},
            root=root,
            registry=registry,
            catalogues=dict(catalogues or {}),
            refused=dict(refused or {}),
        )

    def hidden(self, *packs: str, sha256: str, hidden: bool) -> "Vector":
        """Installed pack versions, by their paths in a catalogue, are hidden now or not."""
        for pack in packs:
            self._add("hides", pack=pack, sha256=sha256, hidden=hidden)
        return self

    def text(self) -> str:
        """The file of this vector."""
        whole = {"name": self.name, "clauses": self.clauses.split(), "says": self.says, "steps": self.steps}
        return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"

    def _add(self, do: str, **facts: Json) -> "Vector":
        self.steps.append({"do": do, **facts})
        return self


def every() -> Sequence[Vector]:
    """Every vector, in the order of their names."""
    from tests.simulators import vectors_academies, vectors_forms, vectors_trust

    found = [*vectors_trust.vectors(), *vectors_forms.vectors(), *vectors_academies.vectors()]
    return sorted(found, key=lambda vector: vector.name)


def write(folder: Path) -> None:
    """Write every vector, and nothing else, into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("*.json"):
        path.unlink()
    for vector in every():
        (folder / f"{vector.name}.json").write_text(vector.text(), encoding="utf-8")


if __name__ == "__main__":
    write(FOLDER)
