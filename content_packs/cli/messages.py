"""The errors table: for each error of this package the exit code, what happened, and what to do next.

A test fails for a class that is missing here. Exit codes: 0 done, 1 unexpected, 2 usage, 4 the source or a key is
wrong, 5 not trusted, 6 damaged, 7 the shelf, 8 our own disk, 9 install. No command here does a part, which would be 3.
"""

from collections.abc import Mapping

import msgspec

from content_packs import errors
from content_packs import lesson_errors as lesson
from content_packs.cli.output import Failure, Outcome
from content_packs.export import errors as stick
from content_packs.programs import errors as program

SOURCE, TRUST, DAMAGED, SHELF, DISK, INSTALL = 4, 5, 6, 7, 8, 9


class Message(msgspec.Struct, frozen=True):
    """How an error ends a command; `what` and `next_step` may name attributes of the error."""

    exit_code: int
    what: str
    next_step: str


MESSAGES: Mapping[type[errors.PackError], Message] = {
    errors.PackError: Message(1, "Something went wrong with packs.", "Run the command again; report it if it stays."),
    errors.FormatError: Message(DAMAGED, "This is not written as FORMAT.md says: {e.problem}.", "Ask its publisher."),
    errors.ManifestError: Message(DAMAGED, "The manifest is wrong: {e.problem}.", "The publisher must build it again."),
    lesson.LessonFileError: Message(DAMAGED, "The file of lessons is wrong: {e.problem}.", "Correct or renew it."),
    errors.QuizError: Message(DAMAGED, "The quiz is wrong: {e.problem}.", "Ask the publisher to correct the quiz."),
    errors.UnsafePathError: Message(DAMAGED, "A name is not allowed: {e.problem}.", "Rename the file."),
    errors.ArchiveError: Message(DAMAGED, "The archive cannot be used: {e.problem}.", "Pack the shelf again."),
    errors.MetadataError: Message(DAMAGED, "Signed metadata cannot be read: {e.problem}.", "Copy the shelf again."),
    errors.MetadataTooLargeError: Message(
        DAMAGED, "meta/{e.name} is larger than {e.cap_bytes} bytes.", "Copy the shelf again from its publisher."
    ),
    errors.TrustError: Message(TRUST, "This is not trusted.", "Ask whoever gave you the shelf."),
    errors.NoRootError: Message(TRUST, "Nobody is trusted here yet.", "Give the first root (meta/1.root.json)."),
    errors.RootPinnedError: Message(
        TRUST, "Another first root is trusted already.", "Remove the old one by hand if you are sure."
    ),
    errors.NotSignedError: Message(
        TRUST,
        "meta/{e.name} does not carry the signatures it needs: it was changed, or signed by somebody else.",
        "Get the shelf again from its publisher; if keys were changed on purpose, sign with the new ones: "
        "content-packs registry renew, content-packs catalogue renew.",
    ),
    errors.OlderMetadataError: Message(
        TRUST, "meta/{e.name} is version {e.version}, older than {e.floor}.", "Use a newer copy of the shelf."
    ),
    errors.ForkedMetadataError: Message(
        TRUST,
        "meta/{e.name} has the known version {e.version} but says something else.",
        "Sign on one shelf only, and copy from there; sign once more on that one.",
    ),
    errors.UnknownPublisherError: Message(
        TRUST,
        "The registry does not list the publisher {e.publisher}.",
        "See who is listed: content-packs publisher list SHELF.",
    ),
    errors.AcademyNotAcceptedError: Message(
        TRUST,
        "{e.publisher} is the academy of a school; the registry does not list it.",
        "A box can accept it by hand: schoolbox trust accept meta/cat/{e.publisher}.json.",
    ),
    errors.OutsidePrefixError: Message(
        TRUST, "{e.publisher} signed {e.path}, which is not its own.", "Ask the registry who signs there."
    ),
    errors.NotAnAcademyError: Message(
        TRUST, "This is not the catalogue of a school's academy.", "Ask the school for the file meta/cat/box-....json."
    ),
    errors.ForkedPackError: Message(
        TRUST,
        "Version {e.version} of {e.pack_id} was signed with two contents.",
        "Ask its publisher to raise the version.",
    ),
    errors.TamperedError: Message(DAMAGED, "{e.name} is not what was signed.", "Copy the shelf again."),
    errors.ShelfError: Message(SHELF, "The shelf cannot be read.", "Check the stick or the folder."),
    errors.ShelfGoneError: Message(SHELF, "{e.shelf} can no longer be read.", "Put the stick back and try again."),
    errors.LineLostError: Message(
        SHELF, "The line to {e.shelf} broke.", "Run the command again: it goes on where it was."
    ),
    errors.ShelfRefusedError: Message(SHELF, "{e.shelf} does not give it: {e.problem}.", "Check address and code."),
    errors.CodeNeededError: Message(SHELF, "{e.shelf} wants a code: {e.problem}.", "Ask whoever runs it for the code."),
    errors.StrangerAnswersError: Message(
        SHELF, "What answers at {e.shelf} is no shelf: {e.problem}.", "Check the address, or sign in to the network."
    ),
    errors.NotAShelfError: Message(
        SHELF,
        "{e.shelf} is not a shelf.",
        "Name the folder that holds meta/, or start one: content-packs root draft, sign, publish.",
    ),
    errors.MissingOnShelfError: Message(SHELF, "The shelf lacks {e.name}.", "Copy the shelf again."),
    errors.UnreadableOnShelfError: Message(
        SHELF, "{e.name} cannot be read from the shelf.", "Copy the shelf onto another stick."
    ),
    errors.OddNameError: Message(SHELF, "{e.name} is refused: {e.problem}.", "Put a plain file there."),
    errors.DiskError: Message(DISK, "{e.path} cannot be used: {e.problem}.", "Check the disk and the permissions."),
    errors.NotEnoughSpaceError: Message(
        DISK, "{e.path} needs {e.needs_bytes} bytes; {e.free_bytes} may be used.", "Make room and try again."
    ),
    errors.ReadOnlyDiskError: Message(DISK, "{e.path} can only be read.", "Unlock or replace the disk."),
    errors.InstallError: Message(INSTALL, "This cannot be done with the pack.", "Look at which packs are installed."),
    errors.NotOfferedError: Message(
        INSTALL, "The shelf does not offer {e.pack_id}.", "See what it offers: content-packs show SHELF."
    ),
    errors.OlderPackError: Message(
        INSTALL,
        "The shelf has version {e.version} of {e.pack_id}; version {e.installed_version} is installed.",
        "Nothing to do: the newer one stays.",
    ),
    errors.NotInstalledError: Message(INSTALL, "{e.pack_id} is not installed.", "Look at which packs are installed."),
    errors.NothingToUndoError: Message(
        INSTALL, "There is no version before the one of {e.pack_id} that is installed.", "Nothing can be done here."
    ),
    errors.NoSuchUnitError: Message(
        INSTALL, "{e.pack_id} has no unit “{e.unit}”.", "See its units: content-packs show SHELF."
    ),
    errors.MissingBlobError: Message(DAMAGED, "{e.name} is missing.", "Install the pack again; it repairs itself."),
    errors.StoreBusyError: Message(INSTALL, "Another program is writing to {e.folder}.", "Try again when it is done."),
    stick.StickError: Message(SHELF, "{e.stick} cannot be written: {e.problem}.", "Try another stick."),
    stick.NoStickError: Message(SHELF, "There is no folder {e.stick}.", "Name the folder of the stick."),
    stick.StickGoneError: Message(SHELF, "{e.stick} was pulled out.", "Put it back and try again: it goes on."),
    stick.StickBusyError: Message(SHELF, "Another program writes onto {e.stick}.", "Try again when it is done."),
    stick.StickFullError: Message(
        SHELF, "{e.stick} needs {e.needs_bytes} bytes; {e.free_bytes} are free.", "Make room on it, or write less."
    ),
    stick.StickFolderFullError: Message(
        SHELF, "{e.folder} on {e.stick} would hold more files than FAT allows.", "Take an exFAT stick, or write less."
    ),
    stick.StickReadOnlyError: Message(SHELF, "{e.stick} can only be read.", "Unlock it, or take another stick."),
    stick.StickUnreliableError: Message(
        SHELF, "{e.name} on {e.stick} cannot be written, or does not read as it was written.", "Take another stick."
    ),
    stick.OtherRegistryError: Message(SHELF, "{e.stick} belongs to another registry.", "Take an empty stick."),
    stick.FileTooLargeError: Message(
        SHELF, "{e.name} has {e.size_bytes} bytes; a stick holds {e.cap_bytes} in one file.", "Divide it."
    ),
    stick.NotListedError: Message(
        TRUST, "No list names version {e.version} of {e.pack_id}.", "Ask its publisher for the newest version."
    ),
    program.ProgramError: Message(DAMAGED, "This program cannot be used.", "Build and sign it again."),
    program.ProgramBrokenError: Message(
        DAMAGED, "This is no whole program: {e.problem}.", "Build and sign it again, or copy it again."
    ),
    program.OlderProgramError: Message(
        TRUST, "Version {e.version} is not newer than {e.floor}.", "Raise the version."
    ),
    program.OtherMachineError: Message(
        INSTALL, "Version {e.version} has nothing for {e.machine}.", "Build it for that kind of machine, too."
    ),
    program.BaseTooOldError: Message(
        INSTALL, "Version {e.version} needs {e.needs}; here is {e.has}.", "Write the card anew with a newer image."
    ),
    program.UpdateGoingOnError: Message(INSTALL, "Another update is going on.", "Wait until it has ended."),
    errors.AuthorError: Message(SOURCE, "The pack cannot be made like this.", "Correct the source."),
    errors.SourceError: Message(SOURCE, "{e.path}: {e.problem}.", "Correct it and run the command again."),
    errors.MediaError: Message(SOURCE, "{e.path}: {e.problem}.", "{e.command}"),
    errors.VersionNotRaisedError: Message(
        SOURCE,
        "{e.pack_id} version {e.version} differs from what is signed; the newest signed version is {e.newest}.",
        "Raise version in pack.toml above {e.newest}, then build and sign again.",
    ),
    errors.ItemTakenError: Message(
        SOURCE, "The item {e.item_id} belongs to the pack {e.pack_id}.", "Give the item another slug."
    ),
    errors.KeyFileError: Message(SOURCE, "{e.path}: {e.problem}.", "Name another key file."),
    errors.NotYourKeyError: Message(
        SOURCE, "These keys may not sign for {e.role}.", "Sign with the keys that are listed for it, enough of them."
    ),
    errors.StillUnsignedError: Message(
        SOURCE,
        "Keys of the {e.role} that must still sign: {e.missing}.",
        "See who: content-packs root show DRAFT, registry show DRAFT. Let them sign the draft; --draft writes one.",
    ),
}


def failure(error: errors.PackError) -> Outcome:
    """Say what an error means to the one at the keyboard."""
    message = MESSAGES[type(error)]
    what = message.what.format(e=error)
    step = message.next_step.format(e=error) or "Correct the file and run the command again."
    result = Failure(error=type(error).__name__, what=what, next_step=step)
    return Outcome((what, step), result, message.exit_code)
