"""The school as a publisher: this box signs packs of its own, with a key that never leaves it (FORMAT 5.8, 6.14).

Promises: the key is made on the box the first time it starts, and stays in a file only the box may read; this box
trusts its own academy by itself; every version is signed once. What is signed lies on a shelf of its own, which any
other box can read like a stick.

    academy.begin()
    academy.make(Path("lessons/plan"))        # then install it from academy.shelf
"""

import logging
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from content_packs.certificate import Certificate, write_code
from content_packs.clock import Clock
from content_packs.durable import Disk, locked
from content_packs.errors import DiskError, KeyFileError
from content_packs.letter import write_letter
from content_packs.manifest import Text
from content_packs.sign import AcademyDesk, Signed, load_signer, new_key
from content_packs.trust import TrustStore
from content_packs.trust.academies import academy_id
from schoolbox.errors import BadInputError, ConfigError
from schoolbox.services.school import School

LOG = logging.getLogger(__name__)
NO_NAME = "Schoolbox"
"""What the academy is called until the school has a name."""


class AcademyFacts(msgspec.Struct, frozen=True):
    """What others need to know: the ministry takes `public_file`, another box takes `catalogue_file`."""

    id: str
    names: Text
    keyid: str
    public_file: Path
    catalogue_file: Path


class AcademyPlaces(msgspec.Struct, frozen=True):
    """Where the key is, and the folder in which everything else lies."""

    key: Path
    folder: Path


class Academy:
    """The publisher that this box is."""

    def __init__(
        self, places: AcademyPlaces, *, trust: TrustStore, school: School, disk: Disk, clock: Clock, language: str
    ) -> None:
        self._places = places
        self._trust = trust
        self._school = school
        self._disk = disk
        self._clock = clock
        self._language = language

    @property
    def shelf(self) -> Path:
        """The shelf with the school's own packs."""
        return self._places.folder / "shelf"

    def at_start(self) -> None:
        """Begin when the box starts; what goes wrong is logged, for lessons go on without an academy."""
        try:
            self.begin()
        except (ConfigError, DiskError) as exc:
            LOG.warning("academy_not_ready problem=%s", exc)

    def begin(self) -> AcademyFacts:
        """Make the key the first time, introduce the academy under the school's name, and trust it.

        Raises:
            ConfigError: The key file cannot be read, or is not a key.
            DiskError: It cannot be written.
        """
        with self._alone() as desk:
            return self._introduce(desk)

    def make(self, source: Path) -> Signed:
        """Build a pack from a folder with pack.toml and sign it onto the shelf.

        Raises:
            BadInputError: The pack is another publisher's.
            PackError: It cannot be built or signed; nothing was signed.
            ConfigError: As for `begin`.
        """
        from content_packs.build import build_pack
        from content_packs.source import read_source

        with self._alone() as desk:
            facts = self._introduce(desk)
            pack_id = read_source(source).pack
            if pack_id.partition(":")[0] != facts.id:
                raise BadInputError(field="pack", problem=f"a pack of this school is called {facts.id}:NAME")
            self._take_along()
            built = self._places.folder / "built"
            build_pack(source, built, self._disk)
            signed = desk.sign(built, facts.names)
            shutil.rmtree(built, ignore_errors=True)
        self._trust.accept(facts.catalogue_file.read_bytes(), own=True)
        return signed

    def public(self) -> str | None:
        """The public half of the key, in hexadecimal digits; None while there is none that can be used."""
        try:
            return self.pen().public
        except (ConfigError, DiskError) as exc:
            LOG.warning("academy_not_ready problem=%s", exc)
            return None

    def number(self) -> str:
        """The number by which another school recognizes this one; empty while there is no key that can be used."""
        public = self.public()
        return academy_id(public) if public else ""

    def certify(self, certificates: Sequence[Certificate]) -> list[str]:
        """Write certificates as texts that carry the signature of this school (FORMAT 11).

        Raises:
            ConfigError: The key file cannot be read, or is not a key.
            DiskError: The key has to be made and cannot be written.
        """
        desk = self.pen()
        return [write_code(each, desk.public, desk.sign_bytes) for each in certificates]

    def write_letter(self, kind: str, said: msgspec.Struct) -> bytes:
        """Write a letter that carries the signature of this school (FORMAT 12).

        Raises:
            ConfigError: The key file cannot be read, or is not a key.
            DiskError: The key has to be made and cannot be written.
        """
        desk = self.pen()
        return write_letter(kind, said, desk.public, desk.sign_bytes)

    def _introduce(self, desk: AcademyDesk) -> AcademyFacts:
        names: Text = {self._language: self._school.name() or NO_NAME}
        raw = desk.introduce(names, held=self._trust.held(desk.id))
        known = self._trust.accepted().get(desk.id)
        if known is None or known.names != names:
            self._trust.accept(raw, own=True)
        public_file = self._places.folder / f"{desk.id}.pub"
        if not public_file.is_file():
            self._disk.write_file(public_file, desk.public_pem)
        return AcademyFacts(desk.id, names, desk.keyid, public_file, desk.path)

    def _take_along(self) -> None:
        """Put every root and the registry on the shelf, so that whoever meets it catches up (FORMAT 6.15)."""
        meta = self.shelf / "meta"
        self._disk.make_folder(meta)
        for name, raw in self._trust.travelling().items():
            path = meta / name
            if not path.is_file() or path.read_bytes() != raw:
                self._disk.write_file(path, raw)

    @contextmanager
    def _alone(self) -> Iterator[AcademyDesk]:
        """Open the desk while no other program signs packs there."""
        self._disk.make_folder(self._places.folder)
        with locked(self._places.folder / "lock", wait=True):
            if not self._places.key.exists():
                self._disk.make_folder(self._places.key.parent, mode=0o700)
                try:
                    new_key(self._places.key, self._disk, passphrase=None)
                except KeyFileError as exc:
                    raise self._unusable(exc) from exc
            yield self._desk()

    def pen(self) -> AcademyDesk:
        """The desk, only to sign a text: nobody waits for a pack of large videos that is being made meanwhile.

        Raises:
            ConfigError: The key file cannot be read, or is not a key.
            DiskError: The key has to be made and cannot be written.
        """
        if not self._places.key.exists():
            with self._alone() as desk:
                return desk
        return self._desk()

    def _desk(self) -> AcademyDesk:
        try:
            signer = load_signer(self._places.key)
        except KeyFileError as exc:
            raise self._unusable(exc) from exc
        return AcademyDesk(self.shelf, signer, disk=self._disk, clock=self._clock)

    def _unusable(self, error: KeyFileError) -> ConfigError:
        return ConfigError(setting=str(self._places.key), problem=f"the key cannot be used: {error.problem}")
