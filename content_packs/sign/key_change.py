"""Changing who may sign: keys that come, keys that go, how many of them must (FORMAT 5.3, 5.4).

Keys that go are named by their key id, or by its first digits if these are enough to know it.

    KeyChange(add=(new,), drop=("3f9a01c2",)).applied(keys, 2, whose="mash")
"""

from collections.abc import Sequence

import msgspec
from securesystemslib.signer import Key

from content_packs.errors import SourceError

SHORT_ID_LENGTH = 8


class KeyChange(msgspec.Struct, frozen=True):
    """What is to be done with a list of keys; `threshold` None leaves it as it is."""

    add: Sequence[Key] = ()
    drop: Sequence[str] = ()
    threshold: int | None = None

    def applied(self, keys: Sequence[Key], threshold: int, *, whose: str) -> tuple[tuple[Key, ...], int]:
        """Give the keys and the threshold after the change.

        Raises:
            SourceError: A key that should go is not there, or the threshold cannot be met.
        """
        dropped = {_find(keys, start, whose) for start in self.drop}
        kept = {key.keyid: key for key in keys if key.keyid not in dropped}
        kept |= {key.keyid: key for key in self.add}
        wanted = self.threshold if self.threshold is not None else threshold
        if not 1 <= wanted <= len(kept):
            problem = f"{len(kept)} keys cannot meet a threshold of {wanted}"
            raise SourceError(path=whose, problem=problem)
        return tuple(kept.values()), wanted


def short_id(keyid: str) -> str:
    """A key id as people read it to each other."""
    return keyid[:SHORT_ID_LENGTH]


def _find(keys: Sequence[Key], start: str, whose: str) -> str:
    """The one key id that begins like this."""
    found = [key.keyid for key in keys if key.keyid.startswith(start)]
    if len(start) < SHORT_ID_LENGTH or len(found) != 1:
        raise SourceError(path=whose, problem=f"no key, or more than one, is called {start}")
    return found[0]
