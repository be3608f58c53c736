"""A root that came with the system, in a file beside the program: whom a box believes before anybody told it.

    read_given(Path("/usr/lib/schoolbox/packs.root.json")).fingerprint
"""

from pathlib import Path

from content_packs.errors import MetadataError, NoRootError
from content_packs.plain_file import read_plain
from content_packs.trust.metadata import ROOT_BYTES_MAX
from content_packs.trust.roots import Root, pin_root


def read_given(file: Path) -> Root:
    """Read the root that came with the system.

    Raises:
        NoRootError: None came with it.
        MetadataError: What came with it is no root.
        NotSignedError: Its own keys did not sign it.
    """
    try:
        raw = read_plain(file, limit=ROOT_BYTES_MAX + 1)
    except FileNotFoundError as exc:
        raise NoRootError from exc
    except OSError as exc:
        raise MetadataError(name=file.name, problem=exc.strerror or str(exc)) from exc
    return pin_root(raw)
