"""An archive of which one member unpacks to far more than it should: uploaded, looked at and ordered through the pages.

The box unpacks no more than it asks for, says what is wrong, shows nothing of it, and installs from the true archive.
"""

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from content_packs.manifest import decode_manifest
from content_packs.paths import blob_name
from tests.simulators.device import Device
from tests.simulators.laptop import Laptop
from tests.simulators.laptop import Pages as Line
from tests.simulators.media import mp4
from tests.simulators.memory import memory_peak
from tests.simulators.rooms import Pages, open_pages
from tests.simulators.seeded import PACK
from tests.simulators.stick_rig import work
from tests.simulators.zips import Piece, lying_zip, make_zip

PHYSICS = "mash:fizika-8"
BOMB = bytes(24_000_000)
"""More than any metadata or manifest may be; packed it is twelve kilobytes."""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    with open_pages(tmp_path_factory.mktemp("school"), pupils=1) as opened:
        opened.seeded.ministry.publish(PHYSICS, files={"forca": mp4(seconds=7)})
        opened.box.packs.offers(opened.seeded.ministry.shelf)
        yield opened


@pytest.fixture
def desk(pages: Pages) -> Iterator[Device]:
    """A teacher's laptop; what was installed is gone afterwards."""
    device = pages.device()
    assert device.sign_in_staff(pages.seeded.teacher).status_code == 303
    yield device
    if PHYSICS in [row.pack_id for row in pages.box.packs.list()]:
        pages.box.packs.remove(PHYSICS)


def member(shelf: Path, what: str) -> str:
    """The name of a member of the archive, by what it is."""
    if what.startswith("meta/"):
        return what
    [manifest] = (path for path in shelf.glob("manifests/*.json") if PHYSICS.encode() in path.read_bytes())
    file = next(iter(decode_manifest(manifest.read_bytes()).files().values()))
    return str(manifest.relative_to(shelf)) if what == "manifest" else blob_name(file.sha256, file.ext)


def shown(device: Device, path: str) -> str:
    """A page as it is read."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", device.text(path))).split())


@pytest.mark.parametrize("lies", [False, True], ids=["says its size", "lies about its size"])
@pytest.mark.parametrize("what", ["meta/1.root.json", "meta/cat/mash.json", "manifest", "blob"])
def test_a_bomb_in_an_upload_is_told_takes_no_room_and_the_true_archive_helps(
    tmp_path: Path, pages: Pages, desk: Device, what: str, *, lies: bool
) -> None:
    shelf = pages.seeded.ministry.folder
    bad = member(shelf, what)
    pieces = [
        Piece(str(path.relative_to(shelf)), path.read_bytes()) for path in sorted(shelf.rglob("*")) if path.is_file()
    ]
    size = (shelf / bad).stat().st_size if lies else None
    bomb = lying_zip(Piece(bad, BOMB, size_bytes=size) if piece.name == bad else piece for piece in pieces)
    (tmp_path / "MASHT.zip").write_bytes(bomb)
    assert len(bomb) < 60_000
    before = bytes_below(pages.seeded.data)

    with memory_peak() as peak:
        state, page = sent_and_ordered(pages, desk, tmp_path / "MASHT.zip")

    assert peak.bytes < len(BOMB)
    assert bytes_below(pages.seeded.data) - before < len(bomb) + 200_000
    if what.startswith("meta/"):
        assert "e madhe për të qenë e vërtetë" in page
        assert state == "done", "what was trusted before is trusted still"
    else:
        assert "nuk është ai që u nënshkrua" in page
        assert state == ("failed" if what == "blob" else ""), "without its manifest nobody can order a pack"
        assert [row.pack_id for row in pages.box.packs.list()] == [PACK]
        make_zip(tmp_path / "true.zip", shelf)
        assert sent_and_ordered(pages, desk, tmp_path / "true.zip")[0] == "done"
    assert pages.box.packs.verify(PHYSICS).sound


def sent_and_ordered(pages: Pages, desk: Device, path: Path) -> tuple[str, str]:
    """Upload an archive, tick the pack and wait; how the order stands (empty if none was made), and what is read."""
    upload = Laptop(Line(desk)).send(path)
    pages.box.sticks.look()
    stick = f"/sticks/{upload.id}"
    page = shown(desk, stick)
    asked = desk.post(f"{stick}/install", {"pack": PHYSICS}, on=stick).headers["Location"]
    state = "" if asked == stick else work(pages.box, int(asked.rpartition("/")[2])).state
    page += shown(desk, asked)
    desk.post(f"/uploads/{upload.id}/give-up")
    return state, page


def bytes_below(folder: Path) -> int:
    """What the files of a folder take."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
