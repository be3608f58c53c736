"""A tiny root becomes the image of a disk, twice, and is read back without mounting.

The programs are this machine's own. They lie in one thing: an older mke2fs takes no tar and no time from outside, so
it is given a folder, and the ext4 of two runs may differ; `make image-check` compares whole images made by the suite's.
"""

import os
from pathlib import Path
from typing import IO

import pytest

from deploy.raspberrypi.image import boards, boot, disk, filesystems, layout, overlay_files, programs, settings
from deploy.raspberrypi.image.check.looking import Finding, Looking, findings
from deploy.raspberrypi.image.layout import Partition
from deploy.raspberrypi.image.tree import Tree

EPOCH = 1_790_000_000
SMALL = {"IMAGE_BOOT_MIB": "64", "IMAGE_ROOT_MIB": "256", "IMAGE_DATA_MIB": "128"}
CHOSEN = settings.read(SMALL, version="1.2", epoch=EPOCH)


class OwnTools:
    """This machine's programs, behind the port of the suite's."""

    def run(
        self, name: str, *words: str | Path, given: bytes | None = None, epoch: int = 0, into: IO[bytes] | None = None
    ) -> str:
        if name == "mke2fs":
            at = words.index("-d") + 1
            tar = Path(words[at])
            folder = tar.with_suffix(".folder")
            folder.mkdir()
            programs.run("tar", "-C", folder, "-xf", tar)
            words = (*words[:at], folder, *words[at + 1 :])
        extra = {"SOURCE_DATE_EPOCH": str(epoch), "MTOOLS_SKIP_CHECK": "1", "MTOOLSRC": "/dev/null"}
        return programs.run(name, *words, given=given, extra=extra, into=into)


def firmware(folder: Path) -> Path:
    folder.mkdir()
    for name in (*boards.FIRMWARE, *(file for file, _ in boards.BOARDS.values())):
        (folder / name).write_bytes(name.encode())
    return folder


def on_fat(folder: Path) -> dict[str, bytes]:
    return boot.files(
        kernel=b"kernel", initramfs=b"first", trees=folder, firmware=folder, example="# language\n", version="1.2"
    )


def root() -> Tree:
    tree = Tree()
    tree.file("etc/ssh/ssh_host_ed25519_key", b"secret")
    tree.file("var/log/dpkg.log", b"when it was built")
    tree.file("etc/machine-id", b"0" * 32)
    tree.file("usr/bin/python3", b"python", 0o755)
    overlay_files.settled(tree, version="1.2")
    return tree


class Disk:
    """The image, and how to look into it."""

    def __init__(self, image: Path, parts: list[Partition]) -> None:
        self.image, self.parts = image, parts

    def fat(self, *words: str) -> str:
        name, *others = words
        where = f"{self.image}@@{self.parts[0].start}"
        return programs.run(name, "-i", where, *others, extra={"MTOOLS_SKIP_CHECK": "1"})

    def ext4(self, number: int) -> str:
        """How e2fsprogs call a partition within a file."""
        return f"{self.image}?offset={self.parts[number - 1].start}"

    def says(self, number: int, words: str) -> str:
        return programs.run("debugfs", "-R", words, self.ext4(number))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Disk:
    work = tmp_path_factory.mktemp("image")
    parts = layout.partitions(CHOSEN)
    files = on_fat(firmware(work / "firmware"))
    tools, data = OwnTools(), overlay_files.data((850, 850))
    held = [
        filesystems.fat(tools, files, parts[0], work, epoch=EPOCH),
        filesystems.ext4(tools, root(), parts[1], work, epoch=EPOCH, features=filesystems.ROOT_FEATURES),
        filesystems.ext4(tools, data, parts[2], work, epoch=EPOCH, features=filesystems.DATA_FEATURES),
    ]
    disk.assembled(tools, parts, held, work / "disk.img")
    return Disk(work / "disk.img", parts)


def test_the_table_of_partitions_is_what_was_laid_out(made: Disk) -> None:
    said = programs.run("sfdisk", "--dump", made.image)

    assert "label: dos" in said
    assert f"label-id: {layout.DISK:#x}" in said
    for number, part in enumerate(made.parts, 1):
        where = f"start={part.start // 512:>12}, size={part.size // 512:>12}"
        assert f"{made.image}{number} : {where}, type={part.kind}" in said


def test_a_board_finds_its_files_on_the_first_partition(made: Disk) -> None:
    listed = made.fat("mdir", "-b", "::/")

    names = {line.removeprefix("::/") for line in listed.split()}
    assert {
        "config.txt",
        "cmdline.txt",
        "vmlinuz",
        "initramfs.img",
        "schoolbox.example.toml",
        *boards.FIRMWARE,
    } <= names
    assert {name for _, own in boards.BOARDS.values() for name in own} <= names
    text = made.fat("mtype", "::/cmdline.txt")
    assert "root=LABEL=SCHOOLROOT ro" in text
    assert text.count("\n") == 1, "a Raspberry Pi reads one line"


