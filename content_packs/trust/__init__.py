"""Who signed what, and whether that counts (FORMAT.md sections 5 to 7): pure rules, and the store of what passed."""

from content_packs.trust.catalogue import Catalogue, Listing
from content_packs.trust.registry import Publisher, Registry
from content_packs.trust.roots import Root
from content_packs.trust.store import Applied, Refusal, Trust, TrustStore

__all__ = ["Applied", "Catalogue", "Listing", "Publisher", "Refusal", "Registry", "Root", "Trust", "TrustStore"]
