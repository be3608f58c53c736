"""Looking at each item of a proposal before it is published: playing, opening, reading questions and right answers.

Promises: only files of the proposal at hand are given, only to whoever may see it; nothing that was sent can run as a
page of the hub: its files are named by their media type, never guessed, and closed in.
"""

from collections.abc import Callable

from flask import Blueprint, Response, make_response

from content_packs.errors import PackError
from content_packs.manifest import MEDIA_TYPES, File, Item
from content_packs.paths import blob_name
from content_packs.quiz import QUIZ_BYTES_MAX, Quiz, decode_quiz
from content_packs.shelf import read_up_to
from sync.hub import page
from sync.hub.errors import NotFoundError
from sync.hub.publishing.desk import Publishing
from sync.hub.publishing.proposals import Proposal
from sync.hub.services import Hub
from sync.hub.shelf import Published
from sync.hub.shelf_views import answer_file

Found = Callable[[int], tuple[Publishing, Proposal]]
_WITH_MEDIA = (
    "default-src 'none'; style-src 'self'; img-src 'self'; media-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'"
)
_OF_PDF = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
"""A sandbox would keep browsers from showing a PDF at all; scripts it cannot have."""


def add_preview(pages: Blueprint, hub: Hub, found: Found) -> None:
    """Add the pages; `found` lets in whom it concerns."""

    @pages.get("/publishing/<int:number>/items/<item_id>")
    @page.needs_admin(hub, publishers=True)
    def item(number: int, item_id: str) -> Response:
        desk, proposal = found(number)
        manifest, shown = desk.item(proposal, item_id)
        response = page.show(
            "proposed_item.html", proposal=proposal, manifest=manifest, item=shown, files=_by_role(shown),
            quiz=_quiz(desk, proposal, shown), media_types=MEDIA_TYPES,
        )  # fmt: skip
        response.headers["Content-Security-Policy"] = _WITH_MEDIA
        return response

    @pages.get("/publishing/<int:number>/files/<sha256>")
    @page.needs_admin(hub, publishers=True)
    def file(number: int, sha256: str) -> Response:
        desk, proposal = found(number)
        wanted, shelf = desk.find_file(proposal, sha256)
        name = blob_name(wanted.sha256, wanted.ext)
        try:
            opened = shelf.open_file(name)
        except (PackError, OSError) as exc:
            raise NotFoundError("This file is no longer there.") from exc
        mime = "text/plain; charset=utf-8" if wanted.ext == "txt" else MEDIA_TYPES[wanted.ext]
        response = make_response(answer_file(Published(mime, wanted.sha256, file=opened, guarded=True)))
        if wanted.ext == "pdf":
            response.headers["Content-Security-Policy"] = _OF_PDF
        if wanted.ext in ("zip", "json"):
            response.headers["Content-Disposition"] = f'attachment; filename="{wanted.sha256[:12]}.{wanted.ext}"'
        return response


def _by_role(item: Item) -> dict[str, list[File]]:
    """The files of an item by their role."""
    roles: dict[str, list[File]] = {}
    for file in item.files:
        roles.setdefault(file.role, []).append(file)
    return roles


def _quiz(desk: Publishing, proposal: Proposal, item: Item) -> Quiz | None:
    """Read the questions of a quiz; None for anything else, or if they cannot be read just now."""
    for file in item.files:
        if file.role == "quiz":
            _, shelf = desk.find_file(proposal, file.sha256)
            try:
                with shelf.open_blob(file.sha256, file.ext) as source:
                    return decode_quiz(read_up_to(source, QUIZ_BYTES_MAX + 1))
            except (PackError, OSError):
                return None
    return None
