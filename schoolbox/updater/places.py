"""Where an update happens (deploy/raspberrypi/README.md), all of it below one folder in tests.

    places = Places.under(Path("/"))
"""

from pathlib import Path
from typing import Self

import msgspec


class Places(msgspec.Struct, frozen=True, kw_only=True):
    """Folders and files; `app` is root's, `data` belongs to the box and nothing in it is believed."""

    app: Path
    data: Path
    base: Path
    root_file: Path

    @classmethod
    def under(cls, top: Path) -> Self:
        """The places of a system whose root folder this is."""
        return cls(
            app=top / "var/lib/schoolbox-app", data=top / "var/lib/schoolbox", base=top / "opt/schoolbox/base",
            root_file=root_file_of(top / "usr/lib/schoolbox/programs.root.json", top / "var/lib/schoolbox-system"),
        )  # fmt: skip

    @property
    def versions(self) -> Path:
        """Each version that was taken, unpacked."""
        return self.app / "versions"

    @property
    def current(self) -> Path:
        """The link to the version that runs; where there is none, the program of the base runs."""
        return self.app / "current"

    @property
    def trust(self) -> Path:
        """Root's own copy of whom it believes."""
        return self.app / "trust"

    @property
    def state_file(self) -> Path:
        """What was taken and how that went; everybody may read it."""
        return self.app / "state.json"

    @property
    def trying_file(self) -> Path:
        """Is there while a version is tried; the box then answers nobody but the updater."""
        return self.app / "trying.json"

    @property
    def brought(self) -> Path:
        """The shelf on which the box lays what it brought."""
        return self.data / "programs"

    @property
    def wanted_file(self) -> Path:
        """What the box asks for."""
        return self.brought / "wanted.json"

    @property
    def database(self) -> Path:
        """The database of the box."""
        return self.data / "box.db"


def root_file_of(shipped: Path, system: Path = Path("/var/lib/schoolbox-system")) -> Path:
    """Where the root of programs is: with the system, or else where root put it by hand, which outlives a start."""
    by_hand = system / shipped.name
    return by_hand if not shipped.is_file() and by_hand.is_file() else shipped
