"""The root of programs: whom a machine believes about what it runs, given with the system (UPDATES 4.1, 4.2).

    settle_root(TrustStore(folder, disk), Path("/usr/lib/schoolbox/programs.root.json"))
"""

from pathlib import Path

from content_packs.trust import TrustStore
from content_packs.trust.given import read_given
from content_packs.trust.roots import pin_root


def settle_root(trust: TrustStore, file: Path) -> None:
    """Stand on the root that came with the system, unless the one that is held came out of it, or it out of that.

    Raises:
        NoRootError: None came with it: no program is taken here.
        MetadataError: What came with it is no root.
        NotSignedError: Its own keys did not sign it.
    """
    given = read_given(file)
    held = {pin_root(each).signed_bytes for name, each in trust.travelling().items() if name.endswith(".root.json")}
    if given.signed_bytes not in held:
        trust.pin(given.raw, replace=True)
