"""The hub's keys for couriers: the age key that opens them, and the key that signs receipts (PROTOCOL section 12).

Rules: both lie beside the database in files that only their owner may read, belong into the backup, and are made when
they are missing; without the old ones a hub cannot open couriers that are on their way.

    keys = CourierKeys.open(folder, Disk())
    keys.told.recipient, keys.unseal(raw), keys.receipt(receipts)
"""

from collections.abc import Callable
from pathlib import Path
from typing import Self

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from content_packs.durable import Disk
from content_packs.letter import write_letter
from sync.courier import RECEIPT_KIND, Receipts, open_sealed
from sync.hub.errors import DataError
from sync.wire import CourierKeys as ToldKeys


class CourierKeys(msgspec.Struct, frozen=True):
    """The keys of one hub; `told` is what boxes hear of them."""

    _identity: str
    _signer: Ed25519PrivateKey
    told: ToldKeys

    @classmethod
    def open(cls, folder: Path, disk: Disk) -> Self:
        """Read the keys, making them the first time.

        Raises:
            DataError: A file is there and is no key.
        """
        from pyrage import IdentityError, x25519

        identity = _read(folder / "courier.age", disk, lambda: str(x25519.Identity.generate()))
        seed = _read(folder / "receipts.key", disk, lambda: Ed25519PrivateKey.generate().private_bytes_raw().hex())
        try:
            recipient = str(x25519.Identity.from_str(identity).to_public())
            signer = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed))
        except (IdentityError, ValueError) as exc:
            raise DataError(f"A key in {folder} is damaged. Restore courier.age and receipts.key.") from exc
        public = signer.public_key().public_bytes_raw().hex()
        return cls(identity, signer, ToldKeys(recipient=recipient, receipts=public))

    def unseal(self, raw: bytes) -> bytes:
        """Open a courier that was sealed for this hub.

        Raises:
            CourierError: It was not, or it was changed on the way.
        """
        return open_sealed(raw, self._identity)

    def receipt(self, receipts: Receipts) -> bytes:
        """Write receipts with this hub's signature."""
        return write_letter(RECEIPT_KIND, receipts, self.told.receipts, self.sign)

    def sign(self, raw: bytes) -> bytes:
        """Sign with the key of the receipts; what is signed says by how it begins what it is for."""
        return self._signer.sign(raw)


def _read(path: Path, disk: Disk, make: Callable[[], str]) -> str:
    """Read a key, or make it where there is none.

    Raises:
        DataError: It is there and cannot be read.
    """
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        made = make()
        disk.write_file(path, made.encode(), mode=0o600)
        return made
    except (OSError, UnicodeDecodeError) as exc:
        raise DataError(f"{path} cannot be read. Restore it from the backup of this hub.") from exc
