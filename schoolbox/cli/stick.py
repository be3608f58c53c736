"""`schoolbox stick scan | list | jobs | give-up | write`: the sticks of this box, and what was asked of them.

`scan` is what the system calls when it has mounted a stick: the running box then shows it by itself.
"""

from pathlib import Path

from schoolbox.cli import stick_write
from schoolbox.cli.asked import Asked, Parsers, noun, verb
from schoolbox.cli.outcome import Json, Outcome
from schoolbox.cli.pack_words import shelf_in
from schoolbox.cli.stick_told import jobs_told, listing_told, sticks_told

JOBS_SHOWN = 20


def add(nouns: Parsers) -> None:
    """Declare the noun."""
    verbs = noun(nouns, "stick", "sticks, and what was asked of them")
    words = verb(verbs, "scan", scan, "say that a stick is in, and list what is on it")
    words.add_argument("path", metavar="PATH", type=Path, help="the folder where it is mounted")
    verb(verbs, "list", list_sticks, "list the sticks that are in")
    verb(verbs, "jobs", list_jobs, "list what was asked of sticks, and how far it is")
    words = verb(verbs, "give-up", give_up, "stop an installation for good")
    words.add_argument("job", metavar="JOB", type=int, help="its number, as `stick jobs` shows it")
    stick_write.add_to(verbs)


def scan(asked: Asked) -> Outcome:
    """Tell the running box where a stick is, and list what is on it.

    Raises:
        NoStickError: There is no such folder.
        NotAShelfError: There are no packs on it; the page of the box says so too.
    """
    folder: Path = asked.words.path
    shelf_in(folder)
    with asked.box() as box:
        box.sticks.announce(folder)
        return listing_told(box.sticks.read(folder))


def list_sticks(asked: Asked) -> Outcome:
    """List the sticks that are in now."""
    with asked.box() as box:
        box.sticks.look()
        return sticks_told(box.sticks.present())


def list_jobs(asked: Asked) -> Outcome:
    """List orders, the newest last."""
    with asked.box() as box:
        return jobs_told(box.jobs.latest(JOBS_SHOWN))


def give_up(asked: Asked) -> Outcome:
    """Stop an order; the running box notices within a moment and deletes what was copied in vain.

    One that has ended is as it was, but for its end counting as read.
    """
    number: int = asked.words.job
    with asked.box() as box:
        ended_before = not box.jobs.find(number).open
        box.jobs.give_up(number)
        state = box.jobs.find(number).state
        if ended_before:
            box.jobs.put_aside(number)
    data: dict[str, Json] = {"job": number, "state": state}
    if ended_before:
        return Outcome(data, f"Job {number} had ended before: {state}. Nothing was changed.")
    return Outcome(data, f"Job {number} is given up; what it had finished stays.")
