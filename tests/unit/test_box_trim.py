"""The card is told once a week which blocks are free, at a start, also in a school whose box is off every night."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from deploy.raspberrypi.helper import __main__ as program
from deploy.raspberrypi.helper import trim
from deploy.raspberrypi.helper.places import Places
from deploy.raspberrypi.image import overlay_files, rows

SYSTEM = Path("/usr/lib/systemd/system")
DAY_S = 86_400
MONDAY = 1_790_000_000.0
ROOT_OF_AN_IMAGE = """set -e
cd {work}
mount -t tmpfs root {work}/root
cd root
mkdir -p usr etc proc sys dev data var/lib/schoolbox var/lib/schoolbox-app var/lib/schoolbox-system boot/firmware
for each in bin sbin lib lib64; do ln -s usr/$each $each; done
mount --bind /usr usr
mount --rbind /sys sys
mount -t proc proc proc
cp {work}/fstab etc/fstab
disk=$(losetup --find --show {work}/disk.img)
trap 'cd /; umount -R {work}/root; losetup --detach $disk' EXIT
mkdir dev/schoolbox
cp -a $disk dev/
ln -s ../${{disk#/dev/}} dev/schoolbox/data
mount -o noatime $disk data
for each in box app system; do mkdir -p data/$each; done
mount --bind data/box var/lib/schoolbox
mount --bind data/app var/lib/schoolbox-app
mount --bind data/system var/lib/schoolbox-system
chroot . {trims}
chroot . {trims}
"""


def added() -> dict[str, Path]:
    """What the image adds to Debian's units: place, and our file."""
    table = rows.read(rows.TABLE.read_text())
    return {file.place: file.source for file in table.files if "/fstrim." in file.place}


@pytest.mark.parametrize(
    ("days", "due"), [(0, False), (1, False), (5, False), (6, True), (7, True), (400, True), (-1, True), (-400, True)]
)
def test_it_is_time_a_week_later_and_where_the_last_time_is_yet_to_come(tmp_path: Path, days: int, due: bool) -> None:
    places = Places(tmp_path)
    assert trim.is_due(places, now=lambda: MONDAY)
    trim.done(places)
    os.utime(places.trimmed, (MONDAY, MONDAY))
    assert trim.is_due(places, now=lambda: MONDAY + days * DAY_S) == due


def test_doing_it_again_is_a_new_week(tmp_path: Path) -> None:
    places = Places(tmp_path)
    trim.done(places)
    os.utime(places.trimmed, (1, 1))
    trim.done(places)
    last = places.trimmed.stat().st_mtime
    assert last > 1
    assert not trim.is_due(places, now=lambda: last + DAY_S)


def test_systemd_takes_what_the_image_adds_to_debians_units(tmp_path: Path) -> None:
    assert sorted(added()) == [f"{SYSTEM}/fstrim.{kind}.d/schoolbox.conf" for kind in ("service", "timer")]
    for place, source in added().items():
        copy = tmp_path / Path(place).relative_to(SYSTEM)
        copy.parent.mkdir()
        copy.write_text(re.sub(r"/usr/lib/schoolbox/.*", "/bin/true", source.read_text()))
    for name in ("fstrim.service", "fstrim.timer"):
        (tmp_path / name).write_bytes((SYSTEM / name).read_bytes())
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", "fstrim.timer"],
        capture_output=True, text=True, check=False, env={**os.environ, "SYSTEMD_UNIT_PATH": f"{tmp_path}:"},
    )  # fmt: skip
    assert (done.returncode, [line for line in done.stderr.splitlines() if "fstrim" in line]) == (0, [])


def test_it_is_asked_at_every_start_and_remembered_only_when_it_was_done() -> None:
    text = "".join(source.read_text() for source in added().values())
    lines = text.splitlines()
    assert {"OnCalendar=", "OnBootSec=1min", "OnUnitActiveSec=1d", "After=schoolbox.service"} <= set(lines)
    asks = dict(re.findall(r"^(Exec\w+)=/usr/lib/schoolbox/helper (.+)$", text, re.MULTILINE))
    assert asks == {"ExecCondition": "trim due", "ExecStartPost": "trim done"}
    assert {tuple(words.split()) for words in asks.values()} <= set(program.DOES)


def test_what_debian_starts_trims_the_data_of_the_image_once(tmp_path: Path) -> None:
    [trims] = re.findall(r"^ExecStart=(.+)$", (SYSTEM / "fstrim.service").read_text(), re.MULTILINE)
    (tmp_path / "fstab").write_text(overlay_files.FSTAB)
    (tmp_path / "root").mkdir()
    with (tmp_path / "disk.img").open("wb") as image:
        image.truncate(64 << 20)
    subprocess.run(["mkfs.ext4", "-q", "-F", tmp_path / "disk.img"], check=True)
    script = ROOT_OF_AN_IMAGE.format(work=tmp_path, trims=trims)
    done = subprocess.run(["unshare", "--mount", "sh", "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    first, again = re.findall(r"^/data: .*\((\d+) bytes\) trimmed", done.stdout, re.MULTILINE)
    assert int(first) > 40 << 20
    assert int(again) == 0
    assert "schoolbox-system" not in done.stdout
