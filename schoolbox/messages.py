"""What readers are told: one table from each error to its status, exit code and three sentences.

What happened, what is safe, what to do next, in that order. The sentences are keys of the catalogues; `%(name)s` is
filled with the error's attribute of that name. A test fails for an error class without a row, and for a sentence that
a language lacks. No stick is spoken of where none is meant:

    sentences(error, _, place="upload")
"""

from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus

from schoolbox import (
    errors,
    messages_afar,
    messages_packs,
    messages_programs,
    messages_sticks,
    messages_uploads,
    messages_wire,
)
from schoolbox.marks import N_
from schoolbox.told import Message, Place

Translate = Callable[[str], str]

TABLE: dict[type[Exception], Message] = {
    **messages_packs.TABLE,
    **messages_programs.TABLE,
    **messages_sticks.TABLE,
    **messages_wire.TABLE,
    **messages_uploads.TABLE,
    errors.BoxError: Message(
        HTTPStatus.INTERNAL_SERVER_ERROR, 9,
        N_("That did not work."),
        N_("What was saved before is safe."),
        N_("Try once more. If it happens again, tell the technician when it happened."),
    ),
    errors.DatabaseError: Message(
        HTTPStatus.INTERNAL_SERVER_ERROR, 8,
        N_("The database of this box cannot be used."),
        N_("The lessons themselves are not touched."),
        N_("Start the box: it puts the newest good copy back by itself. If there is none, call the technician."),
    ),
    errors.ConfigError: Message(
        HTTPStatus.INTERNAL_SERVER_ERROR, 10,
        N_("The setting “%(setting)s” makes no sense: %(problem)s."),
        N_("Nothing was changed."),
        N_("Correct it in the settings file or on the command line, then start again."),
    ),
    errors.NewerDatabaseError: Message(
        HTTPStatus.INTERNAL_SERVER_ERROR, 11,
        N_("The data on this box was written by a newer version of Schoolbox (%(found)s, this one knows %(known)s)."),
        N_("Nothing was changed, nothing is lost."),
        N_("Install the newer version again."),
    ),
    errors.DamagedDatabaseError: Message(
        HTTPStatus.INTERNAL_SERVER_ERROR, 12,
        N_("The database is damaged: %(problem)s."),
        N_("The lessons themselves are not touched, and the damaged file is kept."),
        N_("Start the box: it puts the newest good copy back by itself. If there is none, call the technician."),
    ),
    errors.WriteFailedError: Message(
        HTTPStatus.INSUFFICIENT_STORAGE, 13,
        N_("The box could not save this: its disk is full or cannot be written."),
        N_("What was saved before is safe, and lessons can still be watched."),
        N_("Try once more in a minute. If it happens again, call the technician."),
    ),
    errors.NotDoneError: Message(
        HTTPStatus.SERVICE_UNAVAILABLE, 24,
        N_("The system of this machine did not do that."),
        N_("Nothing that pupils did is touched, and lessons go on."),
        N_("Try once more in a minute. If it stays so, pull the plug of the box, put it back, and try again."),
    ),
    errors.NotFoundError: Message(
        HTTPStatus.NOT_FOUND, 14,
        N_("We did not find this page."),
        N_("What you have learnt is saved."),
        N_("Perhaps the lesson was replaced by a newer version. Search by name, or start from the subjects."),
    ),
    errors.NotSignedInError: Message(
        HTTPStatus.UNAUTHORIZED, 15,
        N_("This page is for people who have signed in."),
        N_("Nothing is lost: you can look at all lessons without signing in."),
        N_("Sign in with your class and your name."),
    ),
    errors.NotAllowedError: Message(
        HTTPStatus.FORBIDDEN, 16,
        N_("This page is not for you."),
        N_("Nothing was changed."),
        N_("Go back to the home page, or sign in as somebody who may open it."),
    ),
    errors.SignInError: Message(
        HTTPStatus.UNAUTHORIZED, 17,
        N_("This PIN or password is not right."),
        N_("Nothing is locked, and nobody else is affected."),
        N_("Try again slowly, or ask your teacher for a new one."),
    ),
    errors.ThrottledError: Message(
        HTTPStatus.TOO_MANY_REQUESTS, 18,
        N_("That was tried many times in a short while."),
        N_("Nothing is locked, and nobody else is affected."),
        N_("Wait %(wait_s)s seconds, then try again slowly, or ask your teacher for a new PIN."),
    ),
    errors.BadInputError: Message(
        HTTPStatus.BAD_REQUEST, 19,
        N_("Something in it is not right: %(field)s, %(problem)s."),
        N_("Nothing was changed."),
        N_("Correct it and send it again."),
    ),
    errors.AlreadyRunningError: Message(
        HTTPStatus.CONFLICT, 22,
        N_("A box is already running on the data folder %(folder)s."),
        N_("Nothing was changed, and the running one goes on."),
        N_("Use that one, or stop it first; a second box needs a data folder of its own."),
    ),
    errors.OtherNumberError: Message(
        HTTPStatus.CONFLICT, 99,
        N_("What is in it has another number now than the one that you compared: %(found)s."),
        N_("Nothing was changed: the box believes nobody because of this."),
        N_(
            "Open its page again and compare the number that stands there. If it is not the ministry's, tell the "
            "ministry."
        ),
    ),
    errors.DamagedFileError: Message(
        HTTPStatus.CONFLICT, 23,
        N_("The file “%(title)s” is damaged on the box's disk."),
        N_("Pupils see what they saw before."),
        N_("Take the file out of the course, send it again, and put the course into the library once more."),
    ),
    errors.PullError: Message(
        HTTPStatus.SERVICE_UNAVAILABLE, 27,
        N_("Packs could not be taken from the hub or a neighbour."),
        N_("Nothing is lost: pupils go on with the lessons they had."),
        N_("Try again later; what was copied already is not copied again."),
    ),
    errors.NoSourceError: Message(
        HTTPStatus.CONFLICT, 28,
        N_("There is no place to take packs from: this box has no hub, and no neighbour answers."),
        N_("Nothing was changed."),
        N_("Name a place with --from, or tie the box to a hub: schoolbox sync enrol --hub ADDRESS --code CODE"),
    ),
    errors.NotThereYetError: Message(
        HTTPStatus.NOT_FOUND, 29,
        N_("Version %(version)s of %(pack_id)s is announced, but no place that was asked has it yet."),
        N_("Nothing is lost: pupils go on with the lessons they had."),
        N_("There is nothing to do: the box asks again. A stick can bring it, too."),
    ),
    errors.SchoolNotSetError: Message(
        HTTPStatus.CONFLICT, 20,
        N_("This box does not know its school yet."),
        N_("Lessons can be watched all the same."),
        N_("Set it with: schoolbox school set --name NAME --municipality NAME"),
    ),
    errors.NotEnrolledError: Message(
        HTTPStatus.CONFLICT, 21,
        N_("This box does not know its hub yet."),
        N_("Everything works; what is learnt waits safely on the box."),
        N_("Ask the ministry for a code, then: schoolbox sync enrol --hub ADDRESS --code CODE"),
    ),
}  # fmt: skip

