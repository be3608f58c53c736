"""Signing a built program onto the shelf of programs (UPDATES 3.2, 4.3).

Promises: a version, once signed, keeps its content; only a newer one comes beside it; what is written is first
verified as a machine would. The catalogue is written last.

    sign_program(Path("built"), Path("shelf/programs"), signers, disk=Disk(), clock=SystemClock())
"""

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import msgspec
from securesystemslib.signer import CryptoSigner

from content_packs.clock import Clock
from content_packs.durable import Disk
from content_packs.errors import FormatError, SourceError, VersionNotRaisedError
from content_packs.programs.build import MANIFEST_NAME, copy_built
from content_packs.programs.errors import ProgramError
from content_packs.programs.manifest import PROGRAM, PUBLISHER, Program, decode_program
from content_packs.shelf import DirectoryShelf
from content_packs.sign.catalogue import check_signers
from content_packs.sign.index import write_index
from content_packs.sign.metadata import catalogue_bytes
from content_packs.sign.reading import read_shelf
from content_packs.store import Store
from content_packs.trust import Listing
from content_packs.trust.catalogue import accept_catalogue, catalogue_name


class ProgramSigned(msgspec.Struct, frozen=True, kw_only=True):
    """What the shelf offers now, and whether that is new."""

    version: str
    manifest_sha256: str
    catalogue_version: int
    changed: bool


def sign_program(
    built: Path, folder: Path, signers: Sequence[CryptoSigner], *, disk: Disk, clock: Clock
) -> ProgramSigned:
    """Sign a built program; signing the same again changes nothing.

    Raises:
        SourceError: This is no built program, or no longer a whole one.
        NotYourKeyError: The registry of programs does not let these keys sign, or not so few.
        UnknownPublisherError: It does not list the publisher `schoolbox`.
        VersionNotRaisedError: This version, or a newer one, is signed with other content.
        PackError: The shelf's own metadata is not right.
    """
    program, raw = _read(built)
    listing = Listing(PROGRAM, program.number, hashlib.sha256(raw).hexdigest(), len(raw))
    applied = read_shelf(DirectoryShelf(folder))
    for refusal in applied.refused:
        raise refusal.error
    delegator = applied.trust.delegator(PUBLISHER)
    check_signers(delegator, PUBLISHER, signers)
    before = applied.trust.catalogues.get(PUBLISHER)
    listings = before.listings if before else ()
    if before is None or listing not in listings:
        newest = max((each.version for each in listings), default=0)
        if listing.version <= newest:
            raise VersionNotRaisedError(pack_id=PROGRAM, version=listing.version, newest=newest)
        copy_built(built, program, raw, Store(folder, disk))
        with suppress(OSError):
            (folder / "staging").rmdir()
        version = max(before.version + 1 if before else 1, delegator.publishers[PUBLISHER].min_version)
        signed = catalogue_bytes(version, (*listings, listing), signers, signed_at=clock.now())
        accept_catalogue(delegator, PUBLISHER, signed, held=before)
        disk.make_folder(folder / "meta" / "cat")
        disk.write_file(folder / "meta" / catalogue_name(PUBLISHER), signed)
    write_index(folder, disk)
    catalogue = read_shelf(DirectoryShelf(folder)).trust.catalogues[PUBLISHER]
    return ProgramSigned(
        version=program.version, manifest_sha256=listing.manifest_sha256, catalogue_version=catalogue.version,
        changed=listing not in listings,
    )  # fmt: skip


def _read(built: Path) -> tuple[Program, bytes]:
    """Read what was built."""
    try:
        raw = (built / MANIFEST_NAME).read_bytes()
        return decode_program(raw), raw
    except OSError as exc:
        raise SourceError(path=str(built), problem=f"there is no {MANIFEST_NAME}: build it first") from exc
    except (FormatError, ProgramError) as exc:
        raise SourceError(path=str(built / MANIFEST_NAME), problem=str(exc)) from exc
