"""Secrets at rest: a hash keyed with a key that lies beside the database, never in it.

For secrets of 256 random bits a keyed hash is enough and costs microseconds at every request; passwords that people
choose get scrypt, sized to about 0.1 s here.

    keyed = Keyed(key)
    keyed.matches("the secret", keyed.digest("the secret"))
"""

import hashlib
import hmac
from pathlib import Path

from sync.hub.errors import DataError

SCRYPT_N = 2**15
_SCRYPT_MEMORY = 64 * 1024 * 1024


class Keyed:
    """Hashes with one key."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def digest(self, secret: str) -> bytes:
        """Give the keyed hash of a secret."""
        return hmac.digest(self._key, b"secret\0" + secret.encode(), "sha256")

    def matches(self, secret: str, digest: bytes) -> bool:
        """Compare in constant time."""
        return hmac.compare_digest(self.digest(secret), digest)

    def session_key(self) -> bytes:
        """Give the key that signs the cookies of the pages."""
        return hmac.digest(self._key, b"session cookies", "sha256")

    def seed(self, purpose: str) -> bytes:
        """Give the seed of a key of its own for one purpose."""
        return hmac.digest(self._key, b"seed\0" + purpose.encode(), "sha256")


def read_keyed(path: Path, owner: str) -> Keyed:
    """Read the key of a hub or an identity office.

    Raises:
        DataError: There is no key, or it is damaged.
    """
    try:
        return Keyed(bytes.fromhex(path.read_text(encoding="ascii")))
    except (OSError, ValueError) as exc:
        raise DataError(f"{path} is missing or damaged. Restore it from the backup of this {owner}.") from exc


def hash_password(password: str, salt: bytes) -> str:
    """Hash a password that a person chose; the text says how, so that it can be made harder later."""
    return f"scrypt:{SCRYPT_N}:{salt.hex()}:{_scrypt(password, salt, SCRYPT_N).hex()}"


def password_matches(password: str, stored: str) -> bool:
    """Compare a password with what `hash_password` gave, in constant time."""
    _, cost, salt, digest = stored.split(":")
    return hmac.compare_digest(_scrypt(password, bytes.fromhex(salt), int(cost)), bytes.fromhex(digest))


def _scrypt(password: str, salt: bytes, cost: int) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=cost, r=8, p=1, maxmem=_SCRYPT_MEMORY, dklen=32)
