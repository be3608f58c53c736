"""Who may open which page: every view says so, and the program does not start if one does not.

    @blueprint.get("/classes/<int:class_id>")
    @allow(Role.TEACHER)
    def show(class_id: int) -> Answer: ...
"""

from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar

from flask import Flask, current_app, g, request
from flask.typing import ResponseReturnValue

from schoolbox.errors import NotAllowedError, NotSignedInError
from schoolbox.services import viewers
from schoolbox.services.viewers import Viewer
from schoolbox.web.context import box

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])
ATTRIBUTE = "allowed_roles"
LESSONS = ("home", "library", "items", "quizzes", "search", "collections")
"""The rooms that guests see only where the school allows it."""


class Role(StrEnum):
    """Who somebody is to a page; GUEST is anybody who has not signed in."""

    GUEST = "guest"
    PUPIL = "pupil"
    TEACHER = "teacher"
    TECHNICIAN = "technician"


EVERYBODY = tuple(Role)
STAFF = (Role.TEACHER, Role.TECHNICIAN)


def allow(*roles: Role) -> Callable[[View], View]:
    """Say who may open a view."""

    def mark(view: View) -> View:
        setattr(view, ATTRIBUTE, frozenset(roles))
        return view

    return mark


def roles_of(app: Flask, endpoint: str) -> frozenset[Role]:
    """Who may open an endpoint.

    Raises:
        LookupError: The view does not say.
    """
    roles: frozenset[Role] | None = getattr(app.view_functions[endpoint], ATTRIBUTE, None)
    if roles is None:
        raise LookupError(f"view {endpoint} does not say who may open it")
    return roles


def viewer() -> Viewer | None:
    """Who is signed in on this device, or None."""
    found: Viewer | None = g.get("viewer")
    return found


def signed_in() -> Viewer:
    """Who is signed in on this device.

    Raises:
        NotSignedInError: Nobody is.
    """
    found = viewer()
    if found is None:
        raise NotSignedInError
    return found


def signed_in_pupil() -> Viewer | None:
    """The pupil who is signed in on this device; None for guests and staff, of whom nothing is kept."""
    return viewers.keeps_for(viewer())


def is_staff() -> bool:
    """Whether this page may show what is for teachers only."""
    return viewers.is_staff(viewer())


def check() -> None:
    """Refuse a request whose role may not open the page; runs before every view.

    Raises:
        NotSignedInError: A guest asked for a page of somebody's own.
        NotAllowedError: The signed-in role may not open it.
    """
    if request.endpoint is None:
        return
    who = viewer()
    role = Role(who.role) if who else Role.GUEST
    if role not in roles_of(current_app, request.endpoint):
        raise NotSignedInError if who is None else NotAllowedError(role=role)
    if who is None and request.blueprint in LESSONS and not box().policy.allowed().guests_watch:
        raise NotSignedInError
