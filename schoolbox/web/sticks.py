"""The room of sticks: which are in, what is on them, what of it is to come onto the box."""

from collections.abc import Sequence

import msgspec
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from schoolbox.errors import NotFoundError
from schoolbox.services.shelf_jobs import Job
from schoolbox.services.stick_listing import PackOffer
from schoolbox.services.stick_order import make_order, make_write_order
from schoolbox.services.sticks import Stick
from schoolbox.web.access import STAFF, allow, signed_in
from schoolbox.web.context import box
from schoolbox.web.i18n import _, number

room = Blueprint("sticks", __name__)
PACKS_ON_PAGE_MAX = 40
"""A stick with more packs is shown grade by grade; on a page with more, each pack's units have a page of their own."""


class Shown(msgspec.Struct, frozen=True):
    """The part of a stick that a page shows; without `grades` it is all of it."""

    packs: tuple[PackOffer, ...]
    grades: tuple[int, ...] = ()
    grade: int = 0

    @property
    def folded(self) -> bool:
        """Whether the units of the packs stand on the page itself."""
        return len(self.packs) <= PACKS_ON_PAGE_MAX


@room.get("/sticks")
@allow(*STAFF)
def show_all() -> ResponseReturnValue:
    """Go to what is going on, or to the one stick that is in; else say what to do, and what is on the box."""
    jobs, sticks = _jobs(), _seen()
    target = None if "all" in request.args else _where_it_happens(jobs, sticks)
    if target:
        return redirect(target, 303)
    return render_template(
        "sticks/all.html", sticks=sticks, jobs=jobs, packs=box().packs.list(), stamp=_stamp(sticks, jobs),
        disk=box().machine.disk(), believes=box().first_root.is_there(),
    )  # fmt: skip


@room.get("/sticks/live")
@allow(*STAFF)
def live() -> ResponseReturnValue:
    """Tell a page that is open whether there is something else to say."""
    return {"stamp": _stamp(_seen(), _jobs())}


@room.get("/sticks/<stick_id>/live")
@allow(*STAFF)
def live_one(stick_id: str) -> ResponseReturnValue:
    """Tell the page of a stick whether there is something else to say of it: what happens elsewhere costs no ticks."""
    try:
        return {"stamp": _find(stick_id).stamp}
    except NotFoundError:
        return {"stamp": "gone"}


@room.get("/sticks/<stick_id>")
@allow(*STAFF)
def show(stick_id: str) -> ResponseReturnValue:
    """Show what is on a stick; while something is copied from it, that."""
    job = next((job for job in _jobs() if job.stick_id == stick_id), None)
    if job and "more" not in request.args:
        return redirect(url_for("jobs.show", job_id=job.id), 303)
    try:
        stick = _find(stick_id)
    except NotFoundError:
        return redirect(url_for("sticks.show_all"), 303)
    if not stick.has_packs:
        return redirect(url_for("sticks.choose_written", stick_id=stick_id), 303)
    return render_template(
        "sticks/show.html", stick=stick, listing=stick.listing, disk=box().machine.disk(),
        decimal=number(1.5)[1], shown=_shown(stick.listing.packs if stick.listing else (), request.args.get("grade")),
    )  # fmt: skip


@room.get("/sticks/<stick_id>/packs/<pack_id>")
@allow(*STAFF)
def show_units(stick_id: str, pack_id: str) -> ResponseReturnValue:
    """Show the units of one pack on a stick, to choose from."""
    stick = _find(stick_id)
    pack = stick.listing.find(pack_id) if stick.listing else None
    if pack is None or not pack.choosable:
        return redirect(url_for("sticks.show", stick_id=stick_id), 303)
    return render_template("sticks/units.html", stick=stick, pack=pack)


