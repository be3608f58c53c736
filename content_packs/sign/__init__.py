"""The author's side: keys, a registry, and signing built packs onto a shelf (FORMAT.md sections 2, 5 and 6)."""

from content_packs.sign.keys import load_public, load_signer, new_key
from content_packs.sign.pack import Signed, sign_pack
from content_packs.sign.registry import RegistryDesk

__all__ = ["RegistryDesk", "Signed", "load_public", "load_signer", "new_key", "sign_pack"]
