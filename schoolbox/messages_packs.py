"""How the errors of `content_packs` are told to a teacher with a stick in her hand; exit codes 30 to 69, 90 to 99."""

from collections.abc import Mapping
from http import HTTPStatus

from content_packs import errors, lesson_errors
from schoolbox.marks import N_
from schoolbox.told import Message

UNCHANGED = N_("Nothing on the box was changed: pupils go on with the lessons they had.")
NOT_TRUSTED = N_("Nothing of it was installed: pupils go on with the lessons they had.")
NEW_COPY = N_("Copy the stick again from the original, or ask the publisher for a new one.")
TELL_PUBLISHER = N_("Tell the publisher; only they can mend this pack.")
ORIGINAL_ONLY = N_("Do not use this stick. Ask the publisher or the ministry for an original one.")

REFUSALS: Mapping[str, str] = {
    "it sends another part than was asked for": N_("it sends another part than was asked for"),
    "it compresses what must come as it is": N_("it compresses what must come as it is"),
    "it answers otherwise than a shelf": N_("it answers otherwise than a place with packs does (%(detail)s)"),
    "the request cannot be sent": N_("the request cannot be sent (%(detail)s)"),
    "it sends more than a shelf has": N_("it sends more than a place with packs has"),
    "rsync ended with an error": N_("rsync ended with an error (%(detail)s)"),
    "the server is not the one that is known": N_("the server is not the one that is known"),
    "": N_("it answers otherwise than was agreed"),
}
"""What a server does that does not give what it was asked for; a test fails for one that is not here."""

FOR_LEARNERS: dict[type[BaseException], Message] = {
    kind: Message(
        HTTPStatus.CONFLICT, 59,
        N_("This lesson cannot be opened: a file of it is missing or damaged on the box."),
        N_("The other lessons work, and what you did is kept."),
        N_("Tell your teacher, and go on with another lesson meanwhile."),
    )
    for kind in (errors.MissingBlobError, errors.TamperedError, errors.ManifestError, errors.QuizError)
}  # fmt: skip
"""What a pupil reads in place of advice that is meant for whoever looks after the box."""

