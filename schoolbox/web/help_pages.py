"""Help on the box itself, so that nobody needs the internet to learn how it works."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec
from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue

from schoolbox.errors import NotFoundError
from schoolbox.web.access import EVERYBODY, allow, viewer
from schoolbox.web.help_shapes import Reader
from schoolbox.web.help_topics import TOPICS
from schoolbox.web.i18n import language
from sync.languages import reading

if TYPE_CHECKING:
    from schoolbox.web.assets import Assets

room = Blueprint("help", __name__)
_ORDER: Mapping[str, tuple[Reader, ...]] = {
    "pupil": ("pupil", "teacher", "technician"),
    "teacher": ("teacher", "technician", "pupil"),
    "technician": ("technician", "teacher", "pupil"),
}
SCALE = 2
"""How many dots of a picture make one of a page: the pictures are taken on a phone with a fine screen."""


class Picture(msgspec.Struct, frozen=True):
    """A picture with the size at which it is shown."""

    url: str
    width: int
    height: int


@room.get("/help")
@allow(*EVERYBODY)
def index() -> ResponseReturnValue:
    """List what there is help for; what is for whoever asks comes first."""
    me = viewer()
    order = _ORDER[me.role if me else "pupil"]
    shelves = {reader: {name: one for name, one in TOPICS.items() if one.reader == reader} for reader in order}
    return render_template("help/index.html", shelves=shelves)


@room.get("/help/<topic>")
@allow(*EVERYBODY)
def show(topic: str) -> ResponseReturnValue:
    """Show one topic, step by step."""
    if topic not in TOPICS:
        raise NotFoundError(kind="page", key=topic)
    reader = TOPICS[topic].reader
    others = {name: other for name, other in TOPICS.items() if name != topic and other.reader == reader}
    pictures = {step.picture: _picture(step.picture) for step in TOPICS[topic].steps}
    return render_template("help/show.html", topic=TOPICS[topic], others=others, pictures=pictures)


PICTURED = ("sq", "en")
"""Languages with pictures of their own, which weigh more than words; the others show the English ones."""


def _picture(name: str) -> Picture | None:
    """The picture of a step in the page's language or English; None for a step without one."""
    if not name:
        return None
    assets: Assets = current_app.extensions["assets"]
    files = (f"help-{name}-{tag}.png" for tag in reading(language(), "en"))
    file = next(file for file in files if file in assets.by_name)
    width, height = size_of_png(assets.by_name[file].plain)
    return Picture(assets.url(file), width // SCALE, height // SCALE)


def size_of_png(raw: bytes) -> tuple[int, int]:
    """Width and height of a PNG. Source: W3C PNG §11.2.1: IHDR comes first, 8 bytes behind the signature."""
    return int.from_bytes(raw[16:20]), int.from_bytes(raw[20:24])
