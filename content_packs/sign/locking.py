"""Locking a private key with a passphrase: PKCS#8 with scrypt and AES-256, which `openssl pkey` opens too.

The library's own writer derives the key with 2,048 rounds of PBKDF2: a stolen file could be tried a million times a
second. scrypt with the costs below takes about half a second and 16 MiB for each try.

    pem = lock(private_key, b"tetë fjalë që askush nuk i di")
"""

import base64
import secrets

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from cryptography.hazmat.primitives.padding import PKCS7
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

PASSPHRASE_LENGTH_MIN = 12
SCRYPT_N, SCRYPT_R, SCRYPT_P = 2**14, 8, 8
"""16 MiB: what OpenSSL allows without being asked; the last number makes it slow instead."""
_SALT_BYTES, _AES_KEY_BYTES, _AES_BLOCK_BITS = 16, 32, 128
_SEQUENCE, _INTEGER, _OCTETS = 0x30, 0x02, 0x04
# Object identifiers as they stand in DER. Source: RFC 8018 A.4, RFC 7914 §7, NIST CSOR.
_PBES2 = bytes.fromhex("06092a864886f70d01050d")
_SCRYPT = bytes.fromhex("06092b06010401da47040b")
_AES_256_CBC = bytes.fromhex("060960864801650304012a")
_HEAD, _TAIL = "-----BEGIN ENCRYPTED PRIVATE KEY-----", "-----END ENCRYPTED PRIVATE KEY-----"


def lock(key: Ed25519PrivateKey, passphrase: bytes) -> bytes:
    """Write a private key so that only the passphrase opens it."""
    salt, start = secrets.token_bytes(_SALT_BYTES), secrets.token_bytes(_AES_BLOCK_BITS // 8)
    derived = Scrypt(salt=salt, length=_AES_KEY_BYTES, n=SCRYPT_N, r=SCRYPT_R, p=SCRYPT_P).derive(passphrase)
    plain = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    padder = PKCS7(_AES_BLOCK_BITS).padder()
    encryptor = Cipher(algorithms.AES(derived), modes.CBC(start)).encryptor()
    hidden = encryptor.update(padder.update(plain) + padder.finalize()) + encryptor.finalize()
    kdf = _sequence(_SCRYPT, _sequence(_der(_OCTETS, salt), *map(_integer, (SCRYPT_N, SCRYPT_R, SCRYPT_P))))
    cipher = _sequence(_AES_256_CBC, _der(_OCTETS, start))
    der = _sequence(_sequence(_PBES2, _sequence(kdf, cipher)), _der(_OCTETS, hidden))
    text = base64.b64encode(der).decode()
    lines = [text[at : at + 64] for at in range(0, len(text), 64)]
    return "\n".join((_HEAD, *lines, _TAIL, "")).encode()


def is_locked(pem: bytes) -> bool:
    """Say whether a private key needs a passphrase."""
    return _HEAD.encode() in pem


def _sequence(*parts: bytes) -> bytes:
    """Put parts together."""
    return _der(_SEQUENCE, b"".join(parts))


def _integer(number: int) -> bytes:
    """Write a whole number that is not negative."""
    return _der(_INTEGER, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def _der(tag: int, content: bytes) -> bytes:
    """Write tag, length and content. Source: ITU-T X.690 §8.1.3."""
    size = len(content)
    if size < 128:
        return bytes([tag, size]) + content
    width = (size.bit_length() + 7) // 8
    return bytes([tag, 128 | width]) + size.to_bytes(width, "big") + content
