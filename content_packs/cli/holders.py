"""Saying in words which keys have signed and which still may: by the names of their public files, if a folder has them.

    Holders.of(Path("public-keys")).said(keyid)     # 'anna (3f9a01c2)'
"""

import argparse
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from content_packs.cli.output import Result
from content_packs.errors import KeyFileError
from content_packs.sign import load_public
from content_packs.sign.draft import Need
from content_packs.sign.key_change import short_id


class NeedShown(Result, frozen=True):
    """One group of keys: how many must sign, who did, who still may."""

    group: str
    threshold: int
    missing: int
    signed: tuple[str, ...]
    unsigned: tuple[str, ...]


class Holders(msgspec.Struct, frozen=True):
    """Names for keys, by key id."""

    names: Mapping[str, str] = msgspec.field(default_factory=dict)

    @classmethod
    def of(cls, folder: Path | None) -> "Holders":
        """Take the names from the public keys in a folder; what is no key is passed over."""
        found = {}
        for path in sorted(folder.glob("*.pub")) if folder else ():
            try:
                found[load_public(path).keyid] = path.name.removesuffix(".pub").removesuffix(".key")
            except KeyFileError:
                continue
        return cls(found)

    def said(self, keyid: str) -> str:
        """A key as people call it."""
        name = self.names.get(keyid)
        return f"{name} ({short_id(keyid)})" if name else short_id(keyid)

    def all_said(self, keyids: Iterable[str]) -> str:
        """Several keys in one line."""
        return ", ".join(self.said(keyid) for keyid in keyids) or "nobody"

    def lines(self, needs: Sequence[Need]) -> Iterator[str]:
        """Who signed and who must still sign, group by group."""
        for need in needs:
            yield f"  Keys of the {need.group}: {len(need.signed)} of {need.threshold} signatures are there"
            if need.signed:
                yield f"    signed: {self.all_said(need.signed)}"
            if need.missing:
                yield f"    still to sign: {need.missing} of {self.all_said(need.unsigned)}"


def add_holders(parser: argparse.ArgumentParser) -> None:
    """Let keys be called by the names of their files."""
    parser.add_argument("--keys", type=Path, metavar="FOLDER", help="public keys (*.pub); holders are called by them")


def shown_needs(needs: Sequence[Need]) -> tuple[NeedShown, ...]:
    """What a program reads of this."""
    return tuple(
        NeedShown(
            group=need.group, threshold=need.threshold, missing=need.missing, signed=need.signed, unsigned=need.unsigned
        )
        for need in needs
    )
