"""`content-packs publisher add|change|remove|list`: who may sign packs, and with which keys."""

import argparse

from content_packs.cli import registry
from content_packs.cli.arguments import Nouns, add_command, add_key_change, add_noun, key_change, names
from content_packs.cli.holders import add_holders
from content_packs.cli.output import Outcome
from content_packs.sign.registry import Done


def add_to(nouns: Nouns) -> None:
    """Add the verbs of `publisher` to the command line."""
    verbs = add_noun(nouns, "publisher", about="who may sign packs")
    for verb, run, about in (
        ("add", _add, "List a new publisher."),
        ("change", _change, "Change names, keys or threshold of a publisher; what is not named stays."),
    ):
        put = add_command(verbs, verb, run, about=about)
        registry.add_desk(put)
        put.add_argument("publisher", metavar="ID")
        put.add_argument("--name", action="append", default=[], metavar="LANG=NAME", help="shown to people; repeat")
        add_key_change(put, "", "the publisher")
        put.add_argument("--min-version", type=int, metavar="N", help="no catalogue below this version counts")

    remove = add_command(verbs, "remove", _remove, about="Revoke a publisher: boxes hide its packs.")
    registry.add_desk(remove)
    remove.add_argument("publisher", metavar="ID")

    show = add_command(verbs, "list", registry.show, about="Say whom the registry lists.")
    show.add_argument("target", metavar="SHELF")
    add_holders(show)


def _add(arguments: argparse.Namespace) -> Outcome:
    done = registry.desk(arguments).add(
        arguments.publisher,
        names=names(arguments.name),
        keys=key_change(arguments),
        min_version=1 if arguments.min_version is None else arguments.min_version,
    )
    return _said(arguments, done, "is listed")


def _change(arguments: argparse.Namespace) -> Outcome:
    keys = key_change(arguments)
    done = registry.desk(arguments).change(
        arguments.publisher, names=names(arguments.name), keys=keys, min_version=arguments.min_version
    )
    return _said(arguments, done, "is changed", signs_again=bool(keys.add or keys.drop))


def _remove(arguments: argparse.Namespace) -> Outcome:
    done = registry.desk(arguments).remove(arguments.publisher)
    return _said(arguments, done, "is no longer listed")


def _said(arguments: argparse.Namespace, done: Done, what: str, *, signs_again: bool = False) -> Outcome:
    """Say what became of a publisher."""
    publisher: str = arguments.publisher
    outcome = registry.changed(arguments, done, f"{publisher} {what}", f"{publisher} is listed like this already")
    if done == "published" and signs_again:
        command = f"content-packs catalogue renew {arguments.shelf} {publisher} --key KEY"
        step = f"Its catalogue must carry the new keys: {command}"
        return Outcome((*outcome.lines, step), outcome.result)
    return outcome
