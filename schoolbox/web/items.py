"""An item: the video with its text, the document to open, the files they are made of, and the player's reports."""

import math
import re
import uuid

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from schoolbox.errors import BadInputError, NotAllowedError, NotFoundError
from schoolbox.services.outline import ItemPage
from schoolbox.services.segments import parse
from schoolbox.services.showing import Wants, showing_of
from schoolbox.services.watching import WatchReport
from schoolbox.web import seen
from schoolbox.web.access import EVERYBODY, allow, is_staff, signed_in_pupil, viewer
from schoolbox.web.context import box
from schoolbox.web.i18n import language, pick
from schoolbox.web.media import send_blob
from schoolbox.web.numbers import number
from sync.languages import reading

room = Blueprint("items", __name__)

LENGTH_MAX_S = 86_400.0
TITLE_MAX = 100
"""Letters of a title in the name of a saved file: file systems allow 255 bytes, and headers are not endless."""
FILE_NAME = re.compile(r"(?P<sha256>[0-9a-f]{64})\.(?P<ext>[a-z0-9]{1,5})")


@room.get("/items/<item_id>")
@allow(*EVERYBODY)
def show(item_id: str) -> ResponseReturnValue:
    """Show an item; a quiz has its own room."""
    page = seen.library().item(item_id, staff=is_staff())
    if page.item.kind == "quiz":
        return redirect(url_for("quizzes.show", item_id=item_id), 303)
    pupil = signed_in_pupil()
    known = box().learning.progress(pupil.person_id, [item_id]).get(item_id) if pupil else None
    if page.item.kind not in ("video", "audio"):
        return render_template("items/document.html", page=page, known=known, documents=page.of_role("document"))
    wants = Wants(
        captions=request.args.get("captions", ""),
        rendition=request.args.get("rendition", 0, type=number),
        start_s=_start_s(request.args.get("t", "")),
    )
    showing = showing_of(
        page, wants, languages=reading(language(), page.item.language), spoken_lines=box().library.spoken_lines
    )
    return render_template(
        "items/show.html", page=page, known=known, showing=showing, pupil=pupil, sitting=str(uuid.uuid4()),
        worksheets=_worksheets(page),
    )  # fmt: skip


@room.post("/items/<item_id>/watched")
@allow(*EVERYBODY)
def watched(item_id: str) -> ResponseReturnValue:
    """Take in what the player reports; for guests and staff nothing is kept."""
    _same_person()
    box().learning.watch(viewer(), item_id, _report())
    return "", 204


@room.post("/items/<item_id>/open")
@allow(*EVERYBODY)
def open_document(item_id: str) -> ResponseReturnValue:
    """Note that a document was opened and lead to its file."""
    documents = seen.library().item(item_id, staff=is_staff()).of_role("document")
    place = request.form.get("place", 0, type=number)
    if not 0 <= place < len(documents):
        raise NotFoundError(kind="document", key=item_id)
    box().learning.opened_document(viewer(), item_id)
    return redirect(url_for("items.media", name=documents[place].name), 303)


@room.get("/media/<name>")
@allow(*EVERYBODY)
def media(name: str) -> ResponseReturnValue:
    """Send a file of an item that this reader may see; a document under its item's title."""
    found = FILE_NAME.fullmatch(name)
    if found is None:
        raise NotFoundError(kind="file", key=name[:80])
    file = seen.library().served_file(found["sha256"], found["ext"], staff=is_staff())
    is_read = file.role in ("document", "transcript")
    response = send_blob(
        file.path, mime=file.mime, etag=file.sha256, accel_prefix=box().config.accel_prefix or None,
        name=f"{pick(file.title)[:TITLE_MAX]}.{file.ext}" if is_read else None,
    )  # fmt: skip
    if file.staff_only:
        response.headers["Cache-Control"] = "private, no-store"
    return response


def _worksheets(page: ItemPage) -> list[tuple[str, str]]:
    """The documents of the same unit: id and title."""
    documents = [item for item in page.unit.items if item.kind == "document"]
    return [(item.id, pick(item.title, item.language)) for item in documents]


def _same_person() -> None:
    """Refuse a report from a page that was opened by somebody else: work belongs to whoever did it.

    Raises:
        NotAllowedError: The page says whose it is, and that is not who is signed in now.
    """
    opened_by = request.form.get("who", "")
    who, pupil = viewer(), signed_in_pupil()
    if opened_by and opened_by != (str(pupil.person_id) if pupil else ""):
        raise NotAllowedError(role=who.role if who else "guest")


def _report() -> WatchReport:
    """Read the player's report.

    Raises:
        BadInputError: A number that is none, or no place in any video.
    """
    form = request.form
    sitting = form.get("sitting", "")
    if sitting:
        try:
            sitting = str(uuid.UUID(sitting))
        except ValueError as exc:
            raise BadInputError(field="sitting", problem="not a UUID") from exc
    return WatchReport(
        position_s=_seconds("position_s"),
        duration_s=_seconds("duration_s"),
        segments=parse(form.get("segments", "")),
        ended=form.get("ended") == "1",
        left=form.get("left") == "1",
        sitting=sitting,
    )


def _seconds(field: str) -> float:
    try:
        value = float(request.form.get(field, ""))
    except ValueError as exc:
        raise BadInputError(field=field, problem="not a number") from exc
    if not math.isfinite(value) or not 0 <= value <= LENGTH_MAX_S:
        raise BadInputError(field=field, problem="not a place in a video")
    return value


def _start_s(text: str) -> float | None:
    """Read where to start: `318`, `5:18`; None for anything else."""
    parts = text.split(":")
    if not 1 <= len(parts) <= 3 or not all(part.isascii() and part.isdigit() and len(part) < 6 for part in parts):
        return None
    seconds = 0
    for part in parts:
        seconds = seconds * 60 + int(part)
    return float(seconds) if seconds <= LENGTH_MAX_S else None
