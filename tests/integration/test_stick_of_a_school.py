"""A school's own packs go onto a stick like all others; who accepts the school installs them (FORMAT 2.12, 6.14)."""

from pathlib import Path

import pytest
from securesystemslib.signer import CryptoSigner

from content_packs.build import build_pack
from content_packs.durable import Disk
from content_packs.errors import AcademyNotAcceptedError
from content_packs.export.writer import StickWriter
from content_packs.shelf import DirectoryShelf, is_shelf
from content_packs.sign import AcademyDesk
from tests.simulators.clock import HandClock
from tests.simulators.media import mp4
from tests.simulators.publisher import Ministry, write_source
from tests.simulators.school_box import SchoolBox


@pytest.mark.parametrize("with_ministry", [False, True])
def test_a_schools_own_pack_travels_on_a_stick(tmp_path: Path, *, with_ministry: bool) -> None:
    desk = AcademyDesk(tmp_path / "own", CryptoSigner.generate_ed25519(), disk=Disk(), clock=HandClock())
    pack_id = f"{desk.id}:plani"
    build_pack(write_source(tmp_path / "source", pack_id, 1, {"a": mp4()}), tmp_path / "built", Disk())
    desk.introduce({"sq": "Shkolla „Agimi”"}, held=None)
    desk.sign(tmp_path / "built", {"sq": "Shkolla „Agimi”"})
    introduction = desk.path.read_bytes()
    ministry = Ministry(tmp_path)
    box = SchoolBox(tmp_path / "box", root=ministry.root if with_ministry else None)
    box.trust.accept(introduction)
    box.install(DirectoryShelf(tmp_path / "own"), pack_id)
    if with_ministry:
        box.trust.apply(ministry.shelf)
    stick = tmp_path / "stick"
    stick.mkdir()
    writer = StickWriter(store=box.store, trust=box.trust, disk=box.disk)
    for _ in range(2):
        assert writer.write(stick, box.library.installed().values(), progress=lambda _: None).whole
    assert is_shelf(stick)
    assert "Shkolla „Agimi”" in (stick / "contents" / f"{desk.id}.plani.html").read_text(encoding="utf-8")

    other = SchoolBox(tmp_path / "other", root=ministry.root)
    with pytest.raises(AcademyNotAcceptedError):
        other.install(DirectoryShelf(stick), pack_id)
    other.trust.accept((stick / "meta" / "cat" / f"{desk.id}.json").read_bytes())
    assert other.install(DirectoryShelf(stick), pack_id).changed
