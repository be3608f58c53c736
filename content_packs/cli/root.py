"""`content-packs root draft|sign|publish|show`: the keys that say whose registry it is, held at different places."""

import argparse
from collections.abc import Iterator
from pathlib import Path

from content_packs.cli.arguments import Nouns, add_command, add_key_change, add_noun, key_change
from content_packs.cli.holders import Holders, NeedShown, add_holders, shown_needs
from content_packs.cli.output import Outcome, Result, counted
from content_packs.cli.unlocking import KEY_HELP, add_passphrase, load_signers
from content_packs.clock import SystemClock
from content_packs.durable import Disk
from content_packs.shelf import DirectoryShelf
from content_packs.sign import (
    Draft,
    RootChange,
    draft_root,
    publish_root,
    read_draft,
    read_drafts,
    write_draft,
)
from content_packs.sign.draft import Need
from content_packs.sign.reading import read_standing
from content_packs.sign.root import role_keys
from content_packs.trust import Root
from content_packs.trust.registry import REGISTRY_NAME
from content_packs.trust.roots import read_unsigned


class RootShown(Result, frozen=True):
    """What a root says, and who must still sign it."""

    version: int
    root_keys: tuple[str, ...]
    root_threshold: int
    registry_keys: tuple[str, ...]
    registry_threshold: int
    registry_min_version: int
    fingerprint: str
    needs: tuple[NeedShown, ...] = ()


class RootPublished(Result, frozen=True):
    """Which root stands on the shelf, and whether the registry has to be signed again under it."""

    shelf: str
    version: int
    changed: bool
    registry_is_current: bool


def add_to(nouns: Nouns) -> None:
    """Add the verbs of `root` to the command line."""
    verbs = add_noun(nouns, "root", about="the keys that say whose registry it is")
    draft = add_command(verbs, "draft", _draft, about="Write down the next root, for its holders to sign.")
    draft.add_argument("draft", type=Path, metavar="DRAFT")
    draft.add_argument("--shelf", type=Path, metavar="SHELF", help="whose root is the one before; without: the first")
    add_key_change(draft, "root", "the root")
    add_key_change(draft, "registry", "the registry")
    draft.add_argument("--registry-min-version", type=int, metavar="N", help="no registry below this version counts")

    sign = add_command(verbs, "sign", _sign, about="Add a signature to a draft; needs no shelf and no network.")
    sign.add_argument("draft", type=Path, metavar="DRAFT")
    sign.add_argument("--key", required=True, metavar="KEY", help=KEY_HELP)
    add_passphrase(sign)
    add_holders(sign)

    publish = add_command(verbs, "publish", _publish, about="Put a root that enough have signed onto a shelf.")
    publish.add_argument("shelf", type=Path, metavar="SHELF")
    publish.add_argument("drafts", type=Path, nargs="+", metavar="DRAFT", help="copies of one draft, signed apart")

    show = add_command(verbs, "show", _show, about="Say what a root says, and who must still sign it.")
    show.add_argument("target", type=Path, metavar="SHELF|DRAFT")
    add_holders(show)


def _draft(arguments: argparse.Namespace) -> Outcome:
    shelf: Path | None = arguments.shelf
    change = RootChange(
        key_change(arguments, "root"), key_change(arguments, "registry"), arguments.registry_min_version
    )
    before = read_standing(DirectoryShelf(shelf)).root if shelf else None
    draft = draft_root(before, change, signed_at=SystemClock().now())
    write_draft(draft, arguments.draft, Disk())
    step = f"Let each holder look (content-packs root show {arguments.draft}) and sign (content-packs root sign)."
    return _told(draft, Holders(), step)


