"""How it is told that a file or folder from somebody's computer cannot be taken in; exit codes 100 to 104."""

from http import HTTPStatus

from schoolbox import errors
from schoolbox.marks import N_
from schoolbox.messages_packs import UNCHANGED
from schoolbox.told import Message

TABLE: dict[type[Exception], Message] = {
    errors.UploadError: Message(
        HTTPStatus.CONFLICT, 100,
        N_("This could not be taken from your computer."), UNCHANGED,
        N_("Load this page again and choose the same file: it goes on where it was."),
    ),
    errors.WrongFileError: Message(
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE, 101,
        N_("“%(name)s” is not a zip file."), UNCHANGED,
        N_("Choose the .zip file that the publisher gave you. Unpack a .rar or .7z file first and choose its folder."),
    ),
    errors.NoPacksInUploadError: Message(
        HTTPStatus.CONFLICT, 102,
        N_("No packs were found in “%(name)s”."), UNCHANGED,
        N_("It must hold one folder “meta”. If there is another zip file inside, unpack it and choose that one."),
    ),
    errors.UploadRoomError: Message(
        HTTPStatus.INSUFFICIENT_STORAGE, 103,
        N_("The box needs %(needs)s for “%(name)s”: room for the upload, and as much for what is installed from it."
           " Only %(free)s is free."),
        UNCHANGED,
        N_("Remove a pack that nobody uses, or bring the packs on a USB stick: then only what is new needs room."),
    ),
    errors.TooManyUploadsError: Message(
        HTTPStatus.TOO_MANY_REQUESTS, 104,
        N_("There are %(limit)s uploads already; the box does not look after more at once."),
        N_("What has arrived of them is kept."),
        N_("Install or delete one of them, then choose this one again."),
    ),
}  # fmt: skip
