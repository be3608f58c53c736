"""Every kind of shelf over the same files, for the contract all of them obey."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from content_packs.shelf import DirectoryShelf, Shelf
from content_packs.shelf.http import HttpShelf, shelf_client
from tests.simulators.shelf_server import ShelfServer


@dataclass(frozen=True)
class Stand:
    """A place where a shelf stands: how it is looked at, and how it goes away."""

    open: Callable[[], Shelf]
    take_away: Callable[[], object]


Kind = Callable[[Path, Path], AbstractContextManager[Stand]]
"""Takes the folder with the files, and a folder to work in."""


@contextmanager
def in_a_folder(folder: Path, _work: Path) -> Iterator[Stand]:
    """A stick."""
    yield Stand(lambda: DirectoryShelf(folder), lambda: folder.rename(folder.with_name("pulled out")))


@contextmanager
def under_http(folder: Path, work: Path) -> Iterator[Stand]:
    """A web server."""
    with ShelfServer(folder) as server, shelf_client() as client:
        yield Stand(lambda: HttpShelf(server.address, work / "kept", client), server.stop)
