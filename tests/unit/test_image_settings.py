from pathlib import Path

import pytest

from deploy.raspberrypi.image import settings
from deploy.raspberrypi.image.errors import ImageError
from tests.simulators.publisher import Ministry

EPOCH = 1_790_000_000


def read(**given: str) -> settings.Settings:
    return settings.read(given, version="0.1.0", epoch=EPOCH)


def test_without_a_word_debian_itself_is_asked_for_trixie_with_the_kernel_of_its_backports() -> None:
    chosen = read(PATH="/bin", HOME="/root")

    assert (chosen.mirror, chosen.suite, chosen.kernel_suite) == (settings.DEBIAN, "trixie", "trixie-backports")
    assert (chosen.version, chosen.epoch) == ("0.1.0", EPOCH)


def test_each_setting_can_be_given() -> None:
    chosen = read(
        IMAGE_MIRROR="https://mirror.example/debian",
        IMAGE_ROOT_MIB="2048",
        SOURCE_DATE_EPOCH="1700000000",
        IMAGE_VERSION="2.0~rc1",
    )

    assert (chosen.mirror, chosen.root_mib) == ("https://mirror.example/debian", 2048)
    assert (chosen.epoch, chosen.version) == (1_700_000_000, "2.0~rc1")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("IMAGE_MIRROR", "mirror.example"),
        ("IMAGE_MIRROR", "http://mirror.example/debian [trusted=yes]"),
        ("IMAGE_ADDRESS", "images.example/schoolbox"),
        ("IMAGE_ADDRESS", "https://images.example/?file="),
        ("IMAGE_SUITE", "trixie main"),
        ("IMAGE_KERNEL", "linux-image-arm64; rm"),
        ("IMAGE_KERNEL", "-t"),
        ("IMAGE_VERSION", "../1"),
        ("IMAGE_ROOT_MIB", "many"),
        ("IMAGE_ROOT_MIB", "12"),
        ("IMAGE_ROOT_MIB", "٢٠٤٨"),
        ("IMAGE_PACKING", "10"),
        ("IMAGE_KEY", "/there/is/none.pem"),
        ("IMAGE_PROGRAMS_ROOT", "/there/is/none.json"),
        ("IMAGE_PACKS_ROOT", "/there/is/none.json"),
        ("IMAGE_PACKS_ROOT", "/"),
        ("IMAGE_EPOCH", "1"),
        ("IMAGE_MIROR", "http://mirror.example/debian"),
        ("SOURCE_DATE_EPOCH", "yesterday"),
        ("SOURCE_DATE_EPOCH", "0"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_by_its_name(name: str, value: str) -> None:
    with pytest.raises(ImageError, match=name):
        read(**{name: value})


@pytest.mark.parametrize("name", ["IMAGE_PACKS_ROOT", "IMAGE_PROGRAMS_ROOT"])
def test_whom_boxes_believe_is_looked_at_before_anything_is_fetched(tmp_path: Path, name: str) -> None:
    ministry, file = Ministry(tmp_path), tmp_path / "root.json"
    file.write_bytes(ministry.root)
    assert str(file) in (read(**{name: str(file)}).packs_root, read(**{name: str(file)}).programs_root)
    (tmp_path / "linked").symlink_to(file)
    assert read(**{name: str(tmp_path / "linked")}).version == "0.1.0"
    registry = (ministry.folder / "meta" / "registry.json").read_bytes()
    for wrong in (b"", b"{}", registry, ministry.root[:-9], ministry.root.replace(b'"threshold":2', b'"threshold":1')):
        file.write_bytes(wrong)
        with pytest.raises(ImageError, match=name):
            read(**{name: str(file)})
