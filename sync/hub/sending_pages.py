"""The page about pupils who change schools over the hub: which schools wait for what, and nobody's name."""

from flask import Blueprint, Response, g

from sync.hub import page
from sync.hub.services import Hub


def add_sendings(pages: Blueprint, hub: Hub) -> None:
    """Add the page."""

    @pages.get("/sendings")
    @page.needs_admin(hub)
    def sendings() -> Response:
        return page.show("sendings.html", sendings=hub.carrier.seen(g.admin.place))
