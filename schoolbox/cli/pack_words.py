"""What several verbs of `schoolbox pack` do with their words: packs that were named, the shelf, one after the other."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from content_packs.errors import PackError
from content_packs.export.errors import NoStickError
from content_packs.shelf import DirectoryShelf
from schoolbox.cli.asked import Asked
from schoolbox.cli.outcome import Failure
from schoolbox.errors import BadInputError, BoxError

T = TypeVar("T")


def named(asked: Asked) -> list[str]:
    """The packs that were named.

    Raises:
        BadInputError: None was.
    """
    if not asked.words.packs:
        raise BadInputError(field="PACK", problem="name packs, or say --all")
    return list(asked.words.packs)


def shelf_in(folder: Path) -> DirectoryShelf:
    """The shelf in a folder; one that cannot even be looked at is told when it is read.

    Raises:
        NoStickError: There is no such folder.
    """
    with suppress(OSError):
        if not folder.is_dir():
            raise NoStickError(stick=str(folder))
    return DirectoryShelf(folder)


def each_of(wanted: list[str], act: Callable[[str], T], failed: dict[str, Failure]) -> list[T]:
    """Do something with each pack; what fails is remembered and the next one has its turn."""
    done: list[T] = []
    for pack_id in wanted:
        try:
            done.append(act(pack_id))
        except (PackError, BoxError) as exc:
            failed[pack_id] = exc
    return done
