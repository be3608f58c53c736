"""Every kind of shelf over the same files, for the contract all of them obey."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from content_packs.durable import Disk
from content_packs.paths import packed_name
from content_packs.shelf import DirectoryShelf, Shelf
from content_packs.shelf.archive import ZipShelf
from content_packs.shelf.http import HttpShelf, shelf_client
from content_packs.shelf.row import RowShelf, Stretch
from content_packs.sign.index import write_index
from sync.rsync import RsyncShelf
from sync.rsync.patience import Patience
from tests.simulators.hub import make_data, running_hub
from tests.simulators.rsync_servers import rsync_daemon, ssh_address, ssh_server
from tests.simulators.shelf_server import ShelfServer
from tests.simulators.zips import make_zip, make_zip64

AT_ONCE = Patience(pause=lambda _: None)
"""As many tries as ever, with no time between them."""


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


@contextmanager
def under_a_hub(folder: Path, work: Path) -> Iterator[Stand]:
    """A hub that publishes it; what no manifest names needs credentials."""
    make_data(work / "hub")
    (work / "hub" / "hub.toml").write_text(f'shelf = "{folder}"\n')
    with ExitStack() as stack:
        hub = stack.enter_context(ExitStack())
        running = hub.enter_context(running_hub(work / "hub"))
        program = running.program()
        client = stack.enter_context(shelf_client(basic=(program.key, program.secret)))
        yield Stand(lambda: HttpShelf(f"{running.url}/shelf", work / "kept", client), hub.close)


@contextmanager
def in_an_archive(folder: Path, work: Path) -> Iterator[Stand]:
    """A zip file with a folder around the shelf."""
    path = work / "upload.zip"
    yield Stand(lambda: ZipShelf(make_zip(path, folder, top="my stick/")), path.unlink)


@contextmanager
def in_a_huge_archive(folder: Path, work: Path) -> Iterator[Stand]:
    """A zip file with numbers of eight bytes."""
    path = work / "upload.zip"
    yield Stand(lambda: ZipShelf(make_zip64(path, folder)), path.unlink)


@contextmanager
def by_rsync(folder: Path, work: Path) -> Iterator[Stand]:
    """An rsync daemon."""
    with rsync_daemon(folder, work / "daemon") as (address, server):

        def look() -> RsyncShelf:
            write_index(folder, Disk())
            return RsyncShelf(address, work / "mirror", patience=AT_ONCE)

        yield Stand(look, server.stop)


@contextmanager
def by_rsync_over_ssh(folder: Path, work: Path) -> Iterator[Stand]:
    """A login at a machine with rsync."""
    with ssh_server(work / "ssh") as (access, server):
        address = ssh_address(folder)
        yield Stand(lambda: RsyncShelf(address, work / "mirror", access, patience=AT_ONCE), server.stop)


@contextmanager
def in_a_row(folder: Path, work: Path) -> Iterator[Stand]:
    """Files one behind the other, as a folder arrives from a browser."""
    path = work / "content"

    def open_row() -> Shelf:
        stretches: dict[str, Stretch] = {}
        with path.open("wb") as row:
            for file in sorted(file for file in folder.rglob("*") if file.is_file()):
                found = packed_name(str(file.relative_to(folder)))
                if found:
                    stretches[found[1]] = Stretch(row.tell(), file.stat().st_size)
                    row.write(file.read_bytes())
        return RowShelf(path, stretches, name="my stick")

    yield Stand(open_row, path.unlink)
