"""What root does with a stick: the rule of udev, how each kind is mounted, hostile names, and writing for a while."""

import re
import subprocess
from pathlib import Path

import pytest

from deploy.raspberrypi.helper import sticks
from deploy.raspberrypi.helper.places import Places
from deploy.raspberrypi.helper.trouble import BAD_REQUEST, NO_STICK, STICK_BUSY, TroubleError
from tests.simulators.programs import ROOT
from tests.simulators.root_machine import RootMachine

RULE = ROOT / "deploy" / "raspberrypi" / "udev" / "70-schoolbox-stick.rules"
TOKEN = re.compile(r'[A-Z]+(\{[A-Za-z_]+\})?(==|!=|\+=|:=|=)"[^"]*"')
"""Source: udev(7): KEY operator "value", or KEY{name}."""


@pytest.fixture
def machine(tmp_path: Path) -> RootMachine:
    (tmp_path / "media").mkdir()
    return RootMachine(tmp_path)


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(tmp_path)


def test_every_line_of_the_rule_is_a_rule_and_wants_the_unit_that_is_there() -> None:
    lines = [line for line in RULE.read_text().splitlines() if line and not line.startswith("#")]
    assert [token for line in lines for token in line.split(", ") if not TOKEN.fullmatch(token)] == []
    [unit] = re.findall(r"schoolbox-stick@", "".join(lines))
    assert (ROOT / "deploy" / "raspberrypi" / "systemd" / f"{unit}.service").exists()


def test_the_partitions_of_a_box_that_was_started_from_usb_are_no_sticks() -> None:
    init = (ROOT / "deploy" / "raspberrypi" / "image" / "init").read_text()
    [named] = re.findall(r"/udev/rules\.d/(\S+\.rules)", init)
    assert 'SYMLINK+=\\"schoolbox/$name\\"' in init
    assert named < RULE.name, "udev reads rules in the order of their names: the partitions have theirs by then"
    assert 'ENV{DEVLINKS}!="*/dev/schoolbox/*"' in RULE.read_text()


@pytest.mark.parametrize("kind", ["vfat", "exfat", "ntfs", "ext4"])
def test_a_stick_is_mounted_for_reading_and_nothing_on_it_is_run(
    machine: RootMachine, places: Places, kind: str
) -> None:
    machine.plug("sda1", kind, "MASHT 2026")
    assert sticks.add(machine, places, "sda1") == places.media / "MASHT 2026"
    [mount] = machine.mounted.values()
    assert (mount.device, mount.kind) == ("/dev/sda1", {"ntfs": "ntfs3"}.get(kind, kind))
    assert {"ro", "nosuid", "nodev", "noexec"} <= mount.options
    assert "rw" not in mount.options


def test_a_kernel_with_the_newer_driver_of_ntfs_mounts_it_too(machine: RootMachine, places: Places) -> None:
    machine.refuses = {"ntfs3"}
    machine.plug("sda1", "ntfs", "A")
    assert sticks.add(machine, places, "sda1") == places.media / "A"
    assert [mount.kind for mount in machine.mounted.values()] == ["ntfs"]


@pytest.mark.parametrize("kind", ["squashfs", "iso9660", "btrfs", "", "overlay"])
def test_other_kinds_are_left_alone(machine: RootMachine, places: Places, kind: str) -> None:
    machine.plug("sda1", kind, "X")
    assert sticks.add(machine, places, "sda1") is None
    assert machine.mounted == {}
    assert list(places.media.iterdir()) == []


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("MASHT 2026", "MASHT 2026"), ("Mësimi", "Mësimi"), ("../../etc", "_.._etc"), ("/dev/sda", "_dev_sda"),
        ("", "USB"),
        ("...", "USB"), ("a\nb\x1b[2J", "a_b__2J"), ("$(reboot);`x`", "_(reboot)__x_"), ("-o rw", "-o rw"),
        (" a ", "a"),
        ("Учитељ", "Учитељ"), ("x" * 300, "x" * 32), ("a,exec,dev", "a_exec_dev"), ("\u202egnp", "_gnp"),
    ],
)  # fmt: skip
def test_a_label_is_a_name_and_nothing_more(machine: RootMachine, places: Places, label: str, name: str) -> None:
    machine.plug("sdb", "vfat", label)
    folder = sticks.add(machine, places, "sdb")
    assert folder == places.media / name
    assert [path.name for path in places.media.iterdir()] == [name]


