"""What can go wrong while listening and sending files.

ServerError
├── ListenError      the address or port cannot be listened on
└── BlobGoneError    a file that the library knows is not on the disk

Each carries its facts as attributes; `transient` says whether trying the same again can help.
"""

from pathlib import Path

from schoolbox.errors import BoxError


class ServerError(BoxError):
    """The root of all errors of this package."""


class ListenError(ServerError):
    """Another program has the port, the address is not ours, or the port needs rights we do not have."""

    transient = True

    def __init__(self, *, host: str, port: int, reason: str) -> None:
        super().__init__(f"cannot listen on {host} port {port}: {reason}")
        self.host = host
        self.port = port
        self.reason = reason


class BlobGoneError(ServerError):
    """A file that was asked for by name is missing on the disk, or is no regular file."""

    def __init__(self, *, path: Path) -> None:
        super().__init__(f"not on the disk: {path.name}")
        self.path = path
