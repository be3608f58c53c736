"""The author's side: keys, roots, a registry, and signing built packs onto a shelf (FORMAT.md sections 2, 5 and 6)."""

from content_packs.sign.academy import AcademyDesk
from content_packs.sign.catalogue import renew_catalogue
from content_packs.sign.draft import Draft, read_draft, read_drafts, write_draft
from content_packs.sign.key_change import KeyChange
from content_packs.sign.keys import load_public, load_signer, lock_key, new_key
from content_packs.sign.pack import Signed, sign_pack
from content_packs.sign.registry import RegistryDesk, publish_registry
from content_packs.sign.root import RootChange, draft_root, publish_root

__all__ = [
    "AcademyDesk",
    "Draft",
    "KeyChange",
    "RegistryDesk",
    "RootChange",
    "Signed",
    "draft_root",
    "load_public",
    "load_signer",
    "lock_key",
    "new_key",
    "publish_registry",
    "publish_root",
    "read_draft",
    "read_drafts",
    "renew_catalogue",
    "sign_pack",
    "write_draft",
]
