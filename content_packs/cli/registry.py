"""`content-packs registry init|show|renew|sign|publish`: the signed list of publishers on a shelf."""

import argparse
from collections.abc import Iterator
from pathlib import Path

from content_packs.cli.arguments import Nouns, add_command, add_noun
from content_packs.cli.holders import Holders, NeedShown, add_holders, shown_needs
from content_packs.cli.output import Outcome, Result, counted
from content_packs.cli.unlocking import KEY_HELP, add_passphrase, load_signers
from content_packs.clock import SystemClock
from content_packs.durable import Disk
from content_packs.errors import MissingOnShelfError
from content_packs.manifest import Text
from content_packs.shelf import DirectoryShelf
from content_packs.sign import Draft, RegistryDesk, publish_registry, read_draft, read_drafts
from content_packs.sign.metadata import PublisherKeys
from content_packs.sign.reading import read_standing
from content_packs.sign.registry import Done, registry_entries
from content_packs.trust import Registry
from content_packs.trust.registry import REGISTRY_NAME, read_unsigned


class RegistryChange(Result, frozen=True):
    """What became of a registry: whether anything was written, and where a draft lies if others must sign too."""

    shelf: str
    changed: bool
    draft: str | None = None
    publisher: str | None = None


class PublisherShown(Result, frozen=True):
    """A publisher as the registry lists it."""

    id: str
    names: Text
    keys: tuple[str, ...]
    threshold: int
    min_version: int


class RegistryShown(Result, frozen=True):
    """What a registry says; `needs` of a draft, `is_current` of a shelf whose newest root lets its signers sign."""

    version: int
    signed_at: str | None
    publishers: tuple[PublisherShown, ...]
    is_current: bool
    needs: tuple[NeedShown, ...] = ()


def add_to(nouns: Nouns) -> None:
    """Add the verbs of `registry` to the command line."""
    verbs = add_noun(nouns, "registry", about="the signed list of publishers")
    init = add_command(verbs, "init", _init, about="Start the registry of a shelf that has a first root.")
    add_desk(init)
    look = add_command(verbs, "show", show, about="Say whom the registry lists, and who must still sign a draft.")
    look.add_argument("target", type=Path, metavar="SHELF|DRAFT")
    add_holders(look)
    renew = add_command(verbs, "renew", _renew, about="Sign the same list again, as after a new root.")
    add_desk(renew)
    sign = add_command(verbs, "sign", _sign, about="Add a signature to a draft; needs no shelf and no network.")
    sign.add_argument("draft", type=Path, metavar="DRAFT")
    sign.add_argument("--registry-key", required=True, metavar="KEY", help=KEY_HELP)
    add_passphrase(sign)
    add_holders(sign)
    publish = add_command(verbs, "publish", _publish, about="Put a registry that enough have signed onto its shelf.")
    publish.add_argument("shelf", type=Path, metavar="SHELF")
    publish.add_argument("drafts", type=Path, nargs="+", metavar="DRAFT", help="copies of one draft, signed apart")


def add_desk(parser: argparse.ArgumentParser) -> None:
    """Say on which shelf, with which keys, and whether others must sign too."""
    parser.add_argument("shelf", type=Path, metavar="SHELF")
    parser.add_argument("--registry-key", action="append", default=[], metavar="KEY", help=f"{KEY_HELP}; repeat")
    parser.add_argument(
        "--draft", type=Path, metavar="DRAFT", help="change nothing on the shelf; write a draft for others to sign"
    )
    add_passphrase(parser)


def desk(arguments: argparse.Namespace) -> RegistryDesk:
    """The registry of the shelf with those who sign it."""
    signers = load_signers(arguments.registry_key, arguments)
    return RegistryDesk(arguments.shelf, signers, disk=Disk(), clock=SystemClock(), draft=arguments.draft)


