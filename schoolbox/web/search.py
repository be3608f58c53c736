"""Search: every word that was typed must begin a word of the lesson; letters with and without marks are the same."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from schoolbox.services.library import Found
from schoolbox.services.shelves import area_shelves
from schoolbox.web import seen
from schoolbox.web.access import EVERYBODY, allow, is_staff
from schoolbox.web.words import AREAS, KINDS

room = Blueprint("search", __name__)
QUERY_MAX = 120


@room.get("/search")
@allow(*EVERYBODY)
def find() -> ResponseReturnValue:
    """Show what was found, all kinds or one."""
    query = " ".join(request.args.get("q", "")[:QUERY_MAX].split())
    kind = request.args.get("kind", "")
    kind = kind if kind in KINDS else ""
    library = seen.library()
    found = library.search(query, kind=kind, staff=is_staff()) if query else Found((), (), {})
    shelves = [] if found.counts else area_shelves(library.packs(), tuple(AREAS))
    return render_template("search/find.html", query=query, kind=kind, found=found, kinds=KINDS, shelves=shelves)
