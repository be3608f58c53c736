"""Signing keys: Ed25519, a PEM file only its owner may read, and beside it the public half to give away.

    new_key(Path("mash.key"), Disk())         # writes mash.key (0600) and mash.key.pub
    load_signer(Path("mash.key")).public_key.keyid
"""

from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from securesystemslib.signer import CryptoSigner, SSlibKey

from content_packs.durable import Disk
from content_packs.errors import KeyFileError

_PEM = serialization.Encoding.PEM


def new_key(path: Path, disk: Disk, *, passphrase: bytes | None = None) -> Path:
    """Make a key and write both halves; give the path of the public one.

    Args:
        path: Where the private half goes; the public half gets `.pub` behind it.
        disk: Written through.
        passphrase: Locks the private half, if given.

    Raises:
        KeyFileError: There is a file already; a key is never overwritten.
        DiskError: It cannot be written.
    """
    public_path = path.with_name(f"{path.name}.pub")
    for existing in (path, public_path):
        if existing.exists():
            raise KeyFileError(path=existing, problem="there is a file already")
    key = Ed25519PrivateKey.generate()
    lock = serialization.BestAvailableEncryption(passphrase) if passphrase else serialization.NoEncryption()
    disk.write_file(path, key.private_bytes(_PEM, serialization.PrivateFormat.PKCS8, lock), mode=0o600)
    public = key.public_key().public_bytes(_PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    disk.write_file(public_path, public)
    return public_path


def load_signer(path: Path, *, passphrase: bytes | None = None) -> CryptoSigner:
    """Read a private key to sign with.

    Raises:
        KeyFileError: Not there, not an Ed25519 private key, or the passphrase is missing or wrong.
    """
    try:
        key = serialization.load_pem_private_key(_read(path), passphrase)
    except TypeError as exc:
        problem = "it is locked: a passphrase is needed" if passphrase is None else "it is not locked by a passphrase"
        raise KeyFileError(path=path, problem=problem) from exc
    except (ValueError, UnsupportedAlgorithm) as exc:
        problem = "the passphrase is wrong" if passphrase else "it is not a private key"
        raise KeyFileError(path=path, problem=problem) from exc
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyFileError(path=path, problem="it is not an Ed25519 key")
    return CryptoSigner(key)


def load_public(path: Path) -> SSlibKey:
    """Read a public key.

    Raises:
        KeyFileError: Not there, or not an Ed25519 public key.
    """
    try:
        key = serialization.load_pem_public_key(_read(path))
    except (ValueError, UnsupportedAlgorithm) as exc:
        raise KeyFileError(path=path, problem="it is not a public key") from exc
    if not isinstance(key, Ed25519PublicKey):
        raise KeyFileError(path=path, problem="it is not an Ed25519 key")
    return SSlibKey.from_crypto(key)


def _read(path: Path) -> bytes:
    """Read a key file."""
    try:
        return path.read_bytes()
    except OSError as exc:
        raise KeyFileError(path=path, problem=exc.strerror or str(exc)) from exc
