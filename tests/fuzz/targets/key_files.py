"""Key files, locked and open, private and public: a key to use, or a KeyFileError that names the file.

The first byte chooses the passphrase: none, the right one, a wrong one.
"""

from functools import cache

from content_packs.durable import Disk
from content_packs.errors import KeyFileError
from content_packs.sign.keys import load_public, load_signer, new_key
from tests.fuzz.json_mutations import with_head
from tests.fuzz.material import scratch
from tests.fuzz.target import Bytewise, Target

_PASSPHRASES = (None, b"mali-lumi-guri", b"tjeter")


def run(data: bytes) -> None:
    path = scratch("key-files") / "given.key"
    path.write_bytes(data[1:])
    passphrase = _PASSPHRASES[data[0] % len(_PASSPHRASES)] if data else None
    try:
        public = load_public(path)
    except KeyFileError:
        signer = load_signer(path, passphrase=passphrase)
        signature = signer.sign(b"Agimi")
        signer.public_key.verify_signature(signature, b"Agimi")
    else:
        assert public.keytype == public.scheme == "ed25519"


@cache
def _seeds() -> tuple[bytes, ...]:
    """An open key, a locked one and their public halves; made anew, since nothing in them decides what follows."""
    folder = scratch("key-files")
    found = []
    for way, passphrase in enumerate(_PASSPHRASES[:2]):
        path = folder / f"made-{way}.key"
        public = new_key(path, Disk(), passphrase=passphrase)
        found += [bytes([way]) + path.read_bytes(), bytes([2]) + path.read_bytes(), bytes([way]) + public.read_bytes()]
    return tuple(found)


def _plain(data: bytes, max_bytes: int, seed: int, plain: Bytewise) -> bytes:
    """Change bytes, whatever they mean."""
    assert seed >= 0
    return plain(data, max_bytes)


TARGET = Target(
    run=run,
    allowed=(KeyFileError,),
    seeds=_seeds,
    mutate=with_head(1, _plain),
    words=(
        b"-----BEGIN PRIVATE KEY-----\n", b"-----BEGIN ENCRYPTED PRIVATE KEY-----\n", b"-----BEGIN PUBLIC KEY-----\n",
        b"-----BEGIN RSA PRIVATE KEY-----\n", b"-----BEGIN EC PRIVATE KEY-----\n", b"-----END PRIVATE KEY-----\n",
        b"-----BEGIN OPENSSH PRIVATE KEY-----\n", b"MC4CAQAwBQYDK2VwBCIEI", b"Proc-Type: 4,ENCRYPTED\n",
    ),
    max_bytes=2048,
    runs=700,
)  # fmt: skip
