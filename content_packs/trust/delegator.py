"""Who lets publishers sign: the registry, or a person who accepted an academy (FORMAT 5.4, 6.3, 6.14).

    accept_catalogue(delegator, "mash", raw, held=None)
"""

from collections.abc import Mapping

import msgspec
from tuf.api import metadata as tuf

from content_packs.manifest import Text


class Publisher(msgspec.Struct, frozen=True):
    """One who signs packs: id, display name per language, and the least version its catalogue may have."""

    id: str
    names: Text
    min_version: int


class Delegator(msgspec.Struct, frozen=True):
    """Publishers, and in `signed` the keys that are theirs."""

    publishers: Mapping[str, Publisher]
    signed: tuf.Targets
