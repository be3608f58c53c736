"""The units of a box: systemd knows every line of them, and each may do little."""

import os
import re
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from deploy.raspberrypi.image import boot, overlay_files, rows
from deploy.raspberrypi.image.check import machine
from tests.simulators import no_setgid
from tests.simulators.programs import ROOT

DEPLOY = ROOT / "deploy" / "raspberrypi"
UNITS = sorted([*(DEPLOY / "systemd").iterdir(), *(DEPLOY / "network").glob("*.service")])
EXPOSURE_MAX = 20
"""What `systemd-analyze security` may say at most, in tenths."""
PROGRAM = re.compile(r"^(Exec\w+=[-+!:@]*)/usr/lib/schoolbox/(\S+)", re.MULTILINE)


def services() -> list[Path]:
    return [path for path in UNITS if path.suffix == ".service"]


@pytest.mark.parametrize("unit", services(), ids=lambda path: path.name)
def test_the_services_may_do_little(unit: Path) -> None:
    words = ["systemd-analyze", "security", "--offline=true", f"--threshold={EXPOSURE_MAX}", "--no-pager", str(unit)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-600:] + done.stderr


def test_systemd_understands_the_units(tmp_path: Path) -> None:
    for path in UNITS:
        (tmp_path / path.name).write_text(PROGRAM.sub(r"\1/bin/true", path.read_text()))
    words = ["systemd-analyze", "verify", "--man=no", *map(str, sorted(tmp_path.iterdir()))]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (done.returncode, [line for line in done.stderr.splitlines() if "schoolbox" in line]) == (0, [])


@pytest.mark.parametrize("unit", services(), ids=lambda path: path.name)
def test_every_program_that_a_unit_names_is_there(unit: Path) -> None:
    for _, name in PROGRAM.findall(unit.read_text()):
        assert (DEPLOY / "system" / name).stat().st_mode & 0o111, name


@pytest.mark.parametrize("name", ["schoolbox-stick@.service", "schoolbox-helper.service"])
def test_what_has_sticks_mounted_sees_that_they_are_there_and_can_write_none(name: str) -> None:
    # systemd-mount refuses a device whose node it does not see, and a private /dev has none.
    lines = (DEPLOY / "systemd" / name).read_text().splitlines()
    assert not {"PrivateDevices=yes", "DevicePolicy=auto"} & set(lines)
    assert "DevicePolicy=closed" in lines
    assert not [line for line in lines if line.startswith("DeviceAllow=") and "w" in line.split()[-1]]


def test_words_that_imager_puts_onto_the_command_line_do_not_keep_the_box_from_coming_up() -> None:
    words = "systemd.run=/boot/firstrun.sh systemd.run_success_action=reboot systemd.unit=kernel-command-line.target"
    links = {Path(place): aim for place, aim in rows.read(rows.TABLE.read_text()).links.items()}
    with tempfile.TemporaryDirectory() as name:  # systemd tells what it would start to others than root only
        made, ours = Path(name) / "generator", Path(name) / "etc"
        for folder in (made, ours):
            folder.mkdir()
        generator = "/usr/lib/systemd/system-generators/systemd-run-generator"
        subprocess.run([generator, *[str(made)] * 3], env={"SYSTEMD_PROC_CMDLINE": words}, check=True)
        Path(name).chmod(0o755)
        script, box = "kernel-command-line.service", "multi-user.target"
        assert {script, box} & would_start(made) == {script}
        for place, aim in links.items():
            if place.parent == Path("/etc/systemd/system"):
                (ours / place.name).symlink_to(aim)
        assert {script, box} & would_start(ours, made) == {box}


def would_start(*folders: Path) -> set[str]:
    """What systemd would start for these words, where units lie in these folders and in Debian's."""
    path = ":".join([*map(str, folders), "/usr/lib/systemd/system"])
    words = ["/usr/lib/systemd/systemd", "--test", "--system", "--no-pager", "--unit=kernel-command-line.target"]
    user = "nobody" if os.geteuid() == 0 else None
    done = subprocess.run(
        words, env={"SYSTEMD_UNIT_PATH": path}, capture_output=True, text=True, check=False, user=user
    )
    return set(re.findall(r"Action: (\S+) -> start$", done.stdout, re.MULTILINE))