def _sign(arguments: argparse.Namespace) -> Outcome:
    draft = read_drafts([arguments.draft], "root")
    (signer,) = load_signers([arguments.key], arguments)
    signed = draft.signed_by(signer)
    if signed is not draft:
        Disk().write_file(arguments.draft, signed.to_bytes())
    step = "Send it on." if any(need.missing for need in signed.needs()) else "It is whole: content-packs root publish."
    return _told(signed, Holders.of(arguments.keys), step)


def _publish(arguments: argparse.Namespace) -> Outcome:
    shelf: Path = arguments.shelf
    done = publish_root(shelf, read_drafts(arguments.drafts, "root"), disk=Disk())
    result = RootPublished(
        shelf=str(shelf), version=done.version, changed=done.changed, registry_is_current=done.is_current
    )
    lines = [f"{shelf}: root version {done.version} " + ("is published" if done.changed else "was there already")]
    if done.version == 1:
        lines.append(f"Boxes are given {shelf}/meta/1.root.json once, in person.")
    if not done.is_current:
        verb = "renew" if (shelf / "meta" / REGISTRY_NAME).exists() else "init"
        lines.append(f"Now sign the registry under it: content-packs registry {verb} {shelf} --registry-key KEY")
    return Outcome(tuple(lines), result)


def _show(arguments: argparse.Namespace) -> Outcome:
    target: Path = arguments.target
    holders = Holders.of(arguments.keys)
    if not target.is_dir():
        return _told(read_draft(target), holders, "")
    standing = read_standing(DirectoryShelf(target))
    lines = [f"{target}: {counted(len(standing.roots), 'root')}", *_lines(standing.root, holders)]
    lines.append("Print the fingerprint for technicians: it is the number that a new box shows to be compared.")
    if not standing.is_current:
        lines.append("The registry is not signed under this root.")
    return Outcome(tuple(lines), _shown(standing.root, ()))


def _told(draft: Draft, holders: Holders, step: str) -> Outcome:
    """Say what a draft of a root says and who must still sign."""
    root = read_unsigned(draft.metadata.to_bytes())
    lines = [*_lines(root, holders), *_changes(draft.under, root, holders), *holders.lines(draft.needs())]
    return Outcome((*lines, step) if step else tuple(lines), _shown(root, draft.needs()))


def _lines(root: Root, holders: Holders) -> Iterator[str]:
    """What a root says."""
    yield f"Root version {root.version}"
    keys, threshold = role_keys(root, "root")
    yield f"  the next root is signed by {threshold} of {holders.all_said(key.keyid for key in keys)}"
    keys, threshold = role_keys(root, "targets")
    yield f"  the registry is signed by {threshold} of {holders.all_said(key.keyid for key in keys)}"
    if root.registry_min_version > 1:
        yield f"  no registry below version {root.registry_min_version}"
    yield f"  fingerprint {root.fingerprint}: all who sign must see the same"


def _changes(before: Root | None, root: Root, holders: Holders) -> Iterator[str]:
    """What the draft says otherwise than the root before."""
    for role, whose in (("root", "root"), ("targets", "registry")) if before else ():
        was = {key.keyid for key in role_keys(before, "root" if role == "root" else "targets")[0]}
        now = {key.keyid for key in role_keys(root, "root" if role == "root" else "targets")[0]}
        if now - was:
            yield f"  comes to the {whose}: {holders.all_said(sorted(now - was))}"
        if was - now:
            yield f"  leaves the {whose}: {holders.all_said(sorted(was - now))}"


def _shown(root: Root, needs: tuple[Need, ...]) -> RootShown:
    """A root for programs."""
    root_keys, root_threshold = role_keys(root, "root")
    registry_keys, registry_threshold = role_keys(root, "targets")
    return RootShown(
        version=root.version,
        root_keys=tuple(key.keyid for key in root_keys),
        root_threshold=root_threshold,
        registry_keys=tuple(key.keyid for key in registry_keys),
        registry_threshold=registry_threshold,
        registry_min_version=root.registry_min_version,
        fingerprint=root.fingerprint,
        needs=shown_needs(needs),
    )