def test_the_root_holds_no_key_no_number_and_no_trace_of_the_day(made: Disk) -> None:
    assert made.says(2, "cat /etc/machine-id") == ""
    assert made.says(2, "cat /usr/bin/python3") == "python"
    assert "ssh_host" not in made.says(2, "ls /etc/ssh")
    assert "dpkg.log" not in made.says(2, "ls /var/log")
    assert "/dev/schoolbox/data /data ext4" in made.says(2, "cat /etc/fstab")


def test_the_root_has_no_journal_and_data_has_one_and_room_to_grow(made: Disk) -> None:
    root_says, data_says = made.says(2, "stats -h"), made.says(3, "stats -h")

    assert "has_journal" not in root_says
    assert {"has_journal", "resize_inode"} <= set(data_says.split())
    assert "SCHOOLDATA" in data_says
    reserved = next(line for line in data_says.splitlines() if line.startswith("Reserved GDT blocks"))
    assert int(reserved.split(":")[1]) >= 1000, "8 TB: 1,024 blocks of descriptors"


@pytest.mark.parametrize("number", [2, 3])
def test_the_file_systems_have_no_fault(made: Disk, number: int) -> None:
    programs.run("e2fsck", "-fn", made.ext4(number))


def test_the_box_owns_its_folder_from_the_beginning(made: Disk) -> None:
    listed = made.says(3, "ls -l /")

    assert {"box", "app", "system"} <= set(listed.split())
    if os.geteuid() == 0:
        assert "850" in next(line for line in listed.splitlines() if line.endswith(" box"))


def test_a_look_into_an_image_finds_what_must_not_be_in_it(tmp_path: Path) -> None:
    tree = root()
    tree.file("etc/shadow", b"root:$6$salt$hash:1:0:99999:7:::\nbox:!*:1::::::\n")
    tree.file("etc/machine-id", b"0" * 32)
    tree.file("etc/ssh/ssh_host_rsa_key", b"the same on every box")
    data = overlay_files.data((0, 0))
    data.file("system/hostname", b"school-of-the-builder")
    found = {each.what: each for each in looked(tmp_path, tree, data)}

    assert found["nobody has a password"] == Finding("nobody has a password", good=False, seen="root")
    assert found["no host keys"] == Finding("no host keys", good=False, seen="ssh_host_rsa_key")
    assert not found["an empty machine-id"].good
    assert not found["data is empty"].good
    assert found["no keys of people"].good
    assert found["device tree of Raspberry Pi 5"].good


def test_a_look_into_an_image_as_it_is_built_finds_nothing_of_anybody(tmp_path: Path) -> None:
    tree = root()
    tree.file("etc/shadow", b"root:*:1:0:99999:7:::\nbox:!*:1::::::\n")
    found = {each.what: each for each in looked(tmp_path, tree, overlay_files.data((0, 0)))}

    assert all(
        found[what].good for what in ("nobody has a password", "no host keys", "an empty machine-id", "data is empty")
    )
    missing = found["drivers of the boards' networks, sticks, clocks, watchdog"]
    assert not missing.good
    assert "macb" in missing.seen


def looked(folder: Path, tree: Tree, data: Tree) -> list[Finding]:
    parts, tools = layout.partitions(CHOSEN), OwnTools()
    held = [
        filesystems.fat(tools, on_fat(firmware(folder / "firmware")), parts[0], folder, epoch=EPOCH),
        filesystems.ext4(tools, tree, parts[1], folder, epoch=EPOCH, features=filesystems.ROOT_FEATURES),
        filesystems.ext4(tools, data, parts[2], folder, epoch=EPOCH, features=filesystems.DATA_FEATURES),
    ]
    disk.assembled(tools, parts, held, folder / "disk.img")
    return findings(Looking(tools, folder / "disk.img", parts), first_modules=set())


def test_two_runs_give_the_same_boot_partition_and_the_same_root(tmp_path: Path) -> None:
    parts = layout.partitions(CHOSEN)
    found = []
    for name in ("one", "two"):
        work = tmp_path / name
        work.mkdir()
        fat = filesystems.fat(OwnTools(), on_fat(firmware(work / "firmware")), parts[0], work, epoch=EPOCH)
        root().write_tar(work / "root.tar", epoch=EPOCH)
        found.append((fat.read_bytes(), (work / "root.tar").read_bytes()))

    assert found[0] == found[1]