UNEXPECTED = Message(
    HTTPStatus.INTERNAL_SERVER_ERROR, 1,
    N_("Something went wrong in the box."),
    N_("What was saved before is safe."),
    N_("Try once more. If it happens again, tell the technician when it happened."),
)  # fmt: skip


ELSEWHERE: Mapping[Place, Mapping[str, Message]] = {
    "stick": {}, "upload": messages_uploads.FROM_UPLOAD, "afar": messages_afar.FROM_AFAR,
}  # fmt: skip
"""What reads differently of a place that is no stick, by the name of the error."""

COME_AND_GO = ("stick", "upload", "job")
NO_LONGER_HERE = Message(
    HTTPStatus.NOT_FOUND, 14,
    N_("What you were looking for is no longer on the box: a stick was pulled out, or an upload was deleted."),
    messages_packs.UNCHANGED,
    N_("Open “USB” and begin from there."),
)  # fmt: skip
"""How a `NotFoundError` is told of what comes and goes."""
NO_LONGER_REFUSED = Message(
    HTTPStatus.NOT_FOUND, 14,
    N_("No refused result has this number any more: it was tried again, or set aside."),
    messages_packs.UNCHANGED,
    N_("See what there is under “The line to the hub”, or with: schoolbox sync refused"),
)  # fmt: skip


def message_of(error: BaseException) -> Message:
    """Find how an error is told: its own class, else the nearest class above it."""
    return next((TABLE[kind] for kind in type(error).__mro__ if kind in TABLE), UNEXPECTED)


def plain_size(size_bytes: int) -> str:
    """Write a size for a terminal or a log: `14 MB`, `2.4 GB`."""
    amount, unit = float(size_bytes), "B"
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if amount < 999.5 or unit == "TB":
            break
        amount /= 1000
    return f"{amount:.1f} {unit}" if amount < 10 and unit not in ("B", "kB") else f"{amount:.0f} {unit}"


def sentences(
    error: BaseException,
    translate: Translate,
    *,
    write_size: Callable[[int], str] = plain_size,
    learner: bool = False,
    place: Place = "stick",
) -> tuple[str, str, str]:
    """The three sentences for an error in the reader's language, with its facts filled in.

    A `learner` is not told what only those can do who look after the box; `place` is where the packs came from.
    """
    facts = {key: value for key, value in vars(error).items() if not key.startswith("_")}
    message = messages_packs.FOR_LEARNERS.get(type(error)) if learner else None
    message = message or message_at(type(error).__name__, facts, place) or message_of(error)
    return write_sentences(message, facts, translate, write_size=write_size)


def message_at(name: str, facts: Mapping[str, object], place: Place) -> Message | None:
    """How an error of that name is told in other words than the table's because of where it happened; else None."""
    kind = facts.get("kind") if name == errors.NotFoundError.__name__ else None
    if kind in (*COME_AND_GO, "statement"):
        return NO_LONGER_REFUSED if kind == "statement" else NO_LONGER_HERE
    return ELSEWHERE[place].get(name)


def write_sentences(
    message: Message, facts: Mapping[str, object], translate: Translate, *, write_size: Callable[[int], str]
) -> tuple[str, str, str]:
    """Fill the facts into the sentences of a row; a fact `free_bytes` is also there as `free`, written by `write_size`.

    Raises:
        KeyError: A sentence names a fact that is not given.
    """
    sizes = {
        key.removesuffix("_bytes"): write_size(value)
        for key, value in facts.items()
        if key.endswith("_bytes") and isinstance(value, int)
    }
    known = {**facts, **sizes}
    if message.problems:
        words = message.problems.get(str(facts.get("problem")), message.problems[""])
        known["problem"] = translate(words) % known
    happened, safe, todo = (translate(text) % known if known else translate(text) for text in _texts(message))
    return happened, safe, todo


def _texts(message: Message) -> Iterator[str]:
    yield message.happened
    yield message.safe
    yield message.todo
