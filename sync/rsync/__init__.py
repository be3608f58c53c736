"""Packs over rsync, for a hub that offers nothing else: a daemon (`rsync://`) or a login (`user@host:`).

    RsyncShelf("rsync://hub.example/packs", Path("shelves/hub")).meta_names()
"""

from sync.rsync.address import Access
from sync.rsync.shelf import RsyncShelf

__all__ = ["Access", "RsyncShelf"]
