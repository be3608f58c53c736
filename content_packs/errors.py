"""Everything that can go wrong with packs.

PackError
├── FormatError             the bytes are not what FORMAT.md says
│   ├── ManifestError, QuizError; of files of lessons: `lesson_errors`
│   ├── UnsafePathError     a name that could lead elsewhere
│   ├── ArchiveError        an uploaded file that is no whole archive, or one made to do harm
│   └── MetadataError       a root, registry or catalogue that cannot be read
│       └── MetadataTooLargeError
├── TrustError              whoever signed this may not say so
│   ├── NoRootError         this box was never told whom to trust
│   ├── RootPinnedError     it was told already, and differently
│   ├── NotSignedError      too few right signatures
│   ├── OlderMetadataError  below the rollback floor; quiet
│   ├── ForkedMetadataError the version held, with other bytes
│   ├── UnknownPublisherError
│   │   └── AcademyNotAcceptedError  a school's own, which a person may accept
│   ├── OutsidePrefixError  signs for ids that are not its own
│   ├── NotAnAcademyError   not how a school's academy introduces itself
│   └── ForkedPackError     the installed version, with other content
├── TamperedError           a manifest or blob is not what was signed
├── ShelfError              the place packs come from
│   ├── ShelfGoneError      pulled out or unreadable (transient)
│   │   └── LineLostError   the line to it broke, or it does not answer (transient)
│   ├── ShelfRefusedError   a server that does not give it to us
│   │   ├── CodeNeededError      it wants a code, or another one
│   │   └── StrangerAnswersError something else answers: a portal's page, a proxy (transient)
│   ├── NotAShelfError
│   ├── MissingOnShelfError
│   ├── UnreadableOnShelfError   one file has a bad spot; the rest can be read
│   └── OddNameError        a link, a device, a folder where a file should be
├── DiskError               our own disk
│   └── NotEnoughSpaceError, ReadOnlyDiskError
├── InstallError
│   ├── NotOfferedError, OlderPackError, NotInstalledError, NoSuchUnitError, NothingToUndoError
│   ├── MissingBlobError
│   └── StoreBusyError      another program installs (transient)
├── StickError              a stick that packs are written onto: export/errors.py
└── AuthorError             for those who make packs
    ├── SourceError
    │   └── MediaError      carries the command that mends the file
    ├── VersionNotRaisedError, ItemTakenError, KeyFileError, NotYourKeyError
    └── StillUnsignedError  a draft that others must sign first

Each carries its facts as attributes; nothing here is shown to a reader as it is: the box and the command line have a
table of sentences. `transient` says whether trying the same again can help.
"""

from datetime import datetime
from pathlib import Path


class PackError(Exception):
    """The root of all errors of this package."""

    transient = False