def changed(arguments: argparse.Namespace, done: Done, published: str, same: str) -> Outcome:
    """Say what became of what was asked for."""
    draft = str(arguments.draft) if done == "drafted" else None
    result = RegistryChange(
        shelf=str(arguments.shelf),
        changed=done != "same",
        draft=draft,
        publisher=getattr(arguments, "publisher", None),
    )
    if draft:
        step = f"See who must sign: content-packs registry show {draft}"
        return Outcome((f"{draft}: waits for signatures", step), result)
    return Outcome((published if done == "published" else same,), result)


def _init(arguments: argparse.Namespace) -> Outcome:
    done = desk(arguments).begin()
    shelf: Path = arguments.shelf
    return changed(arguments, done, f"{shelf}: a registry is started", f"{shelf}: this registry is there already")


def _renew(arguments: argparse.Namespace) -> Outcome:
    done = desk(arguments).renew()
    return changed(arguments, done, f"{arguments.shelf}: the registry is signed again", "")


def _sign(arguments: argparse.Namespace) -> Outcome:
    draft = read_drafts([arguments.draft], "registry")
    (signer,) = load_signers([arguments.registry_key], arguments)
    signed = draft.signed_by(signer)
    if signed is not draft:
        Disk().write_file(arguments.draft, signed.to_bytes())
    return _told(signed, Holders.of(arguments.keys))


def _publish(arguments: argparse.Namespace) -> Outcome:
    shelf: Path = arguments.shelf
    is_new = publish_registry(shelf, read_drafts(arguments.drafts, "registry"), disk=Disk())
    line = f"{shelf}: the registry " + ("is published" if is_new else "was there already")
    return Outcome((line,), RegistryChange(shelf=str(shelf), changed=is_new))


def show(arguments: argparse.Namespace) -> Outcome:
    """Say what the registry of a shelf, or of a draft, says.

    Raises:
        MissingOnShelfError: The shelf has none yet.
    """
    target = Path(arguments.target)
    holders = Holders.of(arguments.keys)
    if not target.is_dir():
        return _told(read_draft(target), holders)
    standing = read_standing(DirectoryShelf(target))
    if standing.registry is None:
        raise MissingOnShelfError(name=f"meta/{REGISTRY_NAME}")
    lines = list(_lines(standing.registry, holders))
    if not standing.is_current:
        lines.append("It is not signed under the newest root; boxes refuse it: content-packs registry renew")
    return Outcome(tuple(lines), _shown(standing.registry, is_current=standing.is_current))


def _told(draft: Draft, holders: Holders) -> Outcome:
    """Say what a draft of a registry says and who must still sign."""
    registry = read_unsigned(draft.metadata.to_bytes())
    needs = draft.needs()
    shown = _shown(registry, is_current=not any(need.missing for need in needs), needs=shown_needs(needs))
    return Outcome((*_lines(registry, holders), *holders.lines(needs)), shown)


def _lines(registry: Registry, holders: Holders) -> Iterator[str]:
    """What a registry says."""
    yield f"Registry version {registry.version}, {counted(len(registry.publishers), 'publisher')}"
    for entry in registry_entries(registry).values():
        publisher = entry.publisher
        yield f"  {publisher.id}: {' / '.join(publisher.names.values())}"
        yield f"    signed by {entry.threshold} of {holders.all_said(key.keyid for key in entry.keys)}"
        if publisher.min_version > 1:
            yield f"    no catalogue below version {publisher.min_version}"


def _shown(registry: Registry, *, is_current: bool, needs: tuple[NeedShown, ...] = ()) -> RegistryShown:
    """A registry for programs."""
    return RegistryShown(
        version=registry.version,
        signed_at=registry.signed_at.isoformat() if registry.signed_at else None,
        publishers=tuple(_publisher(entry) for entry in registry_entries(registry).values()),
        is_current=is_current,
        needs=needs,
    )


def _publisher(entry: PublisherKeys) -> PublisherShown:
    """A publisher for programs."""
    return PublisherShown(
        id=entry.publisher.id,
        names=entry.publisher.names,
        keys=tuple(key.keyid for key in entry.keys),
        threshold=entry.threshold,
        min_version=entry.publisher.min_version,
    )
