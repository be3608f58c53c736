"""The line to the hub, for the technician: what waits, what the hub refused, how much of the line the box may fill."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from schoolbox.errors import BadInputError
from schoolbox.web.access import Role, allow, signed_in
from schoolbox.web.context import box
from schoolbox.web.i18n import _, ngettext

room = Blueprint("line", __name__)


@room.get("/line")
@allow(Role.TECHNICIAN)
def show() -> ResponseReturnValue:
    """Show all of it."""
    return _page()


@room.post("/line")
@allow(Role.TECHNICIAN)
def decide() -> ResponseReturnValue:
    """Decide how much of the line the box may fill, and when not at all."""
    typed = {name: request.form.get(name, "") for name in ("send_kbit", "pull_kbit", "quiet")}
    try:
        box().line_rules.decide(**typed, by=signed_in().person_id)
    except BadInputError as exc:
        return _page(typed=typed, wrong=exc.field), 400
    flash(_("Saved. It holds from now on."))
    return redirect(url_for("line.show"), 303)


@room.post("/line/send")
@allow(Role.TECHNICIAN)
def send_now() -> ResponseReturnValue:
    """Talk to the hub at once, in the background."""
    if box().uplink.try_now():
        flash(_("The box is talking to the hub now. Load this page again in a moment."))
    else:
        flash(_("Nothing is running that could talk to the hub: syncing is switched off in the settings."))
    return redirect(url_for("line.show"), 303)


@room.post("/line/number")
@allow(Role.TECHNICIAN)
def renew_number() -> ResponseReturnValue:
    """Give this box a number and keys of its own, because another one carries them, too."""
    box().own_number.renew(by=signed_in().person_id)
    flash(_("This box has a number and keys of its own now. Let the ministry take it in anew; nothing is lost."))
    return redirect(url_for("line.show"), 303)


@room.post("/line/refused/retry")
@allow(Role.TECHNICIAN)
def retry_all() -> ResponseReturnValue:
    """Let everything wait again that the hub refused."""
    _again(box().quarantine.retry_all(by=signed_in().person_id))
    return redirect(url_for("line.show"), 303)


@room.post("/line/refused/<int:seq>/retry")
@allow(Role.TECHNICIAN)
def retry(seq: int) -> ResponseReturnValue:
    """Let one wait again.

    Raises:
        NotFoundError: There is no such statement.
    """
    box().quarantine.retry(seq, by=signed_in().person_id)
    _again(1)
    return redirect(url_for("line.show"), 303)


@room.post("/line/refused/<int:seq>/keep")
@allow(Role.TECHNICIAN)
def keep(seq: int) -> ResponseReturnValue:
    """Set one aside for good.

    Raises:
        NotFoundError: There is no such statement.
    """
    box().quarantine.keep(seq, why=request.form.get("why", ""), by=signed_in().person_id)
    flash(_("Set aside for good. It stays on the box, with the reason."))
    return redirect(url_for("line.show"), 303)


def _again(count: int) -> None:
    box().uplink.try_now()
    flash(ngettext("%(num)s result waits for the hub again.", "%(num)s results wait for the hub again.", count))


def _page(*, typed: dict[str, str] | None = None, wrong: str = "") -> str:
    at, uplink = box(), box().uplink.status()
    rules, here = at.line_rules.rules(), at.line_rules.decided_here()
    kept = {"send_kbit": str(here.send_kbit), "pull_kbit": str(here.pull_kbit), "quiet": here.quiet_text}
    return render_template(
        "line/show.html", uplink=uplink, kinds=at.outbox.kinds(), backlog=at.outbox.backlog(uplink.waiting),
        open=at.quarantine.page(), kept=at.quarantine.page(kept=True, limit=20), rules=rules, typed=typed or kept,
        wrong=wrong, quiet_s=at.line_rules.quiet_s(), knows_time=at.line_rules.knows_time(),
        ordered=at.hub_orders.ordered(),
    )  # fmt: skip
