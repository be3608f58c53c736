"""How a newer program that is not taken is told to the technician; exit codes 25, 26, 66, 96 to 98."""

from http import HTTPStatus

from content_packs.programs import errors
from schoolbox.marks import N_
from schoolbox.told import Message

AS_BEFORE = N_("The box goes on with the program it has.")
NEW_COPY = N_("Have it copied again by whoever gave it to you.")

TABLE: dict[type[Exception], Message] = {
    errors.ProgramError: Message(
        HTTPStatus.CONFLICT, 98, N_("Something is wrong with this program."), AS_BEFORE, NEW_COPY
    ),
    errors.ProgramBrokenError: Message(
        HTTPStatus.CONFLICT, 25,
        N_("This program is not whole: it was not copied to its end, or is not what was signed."), AS_BEFORE, NEW_COPY,
    ),
    errors.OlderProgramError: Message(
        HTTPStatus.CONFLICT, 26,
        N_("Version %(version)s is not newer than %(floor)s, which this box has had."), AS_BEFORE,
        N_("Nothing is to be done."),
    ),
    errors.OtherMachineError: Message(
        HTTPStatus.CONFLICT, 66,
        N_("Version %(version)s is not made for this kind of computer (%(machine)s)."), AS_BEFORE,
        N_("Ask whoever gave it to you for one that is."),
    ),
    errors.BaseTooOldError: Message(
        HTTPStatus.CONFLICT, 96,
        N_("Version %(version)s needs a newer system on the card (%(needs)s; this one is %(has)s)."), AS_BEFORE,
        N_("Write the card anew: the guide says under “Update” how the data comes along."),
    ),
    errors.UpdateGoingOnError: Message(
        HTTPStatus.CONFLICT, 97, N_("Another update is going on."), AS_BEFORE, N_("Wait until it has ended.")
    ),
}  # fmt: skip
