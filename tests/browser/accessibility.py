"""axe-core on every page that a browser test opens: no violation that is serious or critical.

It runs inside the page when that has loaded, once for each kind of page, size of screen and language, and tells what it
finds. Numbers and hashes in an address do not make another kind of page.

    watch = Accessibility()
    watch.begin(context, size="phone")
    watch.finish(page); assert watch.found == []
"""

import importlib.resources
import json
import re
from functools import cache

from playwright.sync_api import BrowserContext, Error, Page

_ONE_OF_MANY = re.compile(r"(?<=/)(?:\d+|[0-9a-f]{12,}|[\w-]+:[\w-]+)(?=/|$)")
"""Row numbers, hashes and ids of packs or items."""
_RUN = """
;(() => {
  if (window !== window.top) return;
  const look = async () => {
    const page = document.documentElement.lang + " " + location.pathname;
    if (!await window.axeWanted(page)) return;
    const said = await axe.run(document, {resultTypes: ["violations"], restoreScroll: true});
    const bad = said.violations.filter(one => ["serious", "critical"].includes(one.impact));
    const told = bad.map(one => [one.id, one.nodes.map(node => node.html.slice(0, 200))]);
    await window.axeFound(page, JSON.stringify(told));
  };
  window.axeDone = new Promise(done => addEventListener("load", () => look().then(done, done)));
})();
"""
_MOVED_ON = "Execution context was destroyed"
"""What Chromium says when the page asked is gone: pages that show what happens now load themselves anew."""
_MOVES = 5
_seen: set[str] = set()
"""The kinds of pages that were looked at, by all tests of this process."""


@cache
def _script() -> str:
    source = importlib.resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
    return source + _RUN


class Accessibility:
    """Looks at the pages of some contexts."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def begin(self, context: BrowserContext, *, size: str) -> None:
        """Look at every page that this context opens from now on; `size` is the kind of screen."""
        context.expose_function("axeWanted", lambda page: _kind(size, page) not in _seen)
        context.expose_function("axeFound", lambda page, told: self._take(size, page, told))
        context.add_init_script(_script())

    @staticmethod
    def finish(page: Page) -> None:
        """Wait until the page that is open has been looked at, or the one that it went on to by itself."""
        for _ in range(_MOVES):
            try:
                page.evaluate("window.axeDone")
            except Error as error:
                if _MOVED_ON not in error.message:
                    raise
            else:
                return
        raise AssertionError(f"{page.url} does not come to rest: it was open {_MOVES} times")

    def _take(self, size: str, page: str, told: str) -> None:
        _seen.add(_kind(size, page))
        self.found += [f"{size} {page}: {rule} {nodes}" for rule, nodes in json.loads(told)]


def _kind(size: str, page: str) -> str:
    return f"{size} {_ONE_OF_MANY.sub('*', page)}"
