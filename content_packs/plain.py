"""Reading what may be anything: see `plain_file`.

    read_plain(Path("/media/stick/meta/index.json"), limit=INDEX_BYTES_MAX)    # OSError if it is no plain file
"""

import os
from pathlib import Path

from content_packs.plain_file import open_plain


def read_plain(path: Path, *, limit: int) -> bytes:
    """Read a plain file, but no more than `limit` bytes of it; folders on the way may be links.

    Raises:
        NotPlainError: It is a link, a folder, a pipe, a device.
        OSError: It is not there, or cannot be read.
    """
    with os.fdopen(open_plain(path), "rb") as file:
        return file.read(limit)
