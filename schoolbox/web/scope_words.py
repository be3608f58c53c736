"""What those are called for whom something of the library is decided."""

from collections.abc import Sequence

from schoolbox.services.tailoring import Scope
from schoolbox.web.i18n import _


def scope_said(scope: Scope) -> str:
    """For whom: "the whole school", "grade 6", "class 6a"."""
    if scope.kind == "school":
        return _("the whole school")
    if scope.kind == "grade":
        return _("grade %(grade)s", grade=scope.id)
    return _("the class %(name)s", name=scope.name)


def hidden_for_said(scopes: Sequence[Scope]) -> str:
    """The mark that staff see at something hidden: "hidden for class 6a, grade 7"."""
    return _("hidden for %(whom)s", whom=", ".join(scope_said(scope) for scope in scopes))
