"""Everything that can go wrong on the box itself.

BoxError
├── ConfigError            a setting is unknown or makes no sense
├── DatabaseError
│   ├── NewerDatabaseError     written by a newer version of this program
│   ├── DamagedDatabaseError   does not pass its own check
│   └── WriteFailedError       a change could not be kept (disk full, read-only, I/O error)
├── NotFoundError          no such item, course, class, person
├── NotAllowedError        this role may not do this
├── NotSignedInError       somebody has to sign in first
├── SignInError            the PIN or password is not right
├── ThrottledError         too many tries in a short time
├── BadInputError          a form, an event or a roster that makes no sense
├── NotDoneError           what only root may do was not done by its helper
├── AlreadyRunningError    another program serves this data folder
├── OtherNumberError       what is on a stick has another number than the one that was compared
├── DamagedFileError       a file of a teacher's course cannot be read any more
├── PullError
│   ├── NoSourceError          there is no place to take packs from
│   └── NotThereYetError       a version is announced, and no place that was asked has it
├── SchoolNotSetError      the box does not know its school yet
├── NotEnrolledError       the box does not know its hub yet
└── UploadError            a file or folder from somebody's computer cannot be taken in
    ├── WrongFileError         it is no zip file
    ├── NoPacksInUploadError   there is no shelf in it
    ├── UploadRoomError        too little room for it and what is installed from it
    └── TooManyUploadsError    there are as many already as the box looks after

Facts are attributes; readers see the sentences of `schoolbox.messages`, never `str(exc)`. `transient` says whether
trying the same again can help.
"""

from pathlib import Path


class BoxError(Exception):
    """The root of all errors of this package."""

    transient = False


class ConfigError(BoxError):
    """A setting is unknown or makes no sense; `setting` names it, `problem` says why."""

    def __init__(self, *, setting: str, problem: str) -> None:
        super().__init__(f"{setting}: {problem}")
        self.setting = setting
        self.problem = problem


class DatabaseError(BoxError):
    """The database cannot be used as it is."""


class NewerDatabaseError(DatabaseError):
    """The database was written by a newer version; `found` and `known` are schema numbers."""

    def __init__(self, *, found: int, known: int) -> None:
        super().__init__(f"schema {found} is newer than {known}")
        self.found = found
        self.known = known


class DamagedDatabaseError(DatabaseError):
    """The database does not pass its own check; `problem` is what SQLite reported."""

    def __init__(self, *, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


class WriteFailedError(DatabaseError):
    """A change could not be kept, and nothing of it is visible; `problem` is what SQLite reported."""

    transient = True

    def __init__(self, *, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


class NotFoundError(BoxError):
    """No such thing here; `kind` is the noun, `key` what was asked for."""

    def __init__(self, *, kind: str, key: str) -> None:
        super().__init__(f"no {kind} {key}")
        self.kind = kind
        self.key = key


class NotAllowedError(BoxError):
    """This role may not do this; `role` is who asked."""

    def __init__(self, *, role: str) -> None:
        super().__init__(f"not for {role}")
        self.role = role


class NotSignedInError(BoxError):
    """Somebody has to sign in first."""


class SignInError(BoxError):
    """The PIN or password is not right."""


class ThrottledError(BoxError):
    """Too many tries in a short time; `wait_s` is how long until the next one is read."""

    transient = True

    def __init__(self, *, wait_s: int) -> None:
        super().__init__(f"wait {wait_s} s")
        self.wait_s = wait_s


class BadInputError(BoxError):
    """Input that makes no sense; `field` names it, `problem` says why, `row` is the line of a table (0: none)."""

    def __init__(self, *, field: str, problem: str, row: int = 0) -> None:
        super().__init__(f"row {row}, {field}: {problem}" if row else f"{field}: {problem}")
        self.field = field
        self.problem = problem
        self.row = row


class AlreadyRunningError(BoxError):
    """Another program already serves this data folder; `folder` is the folder."""

    transient = True

    def __init__(self, *, folder: Path) -> None:
        super().__init__(str(folder))
        self.folder = folder


class NotDoneError(BoxError):
    """What only root may do was not done; `verb` says what, `why` is a word of its helper."""

    transient = True

    def __init__(self, *, verb: str, why: str) -> None:
        super().__init__(f"{verb}: {why}")
        self.verb = verb
        self.why = why


class OtherNumberError(BoxError):
    """What is on a stick is not what a person has compared; `found` is the number it has now."""

    def __init__(self, *, found: str) -> None:
        super().__init__(f"the number is {found}")
        self.found = found


class DamagedFileError(BoxError):
    """A file of a teacher's course cannot be read any more; `title` is what the teacher called it."""

    def __init__(self, *, title: str) -> None:
        super().__init__("a file of a course")  # a log gets this, and titles may be names
        self.title = title


class PullError(BoxError):
    """Packs could not be taken from afar."""


class NoSourceError(PullError):
    """There is no place to take packs from: no hub, no neighbour, and none was named."""


class NotThereYetError(PullError):
    """A version is announced in a trusted catalogue, and no place that was asked has it."""

    transient = True

    def __init__(self, *, pack_id: str, version: int) -> None:
        super().__init__(f"{pack_id} version {version}")
        self.pack_id = pack_id
        self.version = version


class SchoolNotSetError(BoxError):
    """The box does not know its school yet."""


class NotEnrolledError(BoxError):
    """The box does not know its hub yet."""


class UploadError(BoxError):
    """A file or folder from somebody's computer cannot be taken in."""


class WrongFileError(UploadError):
    """What was chosen is no zip file; `name` is what its owner calls it."""

    def __init__(self, *, name: str) -> None:
        super().__init__(name)
        self.name = name


class NoPacksInUploadError(UploadError):
    """In what was chosen there is no shelf, or there are several; `name` is what its owner calls it."""

    def __init__(self, *, name: str) -> None:
        super().__init__(name)
        self.name = name


class UploadRoomError(UploadError):
    """There is too little room for an upload and for what is installed from it; `free_bytes` is after the reserve."""

    def __init__(self, *, name: str, needs_bytes: int, free_bytes: int) -> None:
        super().__init__(f"{name}: needs {needs_bytes} bytes, {free_bytes} are free")
        self.name = name
        self.needs_bytes = needs_bytes
        self.free_bytes = free_bytes


class TooManyUploadsError(UploadError):
    """There are as many uploads already as one person, or the box, may have; `limit` is how many."""

    def __init__(self, *, limit: int) -> None:
        super().__init__(str(limit))
        self.limit = limit
