"""What is trusted, as values: for those who show, install and hide packs (FORMAT.md section 6).

    trust.publisher("mash").names["sq"]
    trust.hides("mash:thyesat-6", 3, manifest_sha256)
"""

from collections.abc import Mapping, Set
from datetime import datetime

import msgspec

from content_packs.errors import PackError
from content_packs.trust.academies import Academy, is_academy_id, unknown
from content_packs.trust.catalogue import Catalogue
from content_packs.trust.delegator import Delegator, Publisher
from content_packs.trust.registry import Registry
from content_packs.trust.roots import Root


class Trust(msgspec.Struct, frozen=True):
    """What is trusted now.

    Attributes:
        root: The newest root; `NOBODY` if none was pinned.
        registry: The registry, if one is held that verifies under the root.
        academies: Those that were accepted and that the registry does not list; `accepted` lets them sign.
        accepted: Lets the academies sign.
        catalogues: By publisher, those that are held and verify today.
        lapsed: Publishers whose held catalogue no longer carries the signatures it needs: a key was taken away.
    """

    root: Root
    registry: Registry | None
    academies: Mapping[str, Academy]
    accepted: Delegator
    catalogues: Mapping[str, Catalogue]
    lapsed: Set[str]

    def publisher(self, publisher_id: str) -> Publisher:
        """Give a publisher of the registry, or an accepted academy.

        Raises:
            UnknownPublisherError: It is neither.
        """
        return self.delegator(publisher_id).publishers[publisher_id]

    def delegator(self, publisher_id: str) -> Delegator:
        """Give who lets a publisher sign: the registry if it lists it, else whoever accepted the academy.

        Raises:
            UnknownPublisherError: Nobody does.
        """
        for delegator in (self.registry, self.accepted):
            if delegator is not None and publisher_id in delegator.publishers:
                return delegator
        raise unknown(publisher_id)

    def is_revoked(self, publisher_id: str) -> bool:
        """Say whether nobody lets a publisher sign who could; without a registry that is known of academies only."""
        if publisher_id in self.accepted.publishers:
            return False
        if self.registry is None:
            return is_academy_id(publisher_id)
        return publisher_id not in self.registry.publishers

    def hides(self, pack_id: str, version: int, manifest_sha256: str) -> bool:
        """Say whether an installed pack is to be hidden (FORMAT 6.9); what cannot be known hides nothing."""
        publisher = pack_id.partition(":")[0]
        if self.is_revoked(publisher) or publisher in self.lapsed:
            return True
        catalogue = self.catalogues.get(publisher)
        return catalogue is not None and not catalogue.lists(pack_id, version, manifest_sha256)


class Refusal(msgspec.Struct, frozen=True):
    """Metadata of a shelf that was not believed, by its name under meta/, and why."""

    name: str
    error: PackError


class Applied(msgspec.Struct, frozen=True):
    """What is trusted after a shelf was looked at, what of the shelf was refused, and when it was signed (advice)."""

    trust: Trust
    refused: tuple[Refusal, ...]
    signed_at: datetime | None
