"""Signs the list of hashes with Ed25519, so that `openssl`, which every system has, can check it.

One signature over one small text (`.sha256`) covers the image, its lists and its manifest. The key is the maker's;
without one a key for trying is made here, and everybody is told: such an image is for nobody's school.
"""

from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from deploy.raspberrypi.image.errors import ImageError

DEVELOPMENT = "development-key.pem"


def key(given: str, cache: Path) -> tuple[Ed25519PrivateKey, bool]:
    """The private key, and whether it is only one for trying.

    Raises:
        ImageError: The file is no private Ed25519 key in PEM.
    """
    path = Path(given) if given else cache / DEVELOPMENT
    if not given and not path.exists():
        made = Ed25519PrivateKey.generate()
        path.touch(0o600)
        path.write_bytes(
            made.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
    try:
        found = serialization.load_pem_private_key(path.read_bytes(), None)
    except (ValueError, TypeError) as problem:
        raise ImageError(f"{path} holds no private key that can be read (PEM, no passphrase).") from problem
    if not isinstance(found, Ed25519PrivateKey):
        raise ImageError(
            f"{path} is not an Ed25519 key. Make one with: openssl genpkey -algorithm ed25519 -out {path.name}"
        )
    return found, not given


def public(private: Ed25519PrivateKey) -> bytes:
    """The public half, for whoever checks."""
    return private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