def test_first_boot_waits_for_the_card_of_the_image_and_starts_without_it(tmp_path: Path) -> None:
    (tmp_path / "fstab").write_text(overlay_files.FSTAB)
    made = tmp_path / "made"
    made.mkdir()
    generator = "/usr/lib/systemd/system-generators/systemd-fstab-generator"
    subprocess.run([generator, *[str(made)] * 3], env={"SYSTEMD_FSTAB": str(tmp_path / "fstab")}, check=True)
    mounts = {path.name: path.read_text().splitlines() for path in made.glob("*.mount")}
    [card] = [name for name, lines in mounts.items() if "Where=/boot/firmware" in lines]
    assert "Before=local-fs.target" not in mounts[card]  # so that nothing else makes anybody wait for it

    lines = (DEPLOY / "systemd/schoolbox-firstboot.service").read_text().splitlines()
    assert card in " ".join(line.partition("=")[2] for line in lines if line.startswith("After=")).split()
    needed = [line for line in lines if line.startswith(("Requires", "BindsTo=", "Requisite="))]
    assert not [line for line in needed if card in line or "/boot" in line]


def test_a_box_that_cannot_open_its_data_asks_for_no_password_and_starts_again(tmp_path: Path) -> None:
    place = "/usr/lib/systemd/system/emergency.service.d/schoolbox.conf"
    [ours] = [file.source for file in rows.read(rows.TABLE.read_text()).files if file.place == place]
    added = tmp_path / "emergency.service.d"
    added.mkdir()
    unit = tmp_path / "emergency.service"
    unit.write_bytes(Path("/usr/lib/systemd/system/emergency.service").read_bytes())  # Debian's
    words = ["systemd-analyze", "security", "--offline=true", f"--threshold={EXPOSURE_MAX}", "--no-pager", str(unit)]
    assert subprocess.run(words, capture_output=True, check=False).returncode != 0
    (added / "schoolbox.conf").write_text(PROGRAM.sub(r"\1/bin/true", ours.read_text()))
    for asked in (words, ["systemd-analyze", "verify", "--man=no", str(unit)]):
        done = subprocess.run(asked, capture_output=True, text=True, check=False)
        told = [line for line in done.stderr.splitlines() if "emergency" in line]
        assert (done.returncode, told) == (0, []), done.stdout

    lines = ours.read_text().splitlines()
    began = [line for line in lines if line.startswith("Exec")]
    assert began == [  # an empty one takes away what Debian starts
        "ExecStartPre=", "ExecStartPre=-/usr/lib/schoolbox/firstboot stranded",
        "ExecStart=", "ExecStart=/usr/bin/sleep 300",
    ]  # fmt: skip
    assert {"SuccessAction=reboot-force", "FailureAction=reboot-force", "StandardInput=null"} <= set(lines)
    assert {"Wants=boot-firmware.mount", "After=boot-firmware.mount"} <= set(lines)
    assert all("fsck.repair=yes" in each.split() for each in (boot.COMMANDS, machine.COMMANDS))


def test_first_boot_makes_the_folders_of_a_reset_box_with_no_right_that_it_lacks(tmp_path: Path) -> None:
    assert "RestrictSUIDSGID=yes" in (DEPLOY / "systemd/schoolbox-firstboot.service").read_text().splitlines()
    table, us = tmp_path / "usr/lib/tmpfiles.d", f"{os.getuid()}:{os.getgid()}"
    for folder in (table, tmp_path / "etc", tmp_path / "var/lib"):
        folder.mkdir(parents=True)
    (table / "schoolbox.conf").write_bytes((DEPLOY / "tmpfiles/schoolbox.conf").read_bytes())
    (tmp_path / "etc/passwd").write_text(f"root:x:{us}::/:/bin/sh\nschoolbox:x:{us}::/:/bin/sh\n")
    (tmp_path / "etc/group").write_text(f"root:x:{os.getgid()}:\nschoolbox:x:{os.getgid()}:\n")

    words = ["systemd-tmpfiles", f"--root={tmp_path}", "--create", "--prefix=/var/lib/schoolbox"]
    done = subprocess.run(
        [sys.executable, no_setgid.__file__, *words], capture_output=True, text=True, check=False
    )  # fmt: skip

    assert (done.returncode, done.stderr) == (0, "")
    asked = (tmp_path / "var/lib/schoolbox/asked").stat()
    assert stat.S_IMODE(asked.st_mode) == 0o770  # its group is the helper's, which takes requests away


def test_the_helper_reads_what_the_box_leaves_as_a_member_of_its_group() -> None:
    box = (DEPLOY / "systemd/schoolbox.service").read_text().splitlines()
    helper = (DEPLOY / "systemd/schoolbox-helper.service").read_text().splitlines()
    assert {"Group=schoolbox", "UMask=0027"} <= set(box)
    assert "SupplementaryGroups=schoolbox" in helper
