"""Signing keys: Ed25519, a PEM file only its owner may read, and beside it the public half to give away.

    new_key(Path("mash.key"), Disk(), passphrase=b"...")         # writes mash.key (0600) and mash.key.pub
    load_signer(Path("mash.key"), passphrase=b"...").public_key.keyid
"""

from pathlib import Path

from cryptography.exceptions import InternalError, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from securesystemslib.signer import CryptoSigner, SSlibKey

from content_packs.durable import Disk
from content_packs.errors import KeyFileError
from content_packs.sign.locking import PASSPHRASE_LENGTH_MIN, is_locked, lock

KEY_FILE_BYTES_MAX = 16 * 1024
_PEM = serialization.Encoding.PEM
_UNREADABLE = (ValueError, UnsupportedAlgorithm, InternalError)
"""What the library says of a file that is no key; the last one comes of a key of a kind that OpenSSL cannot take."""


def new_key(path: Path, disk: Disk, *, passphrase: bytes | None) -> Path:
    """Make a key and write both halves; give the path of the public one.

    Args:
        path: Where the private half goes; the public half gets `.pub` behind it.
        disk: Written through.
        passphrase: Locks the private half; None leaves it open.

    Raises:
        KeyFileError: There is a file already (a key is never overwritten), or the passphrase is too short.
        DiskError: It cannot be written.
    """
    public_path = path.with_name(f"{path.name}.pub")
    for existing in (path, public_path):
        if existing.exists():
            raise KeyFileError(path=existing, problem="there is a file already")
    key = Ed25519PrivateKey.generate()
    disk.write_file(path, _private_pem(key, path, passphrase), mode=0o600)
    public = key.public_key().public_bytes(_PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    disk.write_file(public_path, public)
    return public_path


def lock_key(path: Path, disk: Disk, *, old: bytes | None, new: bytes | None) -> None:
    """Set, change or remove the passphrase of a private key; the old file is replaced in one step.

    Raises:
        KeyFileError: It cannot be opened with the old passphrase, or the new one is too short.
        DiskError: It cannot be written.
    """
    key = _private_key(_read(path), path, old)
    disk.write_file(path, _private_pem(key, path, new), mode=0o600)


def load_signer(path: Path, *, passphrase: bytes | None = None) -> CryptoSigner:
    """Read a private key to sign with.

    Raises:
        KeyFileError: Not there, not an Ed25519 private key, or the passphrase is missing or wrong.
    """
    return signer_of(_read(path), path, passphrase=passphrase)


def signer_of(pem: bytes, path: Path, *, passphrase: bytes | None) -> CryptoSigner:
    """Give the signer of a private key that was read already; `path` is what an error calls it.

    Raises:
        KeyFileError: Not an Ed25519 private key, or the passphrase is missing or wrong.
    """
    return CryptoSigner(_private_key(pem, path, passphrase))


def public_pem(signer: CryptoSigner) -> bytes:
    """Write the public half of a key, as `new_key` does."""
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(str(signer.public_key.keyval["public"])))
    return key.public_bytes(_PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def load_public(path: Path) -> SSlibKey:
    """Read a public key.

    Raises:
        KeyFileError: Not there, or not an Ed25519 public key.
    """
    try:
        key = serialization.load_pem_public_key(_read(path))
    except _UNREADABLE as exc:
        raise KeyFileError(path=path, problem="it is not a public key") from exc
    if not isinstance(key, Ed25519PublicKey):
        raise KeyFileError(path=path, problem="it is not an Ed25519 key")
    return SSlibKey.from_crypto(key)


def _private_key(pem: bytes, path: Path, passphrase: bytes | None) -> Ed25519PrivateKey:
    """Open a private key."""
    if is_locked(pem) and not passphrase:
        raise KeyFileError(path=path, problem="it is locked: a passphrase is needed")
    try:
        key = serialization.load_pem_private_key(pem, passphrase)
    except TypeError as exc:
        raise KeyFileError(path=path, problem="it is not locked by a passphrase") from exc
    except _UNREADABLE as exc:
        problem = "the passphrase is wrong" if is_locked(pem) else "it is not a private key"
        raise KeyFileError(path=path, problem=problem) from exc
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyFileError(path=path, problem="it is not an Ed25519 key")
    return key


def _private_pem(key: Ed25519PrivateKey, path: Path, passphrase: bytes | None) -> bytes:
    """Write a private key, locked if there is a passphrase."""
    if passphrase is None:
        return key.private_bytes(_PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    if len(passphrase.decode(errors="replace")) < PASSPHRASE_LENGTH_MIN:
        raise KeyFileError(path=path, problem=f"a passphrase has at least {PASSPHRASE_LENGTH_MIN} letters")
    return lock(key, passphrase)


def _read(path: Path) -> bytes:
    """Read a key file, no more of it than a key can be."""
    try:
        with path.open("rb") as file:
            return file.read(KEY_FILE_BYTES_MAX)
    except OSError as exc:
        raise KeyFileError(path=path, problem=exc.strerror or str(exc)) from exc
