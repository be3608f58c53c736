"""The first page: the one thing to go on with, then what was begun, what there is, and what is new."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from schoolbox.services.home import home_of
from schoolbox.services.shelves import all_grades, area_shelves
from schoolbox.web import seen
from schoolbox.web.access import EVERYBODY, allow, signed_in_pupil, viewer
from schoolbox.web.context import box
from schoolbox.web.words import AREAS

room = Blueprint("home", __name__)
NEWEST = 4
COLLECTIONS = 6


@room.get("/")
@allow(*EVERYBODY)
def show() -> ResponseReturnValue:
    """Show the home page of whoever is looking."""
    library, pupil = seen.library(), signed_in_pupil()
    packs = library.packs()
    home = home_of(pupil, packs, library=library, learning=box().learning) if pupil else None
    lessons = box().my_lessons.of(pupil) if pupil else ()
    return render_template(
        "home/show.html",
        home=home,
        today=next((mine for mine in lessons if mine.next), None),
        lessons=lessons,
        tests=[mine for mine in box().my_tests.of(pupil) if mine.is_news] if pupil else [],
        shelves=area_shelves(packs, tuple(AREAS)),
        grades=all_grades(packs),
        pinned=library.pinned(packs),
        collections=box().collections.seen_by(viewer())[:COLLECTIONS],
        newest=library.newest(NEWEST),
        unclaimed=not viewer() and box().claim.needed(),
    )
