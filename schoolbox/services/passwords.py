"""Passwords of teachers and technicians: a slow hash, sized for the box it runs on.

Promises: scrypt (RFC 7914) with N=2^14, r=8, p=1: 16 MiB, and 39 ms on one core of the machine this was measured on,
so about 165 ms on a Raspberry Pi 4, which is 4.2 times slower. At most two are worked out at a time: 40 people who
sign in at once there wait 40 / 2 * 0.165 = 3.3 s in total, and the memory stays at 32 MiB. The parameters stand in the
stored text, so they can be raised later without asking anybody for a new password. A login that does not exist costs
the same time.

    stored = passwords.hash("tri fjalë të mira")    # scrypt$14$8$1$<salt>$<hash>
    passwords.verify("tri fjalë të mira", stored)   # True
    passwords.verify("anything", None)              # False, after the same time
"""

import base64
import hashlib
import hmac
import secrets
import threading
import unicodedata
from collections.abc import Callable

from schoolbox.errors import BadInputError

COST_LOG2 = 14
BLOCK = 8
LANES = 1
AT_ONCE = 2
LENGTH_MIN = 10
LENGTH_MAX = 256
_MEMORY_MAX = 256 * 1024 * 1024
_CONSONANTS = "bdfgklmnprstvz"
_VOWELS = "aeiou"


class Passwords:
    """Hashes, checks and makes passwords."""

    def __init__(
        self,
        *,
        cost_log2: int | None = None,
        token_bytes: Callable[[int], bytes] = secrets.token_bytes,
        randbelow: Callable[[int], int] = secrets.randbelow,
    ) -> None:
        self._cost_log2 = cost_log2 = COST_LOG2 if cost_log2 is None else cost_log2
        self._token_bytes = token_bytes
        self._randbelow = randbelow
        self._turns = threading.BoundedSemaphore(AT_ONCE)
        self._nobody = f"scrypt${cost_log2}${BLOCK}${LANES}${_text(bytes(16))}${_text(bytes(32))}"

    def hash(self, password: str) -> str:
        """Hash a new password.

        Raises:
            BadInputError: It has fewer than 10 or more than 256 letters.
        """
        if not LENGTH_MIN <= len(password) <= LENGTH_MAX:
            raise BadInputError(field="password", problem=f"it needs {LENGTH_MIN} to {LENGTH_MAX} letters")
        salt = self._token_bytes(16)
        digest = self._scrypt(password, salt, cost_log2=self._cost_log2)
        return f"scrypt${self._cost_log2}${BLOCK}${LANES}${_text(salt)}${_text(digest)}"

    def verify(self, password: str, stored: str | None) -> bool:
        """Whether this is the password; without a stored one it takes as long and is never right."""
        kind, cost, block, lanes, salt, digest = (stored or self._nobody).split("$")
        if kind != "scrypt" or len(password) > LENGTH_MAX:
            return False
        found = self._scrypt(password, _bytes(salt), cost_log2=int(cost), block=int(block), lanes=int(lanes))
        return hmac.compare_digest(found, _bytes(digest)) and stored is not None

    def make(self) -> str:
        """Make a password that can be read aloud and typed: `bamiko-luteza-47`, 43 bits of chance."""
        words = ["".join(self._syllable() for _ in range(3)) for _ in range(2)]
        return f"{words[0]}-{words[1]}-{self._randbelow(90) + 10}"

    def _syllable(self) -> str:
        return _CONSONANTS[self._randbelow(len(_CONSONANTS))] + _VOWELS[self._randbelow(len(_VOWELS))]

    def _scrypt(self, password: str, salt: bytes, *, cost_log2: int, block: int = BLOCK, lanes: int = LANES) -> bytes:
        secret = unicodedata.normalize("NFKC", password).encode()
        with self._turns:
            return hashlib.scrypt(secret, salt=salt, n=2**cost_log2, r=block, p=lanes, dklen=32, maxmem=_MEMORY_MAX)


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
