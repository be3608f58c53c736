"""A hub that is open while a command works on it.

    with opened(Path("/srv/hub")) as hub:
        hub.boxes.all()
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from content_packs.clock import SystemClock
from sync.hub.config import load_settings
from sync.hub.folder import DataFolder
from sync.hub.ownership import become_owner
from sync.hub.services import Hub


@contextmanager
def opened(data: Path) -> Iterator[Hub]:
    """Open the hub of a data folder, and close it.

    Raises:
        DataError: There is no hub there, or its data cannot be used.
    """
    become_owner(data)
    folder = DataFolder(data)
    hub = Hub.open(folder, load_settings(folder.settings, os.environ, {}), SystemClock(), secrets.token_bytes)
    try:
        yield hub
    finally:
        hub.close()
