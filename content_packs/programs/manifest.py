"""What a version of the program says of itself: what is new, what it needs, every file of it (UPDATES.md section 2).

Promises: bytes in, a `Program` or an error out; what decodes is bounded, and every name stays inside its folder, is
written the same on every file system, and stands there once.

    program = decode_program(raw)
    program.version, program.number, program.files_for("aarch64")
"""

import re
from collections.abc import Mapping
from typing import Annotated, Literal, TypeAlias

import msgspec

from content_packs.errors import ManifestError
from content_packs.manifest import MANIFEST_BYTES_MAX, File, Sha256, Text
from content_packs.programs.errors import OtherMachineError, ProgramBrokenError

PUBLISHER = "schoolbox"
PROGRAM = "schoolbox:box"
"""The one publisher whose programs count, and its one program (UPDATES 2.1)."""
EVERYWHERE = "any"
STARTER, PACKAGE = "bin/schoolbox", "lib/schoolbox/__init__.py"
"""What makes a folder a whole program."""
UNPACKED_BYTES_MAX = 1024 * 1024 * 1024
FILES_MAX = 20_000

Version: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^(0|[1-9][0-9]{0,2})(\.(0|[1-9][0-9]{0,2})){2}\Z")]
PythonVersion: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^3\.[1-9][0-9]?\Z")]
Machine: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9_]{2,20}\Z")]
Moment: TypeAlias = Annotated[
    str, msgspec.Meta(pattern=r"^[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-5][0-9]Z\Z")
]
_NAME = re.compile(r"(bin|lib)(/[A-Za-z0-9_+~@-][A-Za-z0-9_.+~@-]*)+", re.ASCII)
_NAME_LENGTH_MAX = 200
_MADE_HERE = "__pycache__"


class Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """The base of every record: unknown fields are refused, whoever adds one raises `format`."""


class Needs(Record, frozen=True):
    """What must be under the program: the number of the system around it, and the Python of that."""

    base: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
    python: PythonVersion


class FileFacts(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What one file must be."""

    sha256: Sha256
    size_bytes: Annotated[int, msgspec.Meta(ge=0, le=UNPACKED_BYTES_MAX)]


class Part(Record, frozen=True):
    """One `.tar.xz`: what every machine needs (`any`), or what one kind of machine needs besides."""

    machine: Machine
    sha256: Sha256
    size_bytes: Annotated[int, msgspec.Meta(ge=1, le=2**32 - 1)]
    files: Annotated[dict[str, FileFacts], msgspec.Meta(min_length=1, max_length=FILES_MAX)]

    @property
    def blob(self) -> File:
        """The archive as a blob of a shelf."""
        return File(role="app", sha256=self.sha256, ext="xz", size_bytes=self.size_bytes)


class Program(Record, frozen=True):
    """One version of the program."""

    format: Literal[1]
    program: Literal["schoolbox:box"]
    version: Version
    released_at: Moment
    news: Annotated[Text, msgspec.Meta(min_length=1)]
    needs: Needs
    parts: Annotated[tuple[Part, ...], msgspec.Meta(min_length=2, max_length=10)]

    @property
    def number(self) -> int:
        """The version as one number, by which older and newer are told (UPDATES 2.2)."""
        return version_number(self.version)

    def parts_for(self, machine: str) -> tuple[Part, ...]:
        """The parts that a machine needs.

        Raises:
            OtherMachineError: There is none for it.
        """
        own = [part for part in self.parts if part.machine == machine and machine != EVERYWHERE]
        if not own:
            raise OtherMachineError(version=self.version, machine=machine)
        return (*(part for part in self.parts if part.machine == EVERYWHERE), *own)

    def files_for(self, machine: str) -> Mapping[str, FileFacts]:
        """Every file that a machine has of it, by name."""
        return {name: facts for part in self.parts_for(machine) for name, facts in part.files.items()}


def version_number(version: str) -> int:
    """Give the number of a version: 0.2.1 is 2001."""
    major, minor, patch = (int(each) for each in version.split("."))
    return major * 1_000_000 + minor * 1_000 + patch


def is_version(text: str) -> bool:
    """Say whether this is how a version is written."""
    try:
        msgspec.convert(text, type=Version)
    except msgspec.ValidationError:
        return False
    return True


def decode_program(raw: bytes) -> Program:
    """Read what a version says of itself.

    Raises:
        ManifestError: It is longer than a manifest may be, or of a form that is not known here.
        ProgramBrokenError: Its form is right, but a name is not, or files stand there twice, or too much.
    """
    if len(raw) > MANIFEST_BYTES_MAX:
        raise ManifestError(problem=f"longer than {MANIFEST_BYTES_MAX} bytes")
    try:
        program = msgspec.json.decode(raw, type=Program)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as exc:
        raise ManifestError(problem=str(exc)) from exc
    if not program.number:
        raise ProgramBrokenError(problem="0.0.0 is no version")
    machines = [part.machine for part in program.parts]
    if len(set(machines)) != len(machines) or EVERYWHERE not in machines:
        raise ProgramBrokenError(problem="its parts are not one for each machine and one for all")
    for machine in machines:
        if machine != EVERYWHERE:
            _check_files(program, machine)
    return program


def encode_program(program: Program) -> bytes:
    """Write what a version says of itself: sorted, without white space, the same bytes everywhere."""
    return msgspec.json.encode(program, order="sorted")


def _check_files(program: Program, machine: str) -> None:
    """Check the names of what one machine has, and how much it is."""
    seen: set[str] = set()
    unpacked_bytes = 0
    for part in program.parts_for(machine):
        for name, facts in part.files.items():
            if not is_file_name(name):
                raise ProgramBrokenError(problem=f"{name[:200]!r} is no name of a file of a program")
            if name.lower() in seen:
                raise ProgramBrokenError(problem=f"{name} stands there twice")
            seen.add(name.lower())
            unpacked_bytes += facts.size_bytes
    if unpacked_bytes > UNPACKED_BYTES_MAX:
        raise ProgramBrokenError(problem=f"{unpacked_bytes} bytes are more than a program has")
    folders = {name[:at] for name in seen for at in range(len(name)) if name[at] == "/"}
    if folders & seen or not {STARTER, PACKAGE} <= seen:
        raise ProgramBrokenError(problem="its files are not those of a program")


def is_file_name(name: str) -> bool:
    """Say whether this may be the name of a file of a program (UPDATES 2.5)."""
    return len(name) <= _NAME_LENGTH_MAX and bool(_NAME.fullmatch(name)) and _MADE_HERE not in name.split("/")
