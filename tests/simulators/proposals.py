"""A hub that publishes packs of publishers, and publishers who send archives of their own shelves.

    with publishing_hub(tmp_path) as scene:
        number = scene.send("mash"); scene.work(); scene.desk.approve(number, "Drita"); scene.work()
"""

import hashlib
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from content_packs.archive import write_archive
from content_packs.durable import Disk
from content_packs.publishing_wire import PIECE_BYTES_MAX
from sync.hub.publishing.desk import Publishing
from sync.hub.scopes import PROPOSE
from sync.ports import Credentials
from tests.simulators.hub import RunningHub, make_data, running_hub
from tests.simulators.publisher import Ministry
from tests.simulators.school_box import SchoolBox

SENDS_MASH, PASSWORD = "Vlora e MASHT-it", "tre fjalë të gjata"


@dataclass
class Scene:
    """All of it; `ministry.folder` is the publishers' master shelf, `shelf` what the hub publishes."""

    folder: Path
    ministry: Ministry
    hub: RunningHub
    shelf: Path

    @property
    def desk(self) -> Publishing:
        assert self.hub.hub.publishing is not None
        return self.hub.hub.publishing

    def archive(self, *packs: str) -> bytes:
        """An archive of the master shelf, as `content-packs archive` writes it."""
        path = self.folder / f"{secrets.token_hex(4)}.zip"
        write_archive(self.ministry.shelf, path, packs, disk=Disk())
        return path.read_bytes()

    def credentials(self, publisher: str = "mash") -> Credentials:
        desk = self.hub.hub.credentials
        issued = desk.add(f"{publisher} sends", [PROPOSE], secrets.token_urlsafe, publisher=publisher)
        return Credentials(f"{self.hub.url}/xapi/", issued.key, issued.secret)

    def client(self, publisher: str = "mash") -> httpx.Client:
        return self.hub.client(self.credentials(publisher))

    def send(self, raw: bytes, publisher: str = "mash", *, piece_bytes: int = PIECE_BYTES_MAX) -> int:
        """Send an archive as a program does; gives the number of the proposal."""
        with self.client(publisher) as client:
            asked = {"name": "packs.zip", "size_bytes": len(raw), "mark": hashlib.sha256(raw).hexdigest()}
            begun = client.post("/publish/v1/uploads", json=asked)
            assert begun.status_code == 200, begun.text
            state = begun.json()
            while not state["proposal"]:
                at = state["has_bytes"]
                piece = raw[at : at + piece_bytes]
                state = client.put(f"/publish/v1/uploads/{state['upload']}/{at}", content=piece).json()
            return int(state["proposal"])

    def sent(self, raw: bytes, publisher: str = "mash") -> tuple[str, str]:
        """Send an archive and let the hub check it; gives state and word of the problem."""
        number = self.send(raw, publisher)
        self.desk.work()
        one = self.desk.proposals.one(number)
        return one.state, one.problem.word if one.problem else ""

    def publish(self, raw: bytes, publisher: str = "mash") -> None:
        """Send an archive, approve it, publish it."""
        number = self.send(raw, publisher)
        self.desk.work()
        self.desk.approve(number, "Drita")
        self.desk.work()
        assert self.desk.proposals.one(number).state == "published"

    def box(self) -> SchoolBox:
        """A box that has never seen anything but the first root."""
        return SchoolBox(self.folder / f"box-{secrets.token_hex(4)}", root=self.ministry.root)

    def files(self) -> dict[str, str]:
        """Every file of the shelf with the hash of its content."""
        paths = [path for path in sorted(self.shelf.rglob("*")) if path.is_file()]
        return {
            str(path.relative_to(self.shelf)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in paths
        }


@contextmanager
def publishing_hub(folder: Path, *, settings: str = "", database: str = "") -> Iterator[Scene]:
    """A hub with a shelf on which only roots and the registry are."""
    ministry = Ministry(folder, publishers=("mash", "qendra"))
    shelf = bare_shelf(ministry, folder / "published")
    make_data(folder / "hub", database)
    with (folder / "hub" / "hub.toml").open("a") as toml:
        toml.write(f'shelf = "{shelf}"\nreserve_bytes = 0\n{settings}')
    with running_hub(folder / "hub") as hub:
        hub.hub.admins.add(SENDS_MASH, PASSWORD, secrets.token_bytes(16), publisher="mash")
        yield Scene(folder, ministry, hub, shelf)


def bare_shelf(ministry: Ministry, shelf: Path) -> Path:
    """Copy roots and registry of the master shelf, or bring what is newer of them."""
    (shelf / "meta").mkdir(parents=True, exist_ok=True)
    for path in (*ministry.folder.glob("meta/*.root.json"), ministry.folder / "meta" / "registry.json"):
        shutil.copy(path, shelf / "meta" / path.name)
    return shelf
