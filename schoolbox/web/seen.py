"""The library as whoever is looking sees it: without what school, grade or class have hidden, pinned things first."""

from flask import g, request

from schoolbox.errors import NotFoundError
from schoolbox.services.library import Library
from schoolbox.services.tailoring_rules import View
from schoolbox.web.access import viewer
from schoolbox.web.context import box

ROOMS_OF_ITEMS = ("items", "quizzes")


def view() -> View:
    """What this reader sees; read once a request."""
    if "view" not in g:
        g.view = box().tailoring.view(viewer())
    found: View = g.view
    return found


def library() -> Library:
    """The library of this reader."""
    return box().library.as_seen_by(view())


def check() -> None:
    """Refuse what is hidden from this reader, whatever the page does with it; runs before every view.

    Raises:
        NotFoundError: The item is hidden and no teacher gave it.
    """
    item_id = (request.view_args or {}).get("item_id")
    if request.blueprint not in ROOMS_OF_ITEMS or item_id is None or not view().hides or item_id in view().given:
        return
    if not library().entries([item_id], staff=False):
        raise NotFoundError(kind="item", key=item_id)


def is_hidden(kind: str, key: str) -> bool:
    """Whether a course or item is on the box and only hidden from this reader."""
    if not view().hides:
        return False
    whole = box().library
    if kind == "course":
        return key in view().packs and any(pack.id == key for pack in whole.packs())
    return bool(whole.entries([key], staff=False)) and not library().entries([key], staff=False)