TABLE: dict[type[Exception], Message] = {
    errors.PackError: Message(
        HTTPStatus.CONFLICT, 30,
        N_("Something is wrong with this pack."), UNCHANGED, NEW_COPY,
    ),
    errors.FormatError: Message(
        HTTPStatus.CONFLICT, 31,
        N_("This pack is not written in a form that the box understands."), UNCHANGED, TELL_PUBLISHER,
    ),
    errors.ManifestError: Message(
        HTTPStatus.CONFLICT, 32,
        N_("The contents list of this pack cannot be read."), UNCHANGED, TELL_PUBLISHER,
    ),
    errors.QuizError: Message(
        HTTPStatus.CONFLICT, 33,
        N_("A quiz of this pack cannot be read."),
        N_("The other lessons of the pack work."), TELL_PUBLISHER,
    ),
    lesson_errors.LessonFileError: Message(
        HTTPStatus.BAD_REQUEST, 93,
        N_("This file of lessons cannot be read."),
        N_("Nothing was changed."),
        N_("Bring it in on the page “Lessons” of a class: there each mistake is told with its cure."),
    ),
    errors.UnsafePathError: Message(
        HTTPStatus.CONFLICT, 34,
        N_("A file in this pack has a name that is not allowed."), UNCHANGED, TELL_PUBLISHER,
    ),
    errors.ArchiveError: Message(
        HTTPStatus.CONFLICT, 69,
        N_("This is no archive that packs could be taken from: it is damaged, or was not copied to the end."),
        UNCHANGED,
        N_("Make the archive again from the original folder or stick."),
    ),
    errors.MetadataError: Message(
        HTTPStatus.CONFLICT, 35,
        N_("A signed list on this stick is damaged (%(name)s)."), UNCHANGED, NEW_COPY,
    ),
    errors.MetadataTooLargeError: Message(
        HTTPStatus.CONFLICT, 36,
        N_("A signed list on this stick is far too large to be real (%(name)s)."), UNCHANGED, ORIGINAL_ONLY,
    ),
    errors.TrustError: Message(
        HTTPStatus.CONFLICT, 37,
        N_("The box does not trust what is on this stick."), NOT_TRUSTED, ORIGINAL_ONLY,
    ),
    errors.NoRootError: Message(
        HTTPStatus.CONFLICT, 38,
        N_("This box was not told yet whose packs it may trust."), UNCHANGED,
        N_(
            "A technician compares a number, once: on the page “Set up this box”, with packs of the ministry at hand. "
            "Or: schoolbox trust add ROOT.json"
        ),
    ),
    errors.RootPinnedError: Message(
        HTTPStatus.CONFLICT, 39,
        N_("This box already trusts another registry of publishers."),
        N_("Nothing was changed: it goes on trusting the one it has."),
        N_("If the ministry really begins anew, ask it for its new root, then: schoolbox trust replace ROOT.json"),
    ),
    errors.NotSignedError: Message(
        HTTPStatus.CONFLICT, 40,
        N_("The signature on %(name)s is missing or not right: somebody may have changed it."),
        NOT_TRUSTED, ORIGINAL_ONLY,
    ),
    errors.OlderMetadataError: Message(
        HTTPStatus.CONFLICT, 41,
        N_("This stick is older than what the box has already seen (%(name)s: %(version)s, known: %(floor)s)."),
        UNCHANGED,
        N_("Ask for a newer stick. Nothing is wrong with the box."),
    ),
    errors.ForkedMetadataError: Message(
        HTTPStatus.CONFLICT, 42,
        N_("This stick says something else than an earlier one with the same number (%(name)s, version %(version)s)."),
        NOT_TRUSTED,
        N_("Tell the ministry: two different lists with one number should not exist."),
    ),
    errors.UnknownPublisherError: Message(
        HTTPStatus.CONFLICT, 43,
        N_("The publisher “%(publisher)s” is not one of those the ministry's registry lists."),
        NOT_TRUSTED,
        N_("If you expected this publisher, ask for a stick with the newest registry."),
    ),
    errors.AcademyNotAcceptedError: Message(
        HTTPStatus.CONFLICT, 65,
        N_("These lessons were made by another school (%(publisher)s), which this box does not know yet."),
        NOT_TRUSTED,
        N_(
            "If you know that school, a technician can accept it: on the page that lists these packs, or with "
            "schoolbox trust accept meta/cat/%(publisher)s.json"
        ),
    ),
    errors.OutsidePrefixError: Message(
        HTTPStatus.CONFLICT, 44,
        N_("The publisher “%(publisher)s” offers something that does not belong to it."), NOT_TRUSTED, ORIGINAL_ONLY,
    ),
    errors.NotAnAcademyError: Message(
        HTTPStatus.BAD_REQUEST, 64,
        N_("This file is not the list of a school's own lessons, or it is damaged."),
        N_("Nothing was changed: the box trusts whom it trusted before."),
        N_("Ask the other school for it; its box says where the file is with: schoolbox academy show"),
    ),
    errors.ForkedPackError: Message(
        HTTPStatus.CONFLICT, 45,
        N_("This stick has other content for version %(version)s of %(pack_id)s than the box already has."),
        NOT_TRUSTED,
        N_("Tell the publisher: a changed pack needs a new version number."),
    ),
    errors.TamperedError: Message(
        HTTPStatus.CONFLICT, 46,
        N_("A file on this stick is not the one that was signed: it is damaged, or somebody changed it."),
        N_("Nothing of it was installed: pupils go on with the lessons they had. What was copied well is kept."),
        NEW_COPY,
    ),
    errors.ShelfError: Message(
        HTTPStatus.CONFLICT, 47,
        N_("The stick or folder could not be read."), UNCHANGED,
        N_("Put the stick in again, or try another USB port."),
    ),
    errors.ShelfGoneError: Message(
        HTTPStatus.SERVICE_UNAVAILABLE, 48,
        N_("The stick was pulled out early, or can no longer be read."),
        N_("Nothing is lost: pupils go on with the version they had."),
        N_("Put the same stick back; what was copied already is not copied again."),
    ),
    errors.LineLostError: Message(
        HTTPStatus.SERVICE_UNAVAILABLE, 62,
        N_("The line to %(shelf)s broke, or nobody answers there."),
        N_("Nothing is lost: pupils go on with the version they had."),
        N_("Try again when there is a line; what was copied already is not copied again."),
    ),
    errors.ShelfRefusedError: Message(
        HTTPStatus.BAD_GATEWAY, 63,
        N_("%(shelf)s does not give its packs to this box: %(problem)s."), UNCHANGED,
        N_("Check the address and the code, or ask whoever runs it."), REFUSALS,
    ),
    errors.CodeNeededError: Message(
        HTTPStatus.BAD_GATEWAY, 67,
        N_("%(shelf)s gives this only to those who know its code, and the code of this box is missing or wrong."),
        UNCHANGED,
        N_("Ask whoever looks after it for the code, and give it to this box."),
    ),
    errors.StrangerAnswersError: Message(
        HTTPStatus.BAD_GATEWAY, 68,
        N_("Something answers at %(shelf)s that gives no packs (a sign-in page of the network, perhaps)."), UNCHANGED,
        N_("Check the address, and whether this network wants a sign-in before it opens the internet."),
    ),
    errors.NotAShelfError: Message(
        HTTPStatus.NOT_FOUND, 49,
        N_("There are no packs in %(shelf)s."), UNCHANGED,
        N_("Check that it is the right stick or folder: it must hold a folder “meta”."),
    ),
    errors.MissingOnShelfError: Message(
        HTTPStatus.CONFLICT, 50,
        N_("A file of this pack is missing on the stick: it was not copied to the end."),
        N_("Nothing is lost: pupils go on with the version they had."),
        NEW_COPY,
    ),
    errors.UnreadableOnShelfError: Message(
        HTTPStatus.CONFLICT, 90,
        N_("A file on this stick cannot be read: the stick is worn or damaged."),
        N_("Nothing is lost: pupils go on with the version they had."),
        N_("Copy the packs onto another stick, and use this one no longer."),
    ),
    errors.OddNameError: Message(
        HTTPStatus.CONFLICT, 51,
        N_("Something on this stick is not a plain file (%(name)s)."), UNCHANGED, NEW_COPY,
    ),
    errors.DiskError: Message(
        HTTPStatus.INSUFFICIENT_STORAGE, 52,
        N_("The box's own disk refused to work."),
        N_("What was saved before is safe as far as the disk is; lessons can still be watched."),
        N_("Call the technician: the SD card or disk may be failing."),
    ),
    errors.NotEnoughSpaceError: Message(
        HTTPStatus.INSUFFICIENT_STORAGE, 53,
        N_("This needs %(needs)s, but only %(free)s is free on the box."),
        N_("Pupils can go on; only new packs wait."),
        N_("Remove a pack that nobody uses, then try again."),
    ),
    errors.ReadOnlyDiskError: Message(
        HTTPStatus.INSUFFICIENT_STORAGE, 54,
        N_("The box's disk can only be read, as a failing SD card does."),
        N_("Lessons can be watched; new results cannot be saved."),
        N_("Call the technician soon: the SD card has to be replaced."),
    ),
    errors.InstallError: Message(
        HTTPStatus.CONFLICT, 55,
        N_("That could not be done with this pack."), UNCHANGED,
        N_("Look at the list of packs, then try again."),
    ),
    errors.NotOfferedError: Message(
        HTTPStatus.NOT_FOUND, 56,
        N_("This stick has no pack %(pack_id)s."), UNCHANGED,
        N_("Look at what is on it with: schoolbox pack list SHELF"),
    ),
    errors.NotInstalledError: Message(
        HTTPStatus.NOT_FOUND, 57,
        N_("The pack %(pack_id)s is not installed."),
        N_("Nothing was changed."),
        N_("Look at “Packs on this box”, or on the command line: schoolbox pack list"),
    ),
    errors.NothingToUndoError: Message(
        HTTPStatus.CONFLICT, 91,
        N_("There is no earlier version of %(pack_id)s to go back to."), UNCHANGED,
        N_("If you need an older version, remove this one, then install from a stick or an upload that has it."),
    ),
    errors.NoSuchUnitError: Message(
        HTTPStatus.NOT_FOUND, 92,
        N_("%(pack_id)s has no unit “%(unit)s”."), UNCHANGED,
        N_("Choose from the units of this pack."),
    ),
    errors.OlderPackError: Message(
        HTTPStatus.CONFLICT, 58,
        N_("The stick has version %(version)s of %(pack_id)s, and the box already has version %(installed_version)s."),
        UNCHANGED,
        N_("There is nothing to do; the box has the newer one."),
    ),
    errors.MissingBlobError: Message(
        HTTPStatus.CONFLICT, 59,
        N_("A file of an installed pack is missing or changed on the box."),
        N_("The other lessons work, and progress is kept."),
        N_("Install the pack again from a stick or an upload that has it, or: schoolbox pack install SHELF PACK"),
    ),
    errors.StoreBusyError: Message(
        HTTPStatus.SERVICE_UNAVAILABLE, 60,
        N_("The box is installing, checking or removing another pack just now."),
        N_("Nothing was changed."),
        N_("Wait until that is done, then try again."),
    ),
    errors.AuthorError: Message(
        HTTPStatus.BAD_REQUEST, 61,
        N_("A pack cannot be made like this."),
        N_("Nothing was changed."),
        N_("Make packs with the command content-packs; it says what to correct."),
    ),
}  # fmt: skip
