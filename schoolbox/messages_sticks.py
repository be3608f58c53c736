"""How it is told that packs could not be written onto a stick; exit codes 109 to 119."""

from http import HTTPStatus

from content_packs.export import errors
from schoolbox.marks import N_
from schoolbox.told import Message

STAYS = N_("The box is as it was, and what was written whole stays on the stick.")
NOT_WRITTEN = N_("Nothing was written onto the stick; the box is as it was.")
PACK_STAYS = N_("Nothing of this pack was written; on the box it stays as it is.")

TABLE: dict[type[Exception], Message] = {
    errors.StickError: Message(
        HTTPStatus.CONFLICT, 110,
        N_("The stick did not let itself be written."), STAYS,
        N_("Try another USB port, or another stick."),
    ),
    errors.NoStickError: Message(
        HTTPStatus.NOT_FOUND, 111,
        N_("There is no stick or folder %(stick)s."), NOT_WRITTEN,
        N_("Put the stick in, and name the folder under which it shows."),
    ),
    errors.StickGoneError: Message(
        HTTPStatus.SERVICE_UNAVAILABLE, 112,
        N_("The stick was pulled out before everything was on it."), STAYS,
        N_("Put the same stick back and write once more: it goes on where it was."),
    ),
    errors.StickBusyError: Message(
        HTTPStatus.SERVICE_UNAVAILABLE, 113,
        N_("Another program is writing onto this stick just now."), NOT_WRITTEN,
        N_("Wait until that is done, then try again."),
    ),
    errors.StickFullError: Message(
        HTTPStatus.INSUFFICIENT_STORAGE, 114,
        N_("This needs %(needs)s on the stick, but only %(free)s is free there."), STAYS,
        N_("Choose fewer packs, take a larger stick, or move files of your own away from it."),
    ),
    errors.StickFolderFullError: Message(
        HTTPStatus.INSUFFICIENT_STORAGE, 109,
        N_("The folder “%(folder)s” on this stick would hold more files than FAT32 allows in one folder."), NOT_WRITTEN,
        N_("Take a stick that is formatted as exFAT, or let the packs on this one be replaced."),
    ),
    errors.StickReadOnlyError: Message(
        HTTPStatus.CONFLICT, 115,
        N_("This stick can only be read."), NOT_WRITTEN,
        N_("Move the small switch on its side, if it has one, or take another stick."),
    ),
    errors.StickUnreliableError: Message(
        HTTPStatus.CONFLICT, 119,
        N_("This stick does not keep what is written onto it: it is worn out, or smaller than it claims to be."),
        N_("The box is as it was. No list on the stick names what is not right."),
        N_("Take another stick, and do not give this one to anybody."),
    ),
    errors.OtherRegistryError: Message(
        HTTPStatus.CONFLICT, 116,
        N_("On this stick are packs of another registry than the one this box trusts."), NOT_WRITTEN,
        N_("Take an empty stick, or let the packs on this one be replaced."),
    ),
    errors.FileTooLargeError: Message(
        HTTPStatus.CONFLICT, 117,
        N_("A file of this pack is larger (%(size)s) than a stick can hold as one file (%(cap)s)."), PACK_STAYS,
        N_("Tell the publisher; only they can divide it."),
    ),
    errors.NotListedError: Message(
        HTTPStatus.CONFLICT, 118,
        N_("The publisher's list no longer names version %(version)s of %(pack_id)s: no other box would take it."),
        PACK_STAYS,
        N_("Install the newest version of this pack, then write the stick again."),
    ),
}  # fmt: skip