@room.post("/sticks/<stick_id>/install")
@allow(*STAFF)
def install(stick_id: str) -> ResponseReturnValue:
    """Order what was ticked, and show how it goes."""
    stick = _find(stick_id)
    if stick.listing is None:
        flash(_("The box is just looking at what is in it. Try again in a moment."))
        return redirect(url_for("sticks.show", stick_id=stick_id), 303)
    form = request.form
    order = make_order(stick, stick.listing, packs=form.getlist("pack"), units=form.getlist("unit"))
    job_id = box().jobs.ask(order, by=signed_in().person_id)
    if job_id is None:
        flash(_("Nothing was ticked. Tick at least one pack."))
        return redirect(url_for("sticks.show", stick_id=stick_id), 303)
    return redirect(url_for("jobs.show", job_id=job_id), 303)


@room.get("/sticks/<stick_id>/write")
@allow(*STAFF)
def choose_written(stick_id: str) -> ResponseReturnValue:
    """Show the packs of this box, to choose which are to be written onto a stick."""
    stick = _drive(stick_id)
    there = {pack.pack_id: pack.version for pack in stick.listing.packs} if stick.listing else {}
    packs = [pack for pack in box().packs.list() if not pack.hidden]
    return render_template("sticks/write.html", stick=stick, packs=packs, there=there, decimal=number(1.5)[1])


@room.post("/sticks/<stick_id>/write")
@allow(*STAFF)
def write(stick_id: str) -> ResponseReturnValue:
    """Order that packs of this box are written onto a stick, and show how it goes."""
    stick = _drive(stick_id)
    order = make_write_order(stick, box().packs.list(), request.form.getlist("pack"))
    job_id = box().jobs.ask(order, by=signed_in().person_id)
    if job_id is None:
        flash(_("Nothing was ticked. Tick at least one pack."))
        return redirect(url_for("sticks.choose_written", stick_id=stick_id), 303)
    return redirect(url_for("jobs.show", job_id=job_id), 303)


def _shown(packs: tuple[PackOffer, ...], asked: str | None) -> Shown:
    """Choose what a page shows: of a large stick the packs of one grade, and those that have none."""
    grades = tuple(sorted({grade for pack in packs for grade in pack.grades}))
    if len(packs) <= PACKS_ON_PAGE_MAX or len(grades) < 2:
        return Shown(packs)
    first = next((pack.grades[0] for pack in packs if pack.proposed and pack.grades), grades[0])
    grade = next((each for each in grades if str(each) == asked), first)
    return Shown(tuple(pack for pack in packs if not pack.grades or grade in pack.grades), grades, grade)


def _where_it_happens(jobs: Sequence[Job], sticks: Sequence[Stick]) -> str | None:
    """The one page that somebody who comes for a stick wants to see; None if there are several."""
    going = [job for job in jobs if job.state != "paused"]
    real = [stick for stick in sticks if stick.owner is None]
    if going or (jobs and not real):
        return url_for("jobs.show", job_id=(going or jobs)[0].id)
    if not jobs and len(real) == 1 and real[0].has_packs:
        return url_for("sticks.show", stick_id=real[0].id)
    return None


def _jobs() -> list[Job]:
    """The orders that go on, but for those about uploads of others."""
    return [job for job in box().jobs.open() if job.may_see(signed_in())]


def _seen() -> list[Stick]:
    """The sticks that are in, and the uploads of whoever is looking."""
    return [stick for stick in box().sticks.present() if stick.may_see(signed_in())]


def _find(stick_id: str) -> Stick:
    stick = box().sticks.find(stick_id)
    if not stick.may_see(signed_in()):
        raise NotFoundError(kind="stick", key=stick_id)
    return stick


def _drive(stick_id: str) -> Stick:
    """A stick that can be written onto: not an upload.

    Raises:
        NotFoundError: It is not in.
    """
    stick = _find(stick_id)
    if stick.owner is not None:
        raise NotFoundError(kind="stick", key=stick_id)
    return stick


def _stamp(sticks: Sequence[Stick], jobs: Sequence[Job]) -> str:
    """What would make the page about all sticks another one: what is in, what is known of it, what goes on."""
    parts = [f"{stick.id}{'+' if stick.listing else '-'}" for stick in sticks]
    return ".".join([*parts, *(f"j{job.id}" for job in jobs)]) or "none"
