"""The first program of the box, run in a folder: mount and the like are stand-ins that say what they were asked.

They lie in this: nothing is mounted, and switch_root ends. The real ones meet it in `make image-check`.
"""

import os
import subprocess
from pathlib import Path

import pytest

INIT = Path(__file__).parent.parent.parent / "deploy/raspberrypi/image/init"
STAND_INS = {
    "mount": 'echo "mount $*" >>"$top/log"; case "$* " in *" $fails "*|*"$fails_at "*) exit 1 ;; esac',
    "umount": 'echo "umount $*" >>"$top/log"',
    "modprobe": 'echo "modprobe $*" >>"$top/log"',
    "switch_root": 'echo "switch_root $*" >>"$top/log"',
    "reboot": 'echo "reboot" >>"$top/log"; kill $PPID; sleep 0.2',
}


def ext4(label: str) -> bytes:
    """As much of a file system as says its kind and its label."""
    return bytes(1080) + b"\x53\xef" + bytes(62) + label.encode().ljust(16, b"\0")


def fat(label: str) -> bytes:
    return bytes(71) + label.encode().ljust(11) + bytes(2000)


class Box:
    def __init__(self, top: Path) -> None:
        self.top = top
        for folder in ("bin", "etc", "sys/class/block", "sys/devices", "dev", "run", "root/etc", "card/system"):
            (top / folder).mkdir(parents=True)
        (top / "etc/modules").write_text("ext4\noverlay\n")
        for name, does in STAND_INS.items():
            (top / "bin" / name).write_text(f"#!/bin/sh\n{does}\n")
            (top / "bin" / name).chmod(0o755)

    def disk(self, name: str, *labels: str) -> None:
        for number, label in enumerate(labels, 1):
            part = f"{name}p{number}" if name[-1].isdigit() else f"{name}{number}"
            place = self.top / f"sys/devices/bus/{name}/{part}"
            place.mkdir(parents=True)
            (place / "partition").write_text(f"{number}\n")
            (self.top / "sys/class/block" / part).symlink_to(place)
            (self.top / "dev" / part).write_bytes(fat(label) if label == "SCHOOLBOX" else ext4(label))

    def card(self, name: str = "mmcblk0") -> None:
        self.disk(name, "SCHOOLBOX", "SCHOOLROOT", "SCHOOLDATA")

    def start(self, *, fails: str = "nothing", fails_at: str = "nowhere") -> str:
        environment = {
            "PATH": os.environ["PATH"],
            "top": str(self.top),
            "patience": "2",
            "rest": "0",
            "fails": fails,
            "fails_at": fails_at,
        }
        environment["PATH"] = f"{self.top}/bin:{environment['PATH']}"
        ended = subprocess.run(["sh", INIT], env=environment, capture_output=True, text=True, check=False, timeout=20)
        self.said = ended.stdout + ended.stderr
        return (self.top / "log").read_text().replace(str(self.top), "")


@pytest.fixture
def box(tmp_path: Path) -> Box:
    return Box(tmp_path)


def test_the_root_is_mounted_to_be_read_and_memory_lies_over_it(box: Box) -> None:
    box.card()
    log = box.start()

    assert "mount -t ext4 -o ro /dev/mmcblk0p2 /lower\n" in log
    assert "mount -t overlay -o lowerdir=/lower,upperdir=/memory/upper,workdir=/memory/work overlay /root\n" in log
    assert log.endswith("mount -o move /run /root/run\nswitch_root /root /sbin/init\n")
    assert "-o rw" not in log


def test_partitions_of_the_roots_own_disk_get_names_and_no_others(box: Box) -> None:
    box.card("sda")
    box.card()
    box.start()

    rules = (box.top / "run/udev/rules.d/61-schoolbox.rules").read_text().splitlines()
    assert rules == [
        'SUBSYSTEM=="block", KERNEL=="mmcblk0p1", SYMLINK+="schoolbox/boot"',
        'SUBSYSTEM=="block", KERNEL=="mmcblk0p2", SYMLINK+="schoolbox/root"',
        'SUBSYSTEM=="block", KERNEL=="mmcblk0p3", SYMLINK+="schoolbox/data"',
    ]


@pytest.mark.parametrize("name", ["sda", "vda", "nvme0n1"])
def test_a_box_starts_from_other_disks_too(box: Box, name: str) -> None:
    box.card(name)

    assert f"mount -t ext4 -o ro /dev/{name}{'p' if name[-1].isdigit() else ''}2 /lower" in box.start()


def test_drivers_are_loaded_for_the_devices_that_ask(box: Box) -> None:
    box.card()
    (box.top / "sys/devices/modalias").write_text("of:NmmcT(null)Cbrcm,bcm2711-emmc2\n")

    assert "modprobe -q -a of:NmmcT(null)Cbrcm,bcm2711-emmc2\n" in box.start()


def test_its_own_machine_id_is_there_before_systemd_asks(box: Box) -> None:
    box.card()
    (box.top / "card/system/machine-id").write_text("0123456789abcdef" * 2 + "\n")
    log = box.start()

    assert (box.top / "root/etc/machine-id").read_text() == "0123456789abcdef" * 2 + "\n"
    assert "mount -t ext4 -o ro,noload /dev/mmcblk0p3 /card\numount /card\n" in log


@pytest.mark.parametrize(
    "number", ["", "0123", "0123456789ABCDEF" * 2, "0123456789abcdef" * 2 + "00", "../../../etc/passwd\n" * 2]
)
def test_a_number_that_is_none_is_left_to_systemd(box: Box, number: str) -> None:
    box.card()
    (box.top / "card/system/machine-id").write_text(number)

    assert box.start().endswith("switch_root /root /sbin/init\n")
    assert not (box.top / "root/etc/machine-id").exists()


def test_without_memory_over_it_the_root_is_still_only_read(box: Box) -> None:
    box.card()
    log = box.start(fails="overlay")

    assert log.endswith("switch_root /root /sbin/init\n")
    assert "mount -o bind /lower /root\n" in log
    assert "read-only" in box.said


def test_data_that_cannot_be_read_does_not_keep_the_box_from_starting(box: Box) -> None:
    box.card()

    assert box.start(fails_at="/card").endswith("switch_root /root /sbin/init\n")


def test_a_card_without_a_root_says_so_on_the_part_any_computer_shows_and_tries_again(box: Box) -> None:
    box.disk("mmcblk0", "SCHOOLBOX")
    log = box.start()

    assert "mount -t vfat /dev/mmcblk0p1 /card\n" in log
    assert "umount /card\nreboot\n" in log
    assert (box.top / "card/schoolbox-error.txt").read_text().startswith("The box found no root on this card")


def test_a_root_that_cannot_be_read_says_so_too(box: Box) -> None:
    box.card()
    log = box.start(fails_at="/lower")

    assert "switch_root" not in log
    assert "cannot be read (mmcblk0p2)" in (box.top / "card/schoolbox-error.txt").read_text()
