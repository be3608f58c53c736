"""Everything that can go wrong with packs.

PackError
├── FormatError            the bytes are not what FORMAT.md says
│   ├── ManifestError
│   └── QuizError

Each carries its facts as attributes; nothing here is shown to a reader as it is: the box and the command line have a
table of sentences. `transient` says whether trying the same again can help.
"""


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
