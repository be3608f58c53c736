"""The room of orders: how installing from a stick goes, and how it ended."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from schoolbox.errors import NotFoundError
from schoolbox.services.job_standing import Standing, standing
from schoolbox.services.shelf_jobs import Job
from schoolbox.web import stick_words as words
from schoolbox.web.access import STAFF, allow, signed_in
from schoolbox.web.context import box

room = Blueprint("jobs", __name__)
SUGGESTED_MAX = 5
"""How many packs are named that could be removed to make room."""


@room.get("/sticks/jobs/<int:job_id>")
@allow(*STAFF)
def show(job_id: int) -> ResponseReturnValue:
    """Show how an order goes, or how it ended."""
    now = _standing(job_id)
    full = any(pack.fault and pack.fault.name == "NotEnoughSpaceError" for pack in now.job.packs)
    largest = sorted(box().packs.list(), key=lambda pack: -pack.size_bytes)[:SUGGESTED_MAX] if full else []
    template = "sticks/writing.html" if now.job.kind == "write" else "sticks/job.html"
    stick_in = now.job.kind == "install" and box().sticks.place(now.job.stick_id) is not None
    return render_template(template, now=now, job=now.job, largest=largest, stick_in=stick_in)


@room.get("/sticks/jobs/<int:job_id>/live")
@allow(*STAFF)
def live(job_id: int) -> ResponseReturnValue:
    """Tell a page that is open the numbers of now, as words."""
    now = _standing(job_id)
    return {
        "stamp": now.stamp, "share": now.share, "bytes": words.part_size(now.done.bytes, now.need.bytes),
        "files": words.part(now.done.files, now.need.files), "speed": words.speed(now.speed_bytes_s),
        "left": words.left(now.left_s),
    }  # fmt: skip


@room.post("/sticks/jobs/<int:job_id>/give-up")
@allow(*STAFF)
def give_up(job_id: int) -> ResponseReturnValue:
    """Stop an order for good; what it copied in vain is deleted."""
    box().jobs.give_up(_job(job_id).id)
    return redirect(url_for("jobs.show", job_id=job_id), 303)


@room.post("/sticks/jobs/<int:job_id>/again")
@allow(*STAFF)
def again(job_id: int) -> ResponseReturnValue:
    """Try once more what failed."""
    box().jobs.try_again(_job(job_id).id)
    return redirect(url_for("jobs.show", job_id=job_id), 303)


@room.post("/sticks/jobs/<int:job_id>/seen")
@allow(*STAFF)
def seen(job_id: int) -> ResponseReturnValue:
    """Put the end of an order aside."""
    box().jobs.put_aside(_job(job_id).id)
    return redirect(url_for("sticks.show_all"), 303)


def _standing(job_id: int) -> Standing:
    return standing(_job(job_id), box().job_progress.state())


def _job(job_id: int) -> Job:
    """An order that whoever is looking may see.

    Raises:
        NotFoundError: There is none.
    """
    job = box().jobs.find(job_id)
    if not job.may_see(signed_in()):
        raise NotFoundError(kind="job", key=str(job_id))
    return job
