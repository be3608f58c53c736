"""Every kind of shelf over the same files, for the contract all of them obey."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from content_packs.clock import SystemClock
from content_packs.durable import Disk
from content_packs.shelf import DirectoryShelf, Shelf
from content_packs.shelf.archive import ZipShelf
from content_packs.shelf.http import HttpShelf, shelf_client
from content_packs.shelf.several import take_together
from content_packs.sign.index import write_index
from content_packs.store import Store
from schoolbox.config import Config
from schoolbox.services.uploads import Uploads
from schoolbox.wiring import open_box
from sync.rsync import RsyncShelf
from sync.rsync.patience import Patience
from tests.simulators.hub import make_data, running_hub
from tests.simulators.laptop import Direct, Laptop, somebody
from tests.simulators.lent_shelf import LentShelf
from tests.simulators.neighbours import serving
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
def in_an_upload(folder: Path, work: Path) -> Iterator[Stand]:
    """A folder that a teacher sent from a browser: its files one behind the other."""
    disk, teacher = Disk(), somebody(1)
    uploads = Uploads(
        work / "uploads", store=Store(work / "store", disk), disk=disk, clock=SystemClock(), boot_id="b",
        reserve_bytes=0,
    )  # fmt: skip
    uploads.open()

    def send() -> Shelf:
        return uploads.shelf(Laptop(Direct(uploads, teacher)).send(folder).id)

    def give_up() -> None:
        for upload in uploads.seen_by(teacher):
            uploads.give_up(upload.id, teacher)

    yield Stand(send, give_up)


@contextmanager
def under_a_box(folder: Path, work: Path) -> Iterator[Stand]:
    """A box nearby that installed everything there is."""
    box = open_box(Config(data=work / "data", reserve_mb=0, announce=False, sync=False, sticks=None, share=True))
    with ExitStack() as stack:
        stack.callback(box.close)
        server = stack.enter_context(ExitStack())
        address = server.enter_context(serving(box))
        client = stack.enter_context(shelf_client())

        def look() -> HttpShelf:
            box.trust.pin((folder / "meta" / "1.root.json").read_bytes())
            for offer in box.packs.offers(DirectoryShelf(folder)).offers:
                box.packs.install(DirectoryShelf(folder), offer.pack_id, progress=lambda _: None)
            return HttpShelf(address, work / "kept", client)

        yield Stand(look, server.close)


@contextmanager
def lent_in_a_folder(folder: Path, _work: Path) -> Iterator[Stand]:
    """A shelf with a program of its own that writes files."""
    yield Stand(lambda: LentShelf(folder), lambda: folder.rename(folder.with_name("pulled out")))


@contextmanager
def one_of_several(folder: Path, work: Path) -> Iterator[Stand]:
    """Several shelves taken as one, of which the nearest has no packs."""
    with _together(folder, work, DirectoryShelf(folder)) as stand:
        yield stand


@contextmanager
def one_of_several_that_write(folder: Path, work: Path) -> Iterator[Stand]:
    """The same, where the farther one has a program of its own that writes files."""
    with _together(folder, work, LentShelf(folder)) as stand:
        yield stand


@contextmanager
def _together(folder: Path, work: Path, far: Shelf) -> Iterator[Stand]:
    shutil.copytree(folder / "meta", work / "near" / "meta")
    wanted = {path.stem for path in folder.glob("manifests/*.json")}

    def look() -> Shelf:
        return take_together(
            [DirectoryShelf(work / "near"), far], manifests=wanted, held=lambda _: None, on_bytes=lambda *_: None,
            disk=Disk(),
        )  # fmt: skip

    yield Stand(look, lambda: folder.rename(folder.with_name("pulled out")))
