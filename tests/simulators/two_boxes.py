"""The box of `content_packs.trust` behind the words of FORMAT 6.16, so that a second one can be laid beside it.

    box = FirstBox(folder); box.pin(raw); box.apply(files) == SecondBox().apply(files)
"""

import shutil
from collections.abc import Mapping
from pathlib import Path

from content_packs.durable import Disk
from content_packs.errors import (
    AcademyNotAcceptedError,
    ForkedMetadataError,
    MetadataError,
    MetadataTooLargeError,
    NoRootError,
    NotAnAcademyError,
    NotSignedError,
    OlderMetadataError,
    OutsidePrefixError,
    PackError,
    UnknownPublisherError,
)
from content_packs.shelf import DirectoryShelf
from content_packs.trust import TrustStore
from tests.simulators.second_reader import Refused
from tests.simulators.second_verifier import Report

REASONS: Mapping[type[PackError], str] = {
    NoRootError: "no-root",
    UnknownPublisherError: "unknown-publisher",
    AcademyNotAcceptedError: "unknown-publisher",
    MetadataTooLargeError: "too-large",
    MetadataError: "malformed",
    NotAnAcademyError: "malformed",
    NotSignedError: "not-signed",
    OutsidePrefixError: "outside-prefix",
    OlderMetadataError: "older",
    ForkedMetadataError: "forked",
}


class FirstBox:
    """A real trust store in a folder, which looks at real shelves."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._store = TrustStore(folder / "trust", Disk())

    def pin(self, raw: bytes) -> None:
        """Take the first root."""
        try:
            self._store.pin(raw)
        except PackError as exc:
            raise Refused(REASONS[type(exc)]) from exc

    def accept(self, raw: bytes) -> str:
        """Accept an academy."""
        try:
            return self._store.accept(raw).id
        except PackError as exc:
            raise Refused(REASONS[type(exc)]) from exc

    def forget(self, name: str) -> None:
        """Forget an academy."""
        self._store.forget(name)

    def hides(self, pack: str, sha256: str) -> bool:
        """Whether an installed pack version is hidden."""
        publisher, slug, number = pack.removesuffix(".json").split("/")
        try:
            trust = self._store.trust()
        except NoRootError:
            return publisher.startswith("box-")
        return trust.hides(f"{publisher}:{slug}", int(number), sha256)

    def apply(self, files: Mapping[str, bytes]) -> Report:
        """Look at a shelf that has these files under meta/."""
        shelf = self._folder / "shelf"
        shutil.rmtree(shelf, ignore_errors=True)
        (shelf / "meta" / "cat").mkdir(parents=True)
        for name, raw in files.items():
            (shelf / "meta" / name).write_bytes(raw)
        applied = self._store.apply(DirectoryShelf(shelf))
        trust, refused = applied.trust, {each.name: REASONS[type(each.error)] for each in applied.refused}
        versions = {name: catalogue.version for name, catalogue in trust.catalogues.items()}
        return Report(trust.root.version, trust.registry.version if trust.registry else None, versions, refused)
