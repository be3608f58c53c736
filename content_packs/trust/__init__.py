"""Who signed what, and whether that counts (FORMAT.md sections 5 to 7): pure rules, and the store of what passed."""

from content_packs.trust.academies import Academy
from content_packs.trust.catalogue import Catalogue, Listing
from content_packs.trust.delegator import Delegator, Publisher
from content_packs.trust.registry import Registry
from content_packs.trust.roots import Root
from content_packs.trust.store import TrustStore
from content_packs.trust.trust import Applied, Refusal, Trust

__all__ = [
    "Academy",
    "Applied",
    "Catalogue",
    "Delegator",
    "Listing",
    "Publisher",
    "Refusal",
    "Registry",
    "Root",
    "Trust",
    "TrustStore",
]