class FormatError(PackError):
    """The bytes are not what FORMAT.md says; `problem` says where, for an author or a log."""

    def __init__(self, *, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


class ManifestError(FormatError):
    """A manifest cannot be read or contradicts itself."""


class QuizError(FormatError):
    """A quiz cannot be read or contradicts itself."""


class UnsafePathError(FormatError):
    """A path could lead out of its folder, or cannot be written on every file system."""

    def __init__(self, *, path: str, problem: str) -> None:
        super().__init__(problem=f"{path!r}: {problem}")
        self.path = path


class ArchiveError(FormatError):
    """A file that should be an archive with a shelf in it is none, was cut off, or was made to do harm."""


class MetadataError(FormatError):
    """Metadata cannot be read or breaks a rule of FORMAT.md section 5; `name` is its name under meta/."""

    def __init__(self, *, name: str, problem: str) -> None:
        super().__init__(problem=f"{name}: {problem}")
        self.name = name


class MetadataTooLargeError(MetadataError):
    """Metadata is larger than its cap and was not parsed."""

    def __init__(self, *, name: str, cap_bytes: int) -> None:
        super().__init__(name=name, problem=f"larger than {cap_bytes} bytes")
        self.cap_bytes = cap_bytes


class TrustError(PackError):
    """What is signed here must not be believed."""


class NoRootError(TrustError):
    """No root was ever pinned, so nothing can be trusted."""


class RootPinnedError(TrustError):
    """Another first root is pinned already; changing it is a decision for a person."""


class NotSignedError(TrustError):
    """Metadata does not carry enough right signatures of the keys that may sign it."""

    def __init__(self, *, name: str) -> None:
        super().__init__(name)
        self.name = name


class OlderMetadataError(TrustError):
    """Metadata is older than what is known already; no attack has to be assumed. `signed_at` is advice."""

    def __init__(self, *, name: str, version: int, floor: int, signed_at: datetime | None) -> None:
        super().__init__(f"{name}: version {version} below {floor}")
        self.name = name
        self.version = version
        self.floor = floor
        self.signed_at = signed_at


class ForkedMetadataError(TrustError):
    """Metadata has the version that is held, but says something else."""

    def __init__(self, *, name: str, version: int) -> None:
        super().__init__(f"{name}: version {version} with other content")
        self.name = name
        self.version = version


class UnknownPublisherError(TrustError):
    """The registry does not list this publisher (never did, or no longer)."""

    def __init__(self, *, publisher: str) -> None:
        super().__init__(publisher)
        self.publisher = publisher


class AcademyNotAcceptedError(UnknownPublisherError):
    """The academy of another school, which nobody on this box has accepted yet (FORMAT 6.14)."""


class OutsidePrefixError(TrustError):
    """A publisher signs for a path that does not begin with its own id."""

    def __init__(self, *, publisher: str, path: str) -> None:
        super().__init__(f"{publisher} signs {path}")
        self.publisher = publisher
        self.path = path


class NotAnAcademyError(TrustError):
    """This file is not the catalogue by which an academy introduces itself (FORMAT 5.8)."""


class ForkedPackError(TrustError):
    """The installed version of a pack is offered with other content."""

    def __init__(self, *, pack_id: str, version: int) -> None:
        super().__init__(f"{pack_id} version {version}")
        self.pack_id = pack_id
        self.version = version


class TamperedError(PackError):
    """The bytes of a manifest or blob are not those that were signed; `name` is its path on the shelf."""

    def __init__(self, *, name: str, sha256: str) -> None:
        super().__init__(name)
        self.name = name
        self.sha256 = sha256


class ShelfError(PackError):
    """The place packs come from does not give what it should."""


class _AboutShelfError(ShelfError):
    """An error about a whole shelf; `shelf` is its folder or address."""

    def __init__(self, *, shelf: str) -> None:
        super().__init__(shelf)
        self.shelf = shelf


class ShelfGoneError(_AboutShelfError):
    """The shelf can no longer be read, as when a stick is pulled out."""

    transient = True


class LineLostError(ShelfGoneError):
    """The line to a shelf broke, or nobody answers there; what was copied is kept."""


class ShelfRefusedError(_AboutShelfError):
    """A server gives not what was asked for; `problem` is one of few sentences, `detail` what differs each time."""

    def __init__(self, *, shelf: str, problem: str, detail: str = "") -> None:
        super().__init__(shelf=shelf)
        self.problem = problem
        self.detail = detail


class CodeNeededError(ShelfRefusedError):
    """The server gives this only to those who show a code or sign in, and what was shown does not do."""


class StrangerAnswersError(ShelfRefusedError):
    """What answers at the address is no shelf, as the page of a network that first wants a sign-in."""

    transient = True


class NotAShelfError(_AboutShelfError):
    """There is no metadata of packs."""


class _AboutFileError(ShelfError):
    """An error about one file of a shelf, by its path there."""

    def __init__(self, *, name: str) -> None:
        super().__init__(name)
        self.name = name


class MissingOnShelfError(_AboutFileError):
    """A file that trusted metadata names is not on this shelf."""


class UnreadableOnShelfError(_AboutFileError):
    """One file cannot be read although the shelf is there: a worn stick has bad spots."""


class OddNameError(ShelfError):
    """Something on the shelf is not a plain file with a proper name."""

    def __init__(self, *, name: str, problem: str) -> None:
        super().__init__(f"{name}: {problem}")
        self.name = name
        self.problem = problem


class DiskError(PackError):
    """Our own disk refused; `problem` is what the system said."""

    def __init__(self, *, path: Path, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.path = path
        self.problem = problem


class NotEnoughSpaceError(DiskError):
    """There is too little room; `free_bytes` is what may be used, after the reserve."""

    def __init__(self, *, path: Path, needs_bytes: int, free_bytes: int) -> None:
        super().__init__(path=path, problem=f"needs {needs_bytes} bytes, {free_bytes} are free")
        self.needs_bytes = needs_bytes
        self.free_bytes = free_bytes


class ReadOnlyDiskError(DiskError):
    """The disk only lets itself be read, as a failing SD card does."""


class InstallError(PackError):
    """A pack cannot be installed, checked or removed as asked."""


class _AboutPackError(InstallError):
    """An install error about one pack."""

    def __init__(self, *, pack_id: str) -> None:
        super().__init__(pack_id)
        self.pack_id = pack_id


class NotOfferedError(_AboutPackError):
    """The shelf does not offer this pack."""


class NotInstalledError(_AboutPackError):
    """The pack is not installed."""


class NothingToUndoError(_AboutPackError):
    """There is no version before the one that is installed: it is the first, or the room was needed."""


class NoSuchUnitError(_AboutPackError):
    """The pack has no such unit; an empty `unit` says that none was chosen."""

    def __init__(self, *, pack_id: str, unit: str) -> None:
        super().__init__(pack_id=pack_id)
        self.unit = unit


class OlderPackError(_AboutPackError):
    """The shelf has an older version than the one that is installed."""

    def __init__(self, *, pack_id: str, version: int, installed_version: int) -> None:
        super().__init__(pack_id=pack_id)
        self.version = version
        self.installed_version = installed_version


class MissingBlobError(InstallError):
    """The store does not hold what an installed pack needs."""

    def __init__(self, *, name: str) -> None:
        super().__init__(name)
        self.name = name


class StoreBusyError(InstallError):
    """Another program is changing the store just now."""

    transient = True

    def __init__(self, *, folder: Path) -> None:
        super().__init__(str(folder))
        self.folder = folder


class AuthorError(PackError):
    """A pack, key or registry cannot be made like this."""


class SourceError(AuthorError):
    """The source of a pack is wrong at `path`: `problem` says how, in words for its author."""

    def __init__(self, *, path: str, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.path = path
        self.problem = problem


class MediaError(SourceError):
    """A media file is not one that every phone can play; `command` mends it (empty if no command can)."""

    def __init__(self, *, path: str, problem: str, command: str) -> None:
        super().__init__(path=path, problem=problem)
        self.command = command


class VersionNotRaisedError(AuthorError):
    """The content of a pack changed but its version is not above the newest one signed."""

    def __init__(self, *, pack_id: str, version: int, newest: int) -> None:
        super().__init__(f"{pack_id}: version {version}, newest signed {newest}")
        self.pack_id = pack_id
        self.version = version
        self.newest = newest


class ItemTakenError(AuthorError):
    """An item id already belongs to another pack of this publisher."""

    def __init__(self, *, item_id: str, pack_id: str) -> None:
        super().__init__(f"{item_id} belongs to {pack_id}")
        self.item_id = item_id
        self.pack_id = pack_id


class KeyFileError(AuthorError):
    """A key file cannot be used as asked."""

    def __init__(self, *, path: Path, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.path = path
        self.problem = problem


class NotYourKeyError(AuthorError):
    """The keys given may not sign for this role (a publisher, or `registry`)."""

    def __init__(self, *, role: str) -> None:
        super().__init__(role)
        self.role = role


class StillUnsignedError(AuthorError):
    """Signatures are wanting: `missing` of the keys of `role` (`root before`, `root` or `registry`)."""

    def __init__(self, *, role: str, missing: int) -> None:
        super().__init__(f"{role}: {missing} signatures are wanting")
        self.role = role
        self.missing = missing
