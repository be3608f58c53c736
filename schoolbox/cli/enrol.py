"""`schoolbox enrol request | read`: a hub takes this box in by a stick, where there is no line."""

from pathlib import Path

from schoolbox.cli.asked import Asked, Parsers, noun, verb
from schoolbox.cli.outcome import Json, Outcome
from schoolbox.errors import BadInputError
from sync.courier import FOLDER
from sync.enrolment_files import ANSWER_NAME, FILE_BYTES_MAX


def add(nouns: Parsers) -> None:
    """Declare the noun."""
    verbs = noun(nouns, "enrol", "tie this box to a hub by a stick, where there is no line")
    words = verb(verbs, "request", request, "write the request of this box onto a stick")
    words.add_argument("path", metavar="PATH", type=Path, help="the folder of the stick")
    words.add_argument("--code", default="", help="a code of the ministry, if it gave one")
    words.add_argument("--anew", action="store_true", help="a new request; answers to older ones are good no longer")
    verb(verbs, "anew", anew, "take another number and other keys, where a copied card carries the same")
    words = verb(verbs, "read", read, "take in the hub's answer")
    words.add_argument("path", metavar="PATH", type=Path, help="the folder of the stick, or the file of an answer")
    words.add_argument("--check", required=True, metavar="NUMBER", help="the check number, as the hub told it")


def anew(asked: Asked) -> Outcome:
    """Give this box another number and other keys, because another box carries them, too.

    Raises:
        WriteFailedError: It could not be kept; do it again.
    """
    with asked.box() as box:
        number = box.own_number.renew(by=0)
    text = (
        f"This box has a number and keys of its own now: {number}. Take it in anew, with a code or by a stick;"
        " what waits for the hub goes on waiting."
    )
    return Outcome({"box": number}, text)


def request(asked: Asked) -> Outcome:
    """Write the request.

    Raises:
        StickError: There is no such folder, the stick is full, or gone.
    """
    with asked.box() as box:
        box.enrolment_files.write(asked.words.path, asked.words.code, anew=asked.words.anew)
        box_id = box.school.facts().box_id
    text = (
        f"The request of box {box_id} is on the stick, in the folder `{FOLDER}`. Let the ministry read it and ask for"
        " the check number; then: schoolbox enrol read PATH --check NUMBER"
    )
    return Outcome({"box": box_id}, text)


def read(asked: Asked) -> Outcome:
    """Take the answer in.

    Raises:
        BadInputError: No answer is there.
        AnswerError: It is none for this box's request, or not of the hub that told the number; nothing was changed.
    """
    path = asked.words.path
    with asked.box() as box:
        if path.is_file():
            with path.open("rb") as file:
                given = box.enrolment_files.take(file.read(FILE_BYTES_MAX + 1), asked.words.check)
        else:
            found = box.enrolment_files.read(path, asked.words.check)
            if found is None:
                raise BadInputError(field="PATH", problem=f"there is neither a stick nor a file {ANSWER_NAME}")
            given = found
    text = (
        f"This box now belongs to {given.hub}, as {given.school}, {given.municipality}."
        " What is learnt can go there on a stick: schoolbox courier write PATH"
    )
    facts: Json = {
        "hub": given.hub, "school": given.school, "municipality": given.municipality, "school_id": given.school_id,
    }  # fmt: skip
    return Outcome(facts, text)
