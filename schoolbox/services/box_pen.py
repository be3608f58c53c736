"""The key with which this box signs for its hub: the academy's, or one of its own since it was told apart from a twin.

Promises: whoever copied the card before has not the key that is made here; what the academy signed stays right.

    box_pen.pen().sign_bytes(raw)
"""

import logging
import secrets
from collections.abc import Callable
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from content_packs.durable import Disk
from content_packs.errors import DiskError
from schoolbox.errors import ConfigError
from schoolbox.services.academy import Academy
from sync.courier import Pen

LOG = logging.getLogger(__name__)
KEY_BYTES = 32


class _KeyPen(msgspec.Struct, frozen=True):
    """A key that signs; implements `sync.courier.Pen`."""

    _key: Ed25519PrivateKey

    @property
    def public(self) -> str:
        """The public half, in hexadecimal digits."""
        return self._key.public_key().public_bytes_raw().hex()

    def sign_bytes(self, raw: bytes) -> bytes:
        """Sign."""
        return self._key.sign(raw)


class BoxPen:
    """Finds the key, and makes another."""

    def __init__(
        self, academy: Academy, *, file: Path, disk: Disk, token_bytes: Callable[[int], bytes] = secrets.token_bytes
    ) -> None:
        self._academy = academy
        self._file = file
        self._disk = disk
        self._token_bytes = token_bytes

    def pen(self) -> Pen:
        """Give what signs.

        Raises:
            ConfigError: The key file cannot be read, or is not a key.
            DiskError: The key has to be made and cannot be written.
        """
        try:
            raw = self._file.read_bytes()
        except FileNotFoundError:
            return self._academy.pen()
        except OSError as exc:
            raise ConfigError(setting=str(self._file), problem=f"the key cannot be read: {exc.strerror}") from exc
        if len(raw) != KEY_BYTES:
            raise ConfigError(setting=str(self._file), problem=f"a key has {KEY_BYTES} bytes, this file has {len(raw)}")
        return _KeyPen(Ed25519PrivateKey.from_private_bytes(raw))

    def public(self) -> str | None:
        """The public half of the key, in hexadecimal digits; None while there is none that can be used."""
        try:
            return self.pen().public
        except (ConfigError, DiskError) as exc:
            LOG.warning("box_key_not_ready problem=%s", exc)
            return None

    def renew(self) -> None:
        """Make another key, of this box alone.

        Raises:
            DiskError: It cannot be written; the one before goes on.
        """
        self._disk.make_folder(self._file.parent, mode=0o700)
        self._disk.write_file(self._file, self._token_bytes(KEY_BYTES), mode=0o600)