def test_two_sticks_of_one_name_have_two_folders_and_a_link_is_not_followed(
    machine: RootMachine, places: Places
) -> None:
    (places.media / "A").symlink_to("/etc")
    for device in ("sda1", "sdb1"):
        machine.plug(device, "vfat", "A")
        sticks.add(machine, places, device)
    assert sorted(machine.mounted) == [str(places.media / "A 2"), str(places.media / "A 3")]


def test_a_stick_that_was_pulled_out_leaves_nothing(machine: RootMachine, places: Places) -> None:
    machine.plug("sda1", "vfat", "A")
    sticks.add(machine, places, "sda1")
    sticks.gone(machine, places, "sda1")
    assert (machine.mounted, list(places.media.iterdir()), list(places.sticks.iterdir())) == ({}, [], [])
    sticks.gone(machine, places, "sda1")


def test_a_stick_that_was_pulled_out_while_it_was_read_leaves_nothing_in_the_end(
    machine: RootMachine, places: Places
) -> None:
    machine.plug("sda1", "vfat", "A")
    sticks.add(machine, places, "sda1")
    machine.busy = 3
    sticks.gone(machine, places, "sda1")
    assert machine.waited_s == pytest.approx(3 * sticks.BETWEEN_S)
    assert (machine.mounted, list(places.media.iterdir()), list(places.sticks.iterdir())) == ({}, [], [])


def test_a_stick_that_systemd_has_unmounted_by_itself_is_waited_for_by_nobody(
    machine: RootMachine, places: Places
) -> None:
    machine.plug("sda1", "vfat", "A")
    folder = sticks.add(machine, places, "sda1")
    assert machine.run("systemd-mount", "--umount", str(folder)).code == 0
    sticks.gone(machine, places, "sda1")
    assert machine.waited_s == 0
    assert (list(places.media.iterdir()), list(places.sticks.iterdir())) == ([], [])


def test_a_stick_that_somebody_does_not_let_go_of_is_told_and_keeps_its_folder_and_no_other_out(
    machine: RootMachine, places: Places
) -> None:
    machine.plug("sda1", "vfat", "A")
    folder = sticks.add(machine, places, "sda1")
    machine.busy = 10_000
    with pytest.raises(TroubleError) as caught:
        sticks.gone(machine, places, "sda1")
    assert (caught.value.word, list(places.sticks.iterdir())) == (STICK_BUSY, [])
    machine.plug("sdb1", "vfat", "A")
    assert sticks.add(machine, places, "sdb1") == places.media / "A 2"
    machine.busy = 0
    assert machine.run("systemd-mount", "--umount", str(folder)).code == 0
    machine.plug("sdc1", "vfat", "A")
    assert sticks.add(machine, places, "sdc1") == folder


def test_after_a_power_cut_a_stick_has_the_folder_that_it_had(machine: RootMachine, places: Places) -> None:
    machine.plug("sda1", "vfat", "A")
    (places.media / "A").mkdir()
    assert sticks.add(machine, places, "sda1") == places.media / "A"


def test_a_folder_in_which_something_is_stays_as_it_is(machine: RootMachine, places: Places) -> None:
    machine.plug("sda1", "vfat", "A")
    (places.media / "A" / "photos").mkdir(parents=True)
    assert sticks.add(machine, places, "sda1") == places.media / "A 2"
    sticks.gone(machine, places, "sda1")
    assert [path.name for path in places.media.rglob("*")] == ["A", "photos"]


