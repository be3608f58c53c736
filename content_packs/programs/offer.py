"""Which program a shelf offers, and whether a machine can take it (UPDATES.md sections 3 and 5).

Promises: functions of what is trusted and of values; a `Program` comes out only if a trusted catalogue names its very
bytes, and `check_fits` says each reason why not with an error of its own.

    listing = newest(trust)
    program = read_program(shelf, listing)
    check_fits(program, base_of_this(), floor="0.1.0")
"""

import hashlib

from content_packs.errors import TamperedError
from content_packs.offers import read_manifest
from content_packs.paths import manifest_name
from content_packs.programs.base import Base
from content_packs.programs.errors import BaseTooOldError, OlderProgramError, ProgramBrokenError
from content_packs.programs.manifest import PROGRAM, PUBLISHER, Program, decode_program, version_number
from content_packs.shelf import Shelf
from content_packs.trust import Listing, Trust


def newest(trust: Trust) -> Listing | None:
    """The newest version of the program that its publisher's catalogue names, if it is trusted today."""
    return max(_listings(trust), key=lambda listing: listing.version, default=None)


def listed(trust: Trust, version: str) -> Listing | None:
    """One version of the program, if its publisher's catalogue names it and is trusted today."""
    number = version_number(version)
    return next((listing for listing in _listings(trust) if listing.version == number), None)


def read_program(shelf: Shelf, listing: Listing) -> Program:
    """Read from a shelf what a listed version says of itself.

    Raises:
        ShelfError: It cannot be read there.
        TamperedError: It is not what was signed.
        ManifestError: It is of a form that is not known here.
        ProgramBrokenError: It was signed, and is no program, or another version than its list says.
    """
    return open_program(read_manifest(shelf, listing), listing)


def open_program(raw: bytes, listing: Listing) -> Program:
    """Give the program that these bytes speak of, if they are the signed ones; errors as for `read_program`."""
    if len(raw) != listing.manifest_bytes or hashlib.sha256(raw).hexdigest() != listing.manifest_sha256:
        raise TamperedError(name=manifest_name(listing.manifest_sha256), sha256=listing.manifest_sha256)
    program = decode_program(raw)
    if program.number != listing.version:
        raise ProgramBrokenError(problem=f"it says {program.version} and is listed as {listing.version}")
    return program


def _listings(trust: Trust) -> list[Listing]:
    catalogue = trust.catalogues.get(PUBLISHER)
    if catalogue is None or trust.is_revoked(PUBLISHER) or PUBLISHER in trust.lapsed:
        return []
    return [listing for listing in catalogue.listings if listing.pack_id == PROGRAM]


def check_fits(program: Program, base: Base, *, floor: str) -> None:
    """Check that a machine can take a program.

    Args:
        program: Which.
        base: What it would run on.
        floor: The newest version that ever was good there, which is not gone below; `0.0.0` for none.

    Raises:
        OlderProgramError: It is not newer than the floor.
        OtherMachineError: It has nothing for this processor.
        BaseTooOldError: It needs a newer system, or another Python.
    """
    if program.number <= version_number(floor):
        raise OlderProgramError(version=program.version, floor=floor)
    program.parts_for(base.machine)
    if program.needs.base > base.base:
        raise BaseTooOldError(version=program.version, needs=str(program.needs.base), has=str(base.base))
    if program.needs.python != base.python:
        raise BaseTooOldError(
            version=program.version, needs=f"Python {program.needs.python}", has=f"Python {base.python}"
        )
