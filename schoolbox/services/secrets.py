"""The keys of this box that must not stand in its database: whoever copies `box.db` can then not try PINs.

Promises: each key is 32 random bytes, made once, kept in a file of mode 0600 in a folder of mode 0700, and never
leaves the box. A key file of any other length is refused rather than replaced: a new key would make every PIN wrong.

    secrets = Secrets(data / "keys", Disk())
    secrets.pin_key()
"""

import secrets
import threading
from collections.abc import Callable
from pathlib import Path

from content_packs.durable import Disk
from schoolbox.errors import ConfigError

KEY_BYTES = 32


class Secrets:
    """Reads the box's keys, and makes them the first time."""

    def __init__(
        self, folder: Path, disk: Disk, *, token_bytes: Callable[[int], bytes] = secrets.token_bytes
    ) -> None:
        self._folder = folder
        self._disk = disk
        self._token_bytes = token_bytes
        self._lock = threading.Lock()
        self._known: dict[str, bytes] = {}

    def web_key(self) -> bytes:
        """The key that signs the cookies of browsers.

        Raises:
            ConfigError: The key file cannot be read, or is not a key.
        """
        return self._key("web.key")

    def pin_key(self) -> bytes:
        """The key without which a stored PIN cannot be tried.

        Raises:
            ConfigError: The key file cannot be read, or is not a key.
        """
        return self._key("pin.key")

    def card_key(self) -> bytes:
        """The key without which a stored mark of a sign-in card says nothing.

        Raises:
            ConfigError: The key file cannot be read, or is not a key.
        """
        return self._key("card.key")

    def _key(self, name: str) -> bytes:
        with self._lock:
            if name not in self._known:
                self._known[name] = self._read_or_make(self._folder / name)
            return self._known[name]

    def _read_or_make(self, path: Path) -> bytes:
        try:
            key = path.read_bytes()
        except FileNotFoundError:
            key = self._token_bytes(KEY_BYTES)
            self._disk.make_folder(self._folder, mode=0o700)
            self._disk.write_file(path, key, mode=0o600)
        except OSError as exc:
            raise ConfigError(setting=str(path), problem=f"the key cannot be read: {exc.strerror}") from exc
        if len(key) != KEY_BYTES:
            raise ConfigError(setting=str(path), problem=f"a key has {KEY_BYTES} bytes, this file has {len(key)}")
        return key
