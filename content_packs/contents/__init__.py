"""CONTENTS.html and the pages behind it: a shelf for people with a laptop and nothing of ours (FORMAT 2.1, 2.16).

A box never reads them. Every text is escaped; they need no script and no network; links lead only to files of the
shelf.
"""

from content_packs.contents.pack_page import page_bytes_at_most, page_name
from content_packs.contents.pages import INDEX_NAME, PAGE_PATTERN, write_pages

__all__ = ["INDEX_NAME", "PAGE_PATTERN", "page_bytes_at_most", "page_name", "write_pages"]
