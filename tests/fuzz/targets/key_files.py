"""Key files, locked and open, private and public: a key to use, or a KeyFileError that names the file.

The first byte chooses the passphrase: none, the right one, a wrong one.
"""

from content_packs.errors import KeyFileError
from content_packs.sign.keys import load_public, load_signer
from tests.fuzz.json_mutations import with_head
from tests.fuzz.material import scratch
from tests.fuzz.target import Bytewise, Target

# A key that opens nothing, always the same: what is random in it would make each hunt another one.
_OPEN = b"""-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIF+FBmE3FVi//m3oJCAzKvP4a5LqLIIFxnx2jpuy39Ud
-----END PRIVATE KEY-----
"""
_PUBLIC = b"""-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEA+3qrijTWpTOIZU/CcJP+nF57SjJvfTrmw09SV7/uFCo=
-----END PUBLIC KEY-----
"""
_LOCKED = b"""-----BEGIN ENCRYPTED PRIVATE KEY-----
MIGjMF8GCSqGSIb3DQEFDTBSMDEGCSqGSIb3DQEFDDAkBBBLfq7BvNVEX15DMgYt
h2CyAgIIADAMBggqhkiG9w0CCQUAMB0GCWCGSAFlAwQBKgQQqYQQPVAhdo5nN91U
cXtFfgRAmdKw7Xv+ruUc2kGaDhsptOlSpZvf0PBdrtEgm2ged6qJXwlO1t2Hckw8
DlklrmdQQrKn1NmS2KiVBugQfXLccw==
-----END ENCRYPTED PRIVATE KEY-----
"""
_LOCKED_BY_US = b"""-----BEGIN ENCRYPTED PRIVATE KEY-----
MIGbMFcGCSqGSIb3DQEFDTBKMCkGCSsGAQQB2kcECzAcBBD2mjYRZ3u7CZvVoCld
xTDtAgJAAAIBCAIBCDAdBglghkgBZQMEASoEEK/8iSmi6XQgcBG6Pz4acNkEQNJ6
d6oHBixCkPyLakUTdJitWdc3Q+ULb971oxsurKLXF7xSn8HPfeio+fAr/MaoZc40
wPcI4LMVTlwIpyEpwV8=
-----END ENCRYPTED PRIVATE KEY-----
"""
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


def _seeds() -> list[bytes]:
    """An open key, its public half, and locked ones: with little cost, and with ours, of which each try takes long."""
    ways = [(0, _OPEN), (0, _PUBLIC), (0, _LOCKED), (1, _LOCKED), (2, _LOCKED), (1, _OPEN), (1, _LOCKED_BY_US)]
    return [bytes([way]) + raw for way, raw in ways]


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
    runs=400,
)  # fmt: skip
