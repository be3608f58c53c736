"""The power goes at every step of writing a stick; what stands there is whole, writing goes on (FORMAT 2.5, 2.15)."""

import hashlib
import shutil
from pathlib import Path

import pytest

from content_packs.export import Options, Written
from content_packs.export.writer import StickWriter
from content_packs.manifest import decode_manifest
from content_packs.paths import blob_name
from content_packs.shelf import DirectoryShelf
from tests.simulators.cut_disk import CutDisk, Left, PowerCut
from tests.simulators.media import mp4
from tests.simulators.publisher import Ministry
from tests.simulators.school_box import SchoolBox

PACK = "mash:thyesat"
LEFT: tuple[Left, ...] = ("lost", "kept", "torn")


def write(box: SchoolBox, stick: Path, options: Options | None = None) -> Written:
    """Write everything the box has."""
    writer = StickWriter(store=box.store, trust=box.trust, disk=box.disk)
    return writer.write(stick, box.library.installed().values(), progress=lambda _: None, options=options)


def unsound(stick: Path) -> list[str]:
    """What should not stand on a stick: manifests that are not their name, or without every blob, whole."""
    wrong = [path.name for path in stick.glob("manifests/[0-9a-f]*") if _is_torn(path)]
    for path in stick.glob("manifests/[0-9a-f]*"):
        for file in decode_manifest(path.read_bytes()).files().values():
            blob = stick / blob_name(file.sha256, file.ext)
            if not blob.exists() or _is_torn(blob):
                wrong.append(f"{path.name} without {file.sha256}")
    return wrong


def _is_torn(path: Path) -> bool:
    return not path.name.startswith(hashlib.sha256(path.read_bytes()).hexdigest())


@pytest.mark.parametrize("left", LEFT)
@pytest.mark.parametrize("only", [False, True])
def test_power_cut_at_any_step_of_writing_leaves_whole_files_and_is_continued(
    tmp_path: Path, left: Left, *, only: bool
) -> None:
    ministry = Ministry(tmp_path)
    ministry.publish(PACK, 1, files={"hyrje": mp4(seconds=1)})
    box = SchoolBox(tmp_path / "box", root=ministry.root)
    box.install(ministry.shelf, PACK)
    template = tmp_path / "template"
    template.mkdir()
    write(box, template)
    ministry.publish(PACK, 2, files={"hyrje": mp4(seconds=2)})
    box.install(ministry.shelf, PACK)
    if not only:
        shutil.rmtree(template)
        template.mkdir()
    stick, options, cuts = tmp_path / "stick", Options(only=only), 0
    for cut_at in range(1000):
        shutil.rmtree(stick, ignore_errors=True)
        shutil.copytree(template, stick)
        disk = CutDisk(cut_at, left, tmp_path / "attic" / str(cut_at))
        try:
            write(SchoolBox(box.folder, disk=disk), stick, options)
        except PowerCut:
            cuts += 1
            assert unsound(stick) == [], cut_at
            assert write(box, stick, options).whole
            assert unsound(stick) == [], cut_at
            assert not [path for path in stick.glob("blobs/*/*") if _is_torn(path)], cut_at
            assert not list(stick.rglob("*.new")), cut_at
            fresh = SchoolBox(tmp_path / f"fresh-{cut_at}", root=ministry.root)
            assert fresh.install(DirectoryShelf(stick), PACK).version == 2
            continue
        assert cuts == cut_at > 20
        return
    raise AssertionError("writing never ended")
