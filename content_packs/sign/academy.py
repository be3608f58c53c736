"""A box that signs its own school's packs: its catalogue introduces it, and grows with each pack (FORMAT 5.8).

Promises: the key never leaves; a catalogue that was lost on the shelf goes on from the one the box holds, so that no
version is ever signed twice.

    desk = AcademyDesk(shelf, signer, disk=Disk(), clock=SystemClock())
    desk.introduce({"sq": "Shkolla Agimi"}, held=None)
    desk.sign(built, {"sq": "Shkolla Agimi"})
"""

from pathlib import Path

from securesystemslib.signer import CryptoSigner

from content_packs.clock import Clock
from content_packs.durable import Disk
from content_packs.errors import FormatError, ShelfError, TrustError
from content_packs.manifest import Text
from content_packs.shelf import DirectoryShelf
from content_packs.sign.index import write_index
from content_packs.sign.keys import public_pem
from content_packs.sign.metadata import Introduction, catalogue_bytes
from content_packs.sign.pack import Signed, sign_pack
from content_packs.trust import Academy, Catalogue
from content_packs.trust.academies import academy_id, delegator_of, read_academy
from content_packs.trust.catalogue import accept_catalogue, catalogue_name, verify_catalogue
from content_packs.trust.metadata import CATALOGUE_BYTES_MAX


class AcademyDesk:
    """The shelf of one academy, and the key that signs there."""

    def __init__(self, folder: Path, signer: CryptoSigner, *, disk: Disk, clock: Clock) -> None:
        self._folder = folder
        self._signer = signer
        self._disk = disk
        self._clock = clock

    @property
    def public(self) -> str:
        """The public half of its key, in hexadecimal digits."""
        return str(self._signer.public_key.keyval["public"])

    @property
    def id(self) -> str:
        """Its publisher id."""
        return academy_id(self.public)

    @property
    def keyid(self) -> str:
        """How its key is called in metadata."""
        return str(self._signer.public_key.keyid)

    @property
    def public_pem(self) -> bytes:
        """The public half of its key, as a ministry takes it."""
        return public_pem(self._signer)

    def sign_bytes(self, raw: bytes) -> bytes:
        """Sign what is no metadata; the bytes MUST say by how they begin what they are for (FORMAT 11.3)."""
        return bytes.fromhex(self._signer.sign(raw).signature)

    @property
    def path(self) -> Path:
        """Where its catalogue stands: the file by which others can accept it."""
        return self._folder / "meta" / catalogue_name(self.id)

    def introduce(self, names: Text, *, held: bytes | None) -> bytes:
        """See that the catalogue on the shelf says these names; give it.

        Args:
            names: Of the academy, per language.
            held: The catalogue the box holds, if it holds one.

        Raises:
            DiskError: It cannot be written.
        """
        found = [each for each in (self._read(held), self._read(self._on_shelf())) if each]
        newest = max(found, key=lambda each: each[1].version, default=None)
        if newest and dict(newest[0].names) == dict(names):
            raw = newest[0].raw
        else:
            before = newest[1] if newest else None
            version, listings = (before.version + 1, before.listings) if before else (1, ())
            said = Introduction(self.public, names)
            raw = catalogue_bytes(
                version, listings, (self._signer,), signed_at=self._clock.now(), introduction=said
            )
            accept_catalogue(delegator_of([read_academy(raw)]), self.id, raw, held=before)
        if self._on_shelf() != raw:
            self._disk.make_folder(self.path.parent)
            self._disk.write_file(self.path, raw)
            write_index(self._folder, self._disk)
        return raw

    def sign(self, built: Path, names: Text) -> Signed:
        """Sign a built pack of this academy onto the shelf; it was introduced there before.

        Raises:
            PackError: As `sign_pack`.
        """
        said = Introduction(self.public, names)
        return sign_pack(
            built, self._folder, (self._signer,), disk=self._disk, clock=self._clock, introduction=said
        )

    def _on_shelf(self) -> bytes | None:
        """The catalogue on the shelf, if it can be read."""
        try:
            return DirectoryShelf(self._folder).read_meta(catalogue_name(self.id), CATALOGUE_BYTES_MAX)
        except (ShelfError, FormatError):
            return None

    def _read(self, raw: bytes | None) -> tuple[Academy, Catalogue] | None:
        """Read a catalogue of this academy; one that is damaged or signed by others is none."""
        try:
            academy = read_academy(raw) if raw is not None else None
            if academy is None or academy.id != self.id:
                return None
            return academy, verify_catalogue(delegator_of([academy]), academy.id, academy.raw)
        except (TrustError, FormatError):
            return None
