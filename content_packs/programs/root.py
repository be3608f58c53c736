"""The root of programs: whom a machine believes about what it runs, given with the system (UPDATES 4.1, 4.2).

    settle_root(TrustStore(folder, disk), Path("/usr/lib/schoolbox/programs.root.json"))
"""

from pathlib import Path

from content_packs.errors import MetadataError, NoRootError
from content_packs.plain_file import read_plain
from content_packs.trust import TrustStore
from content_packs.trust.metadata import ROOT_BYTES_MAX
from content_packs.trust.roots import pin_root


def settle_root(trust: TrustStore, file: Path) -> None:
    """Stand on the root that came with the system, unless the one that is held came out of it, or it out of that.

    Raises:
        NoRootError: None came with it: no program is taken here.
        MetadataError: What came with it is no root.
        NotSignedError: Its own keys did not sign it.
    """
    try:
        raw = read_plain(file, limit=ROOT_BYTES_MAX + 1)
    except FileNotFoundError as exc:
        raise NoRootError from exc
    except OSError as exc:
        raise MetadataError(name=file.name, problem=exc.strerror or str(exc)) from exc
    given = pin_root(raw)
    held = {pin_root(each).signed_bytes for name, each in trust.travelling().items() if name.endswith(".root.json")}
    if given.signed_bytes not in held:
        trust.pin(raw, replace=True)