def test_the_folder_of_a_stick_that_is_just_mounted_anew_is_given_to_no_other(
    machine: RootMachine, places: Places
) -> None:
    for device in ("sda1", "sdb1"):
        machine.plug(device, "vfat", "A")
    folder = sticks.add(machine, places, "sda1")
    assert machine.run("systemd-mount", "--umount", str(folder)).code == 0
    assert sticks.add(machine, places, "sdb1") == places.media / "A 2"


def test_a_stick_that_cannot_be_mounted_leaves_no_folder(machine: RootMachine, places: Places) -> None:
    machine.plug("sda1", "vfat", "A")
    machine.refuses = {"ro"}
    with pytest.raises(TroubleError):
        sticks.add(machine, places, "sda1")
    assert (list(places.media.iterdir()), list(places.sticks.iterdir())) == ([], [])


@pytest.mark.parametrize("device", ["../sda", "sda1; reboot", "", "SDA1", "sda1\n", "-x", "dm-0/../../x"])
def test_what_is_no_device_is_refused(machine: RootMachine, places: Places, device: str) -> None:
    with pytest.raises(TroubleError) as caught:
        sticks.add(machine, places, device)
    assert (caught.value.word, machine.ran) == (BAD_REQUEST, [])


def test_a_stick_is_written_for_a_while_and_is_for_reading_afterwards(machine: RootMachine, places: Places) -> None:
    machine.plug("sda1", "exfat", "A")
    sticks.add(machine, places, "sda1")
    seen = []
    for writable in (True, False):
        sticks.set_writable(machine, places, "A", writable=writable)
        [mount] = machine.mounted.values()
        assert {"nosuid", "nodev", "noexec"} <= mount.options
        seen.append(mount.options & {"rw", "ro"})
    assert seen == [{"rw"}, {"ro"}]


def test_a_stick_that_is_being_read_is_waited_for_and_given_up_in_the_end(
    machine: RootMachine, places: Places
) -> None:
    machine.plug("sda1", "vfat", "A")
    sticks.add(machine, places, "sda1")
    machine.busy = 3
    sticks.set_writable(machine, places, "A", writable=True)
    assert machine.waited_s == pytest.approx(3 * sticks.BETWEEN_S)
    machine.busy = 10_000
    with pytest.raises(TroubleError) as caught:
        sticks.set_writable(machine, places, "A", writable=False)
    assert caught.value.word == STICK_BUSY


def test_a_stick_that_may_not_be_written_is_for_reading_again(machine: RootMachine, places: Places) -> None:
    machine.plug("sda1", "vfat", "A")
    sticks.add(machine, places, "sda1")
    machine.refuses = {"rw"}
    with pytest.raises(TroubleError):
        sticks.set_writable(machine, places, "A", writable=True)
    [mount] = machine.mounted.values()
    assert "ro" in mount.options


def test_a_folder_that_is_no_stick_is_never_mounted(machine: RootMachine, places: Places) -> None:
    with pytest.raises(TroubleError) as caught:
        sticks.set_writable(machine, places, "etc", writable=True)
    assert (caught.value.word, machine.ran) == (NO_STICK, [])


def test_blkid_says_what_is_read_of_it_here(tmp_path: Path) -> None:
    """The form of its answer is that of the real program, label and all."""
    image = tmp_path / "stick.img"
    with image.open("wb") as file:
        file.truncate(2 * 1024 * 1024)
    known = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
    subprocess.run(["mkfs.vfat", "-n", "A B", image], capture_output=True, check=True, env=known)
    words = ["blkid", "-p", "-o", "udev", str(image)]
    done = subprocess.run(words, capture_output=True, text=True, check=True, env=known)
    assert "ID_FS_TYPE=vfat\n" in done.stdout
    assert "ID_FS_LABEL_ENC=A\\x20B\n" in done.stdout
