"""How it is told what goes wrong with packs from somebody's computer; exit codes 100 to 104.

First what cannot be taken in. Then how errors of packs read when they came in an upload and on no stick: only what
reads differently stands there, with status, exit code and most that is said to be safe as in `messages_packs`.
"""

from collections.abc import Mapping
from http import HTTPStatus

from msgspec.structs import replace

from content_packs import errors as packs
from schoolbox import errors, messages_packs
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
        N_("Install or delete one of yours, or ask the technician to; then choose this one again."),
    ),
}  # fmt: skip

UPLOAD_AGAIN = N_("Ask whoever gave you these packs for them once more, then upload them again.")
ORIGINAL_ONLY = N_("Do not use this file. Ask the publisher or the ministry for an original one.")


def _instead(error: type[packs.PackError], happened: str = "", todo: str = "") -> Message:
    """The row of an error with other sentences."""
    row = messages_packs.TABLE[error]
    return replace(row, happened=happened or row.happened, todo=todo or row.todo)


FROM_UPLOAD: Mapping[str, Message] = {
    errors.BadInputError.__name__: Message(
        HTTPStatus.BAD_REQUEST, 19,
        N_("What came does not fit what was announced: the file may have changed meanwhile."),
        N_("Nothing was changed."),
        N_("Load this page again and choose it once more."),
    ),
    **{error.__name__: _instead(error, **texts) for error, texts in {
        packs.PackError: {"todo": UPLOAD_AGAIN},
        packs.ArchiveError: {
            "todo": N_("Make the zip file again from the original folder or stick, then upload it once more.")
        },
        packs.MetadataError: {
            "happened": N_("A signed list in this upload is damaged (%(name)s)."), "todo": UPLOAD_AGAIN,
        },
        packs.MetadataTooLargeError: {
            "happened": N_("A signed list in this upload is far too large to be real (%(name)s)."),
            "todo": ORIGINAL_ONLY,
        },
        packs.TrustError: {
            "happened": N_("The box does not trust what is in this upload."), "todo": ORIGINAL_ONLY,
        },
        packs.NotSignedError: {"todo": ORIGINAL_ONLY},
        packs.OutsidePrefixError: {"todo": ORIGINAL_ONLY},
        packs.OlderMetadataError: {
            "happened": N_(
                "This upload is older than what the box has already seen (%(name)s: %(version)s, known: %(floor)s)."
            ),
            "todo": N_("Ask for newer packs. Nothing is wrong with the box."),
        },
        packs.ForkedMetadataError: {
            "happened": N_(
                "This upload says something else than was said before with the same number (%(name)s, version"
                " %(version)s)."
            ),
        },
        packs.UnknownPublisherError: {
            "todo": N_("If you expected this publisher, ask for packs with the newest registry."),
        },
        packs.ForkedPackError: {
            "happened": N_(
                "This upload has other content for version %(version)s of %(pack_id)s than the box already has."
            ),
        },
        packs.TamperedError: {
            "happened": N_(
                "A file in this upload is not the one that was signed: it is damaged, or somebody changed it."
            ),
            "todo": UPLOAD_AGAIN,
        },
        packs.ShelfError: {
            "happened": N_("The upload could not be read."),
            "todo": N_("Delete it and upload the packs again."),
        },
        packs.ShelfGoneError: {
            "happened": N_("The upload is gone, or can no longer be read."),
            "todo": N_("Upload the same packs again; what was copied already is not copied again."),
        },
        packs.NotAShelfError: {
            "happened": N_("There are no packs in this upload."),
            "todo": TABLE[errors.NoPacksInUploadError].todo,
        },
        packs.MissingOnShelfError: {
            "happened": N_("A file of this pack is missing in this upload."), "todo": UPLOAD_AGAIN,
        },
        packs.UnreadableOnShelfError: {
            "happened": N_("A file in this upload cannot be read: it is damaged."), "todo": UPLOAD_AGAIN,
        },
        packs.OddNameError: {
            "happened": N_("Something in this upload is not a plain file (%(name)s)."), "todo": UPLOAD_AGAIN,
        },
        packs.NotOfferedError: {
            "happened": N_("This upload has no pack %(pack_id)s."), "todo": N_("Look at what is in it."),
        },
        packs.OlderPackError: {
            "happened": N_(
                "The upload has version %(version)s of %(pack_id)s, and the box already has version"
                " %(installed_version)s."
            ),
        },
    }.items()},
}  # fmt: skip
"""By the name of the error."""
