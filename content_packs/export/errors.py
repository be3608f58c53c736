"""What can go wrong when packs are written onto a stick (FORMAT 2.12).

StickError
├── NoStickError        there is no such folder
├── StickGoneError      pulled out while it was written (transient)
├── StickBusyError      another program writes onto it (transient)
├── StickFullError
├── StickFolderFullError  a folder on it would hold more than FAT allows
├── StickReadOnlyError
├── StickUnreliableError  does not keep what is written onto it
├── OtherRegistryError  it holds packs of another registry
├── FileTooLargeError   more than a stick can hold as one file
└── NotListedError      its publisher's list does not name this version
"""

from content_packs.errors import PackError


class StickError(PackError):
    """Packs cannot be written onto a stick; `stick` is its folder, `problem` what the system said."""

    def __init__(self, *, stick: str, problem: str) -> None:
        super().__init__(f"{stick}: {problem}")
        self.stick = stick
        self.problem = problem


class NoStickError(StickError):
    """There is no folder to write to."""

    def __init__(self, *, stick: str) -> None:
        super().__init__(stick=stick, problem="no such folder")


class StickGoneError(StickError):
    """The stick was pulled out while it was written; what was written is continued when it is back."""

    transient = True


class StickBusyError(StickError):
    """Another program writes onto this stick just now."""

    transient = True

    def __init__(self, *, stick: str) -> None:
        super().__init__(stick=stick, problem="another program writes onto it")


class StickFullError(StickError):
    """There is too little room on the stick; `needs_bytes` counts whole clusters."""

    def __init__(self, *, stick: str, needs_bytes: int, free_bytes: int) -> None:
        super().__init__(stick=stick, problem=f"needs {needs_bytes} bytes, {free_bytes} are free")
        self.needs_bytes = needs_bytes
        self.free_bytes = free_bytes


class StickFolderFullError(StickError):
    """A folder on the stick, `folder`, would hold more files than FAT allows in one, however much room there is."""

    def __init__(self, *, stick: str, folder: str) -> None:
        super().__init__(stick=stick, problem=f"{folder} would hold more files than FAT allows in one folder")
        self.folder = folder


class StickReadOnlyError(StickError):
    """The stick only lets itself be read: a switch on its side, or a driver that protects a damaged one."""


class StickUnreliableError(StickError):
    """A file, `name`, cannot be written or reads differently, twice: a worn stick, or one that only claims its size."""

    def __init__(self, *, stick: str, name: str) -> None:
        super().__init__(stick=stick, problem=f"{name} does not read as it was written, or cannot be written")
        self.name = name


class OtherRegistryError(StickError):
    """The stick holds packs under another root; two registries on one stick would be refused by every box."""

    def __init__(self, *, stick: str) -> None:
        super().__init__(stick=stick, problem="it belongs to another registry")


class FileTooLargeError(StickError):
    """A file of a pack is larger than a stick can hold as one file (FORMAT 2.7)."""

    def __init__(self, *, stick: str, name: str, size_bytes: int, cap_bytes: int) -> None:
        super().__init__(stick=stick, problem=f"{name} has {size_bytes} bytes, at most {cap_bytes} fit")
        self.name = name
        self.size_bytes = size_bytes
        self.cap_bytes = cap_bytes


class NotListedError(StickError):
    """The publisher's newest list does not name the installed version, so no other box would take it."""

    def __init__(self, *, stick: str, pack_id: str, version: int) -> None:
        super().__init__(stick=stick, problem=f"{pack_id} version {version} is in no list")
        self.pack_id = pack_id
        self.version = version
