"""Raspberry Pi Imager and a box: which settings it is asked for, and what it leaves on a card that no box uses."""

import json
from pathlib import Path

import pytest

from deploy.raspberrypi.firstboot import foreign, preseed
from deploy.raspberrypi.image.manifest import Written, manifest, url_of
from tests.simulators.first_box import FirstBox, QuietDisk, ReadOnlyCard

WIFI, HASH = "home sweet home", "$5$salt$4Yq0hashhashhash"
SCRIPT = f"""#!/bin/bash
set +e
CURRENT_HOSTNAME=`cat /etc/hostname | tr -d " \\t\\n\\r"`
   /usr/lib/userconf-pi/userconf 'besnik' '{HASH}'
   /usr/lib/raspberrypi-sys-mods/imager_custom set_wlan 'Shtëpia' '{WIFI}' 'AL'
rm -f /boot/firstrun.sh
sed -i 's| systemd.run.*||g' /boot/cmdline.txt
exit 0
"""


@pytest.fixture
def box(tmp_path: Path) -> FirstBox:
    return FirstBox(tmp_path / "root")


@pytest.mark.parametrize(
    ("address", "url"),
    [("https://images.example/box/", "https://images.example/box/schoolbox-1.img.xz"), ("", "schoolbox-1.img.xz")],
)
def test_imager_is_asked_for_the_settings_that_the_first_boot_reads(address: str, url: str) -> None:
    place = url_of("schoolbox-1.img.xz", address=address)
    raw = manifest(Written(1, "ab", 2, "cd"), url=place, version="1", epoch=1_790_000_000)
    [entry] = json.loads(raw)["os_list"]
    assert f"{entry['init_format']}.toml" == preseed.FILE
    assert entry["url"] == url


@pytest.mark.parametrize("name", [*foreign.NAMES, "FIRSTRUN.SH"])
def test_a_file_for_another_system_is_erased_and_told_until_it_is_deleted(box: FirstBox, name: str) -> None:
    box.put(name, SCRIPT)
    box.put("schoolbox.toml", 'language = "en"\n[school]\nname = "Agimi"\n')
    for _ in range(2):
        assert [(each.code, each.file) for each in box.start()] == [("foreign", name)]
        assert box.on_card(WIFI) == box.on_card(HASH) == box.on_card("besnik") == []
        assert (box.places.card / name).stat().st_size == len(SCRIPT.encode())
        assert box.said(name).startswith("# Schoolbox does not use this file")
        assert f"{name}: This file is for another system." in box.said("schoolbox-error.txt")
    assert box.handed()["school"] == "Agimi"
    disk = QuietDisk()
    box.start(disk)
    assert disk.writes == 0
    (box.places.card / name).unlink()
    assert box.start() == ()
    assert box.said("schoolbox-error.txt") == ""


def test_a_card_that_cannot_be_written_keeps_it_and_the_screen_says_that_it_may_hold_passwords(box: FirstBox) -> None:
    box.put("firstrun.sh", SCRIPT)
    assert [each.code for each in box.start(ReadOnlyCard(box.places.card))] == ["foreign-left"]
    assert "could not erase it" in (box.root / "run/issue.d/schoolbox.issue").read_text("utf-8")
    assert [each.code for each in box.start()] == ["foreign"]
    assert box.on_card(WIFI) == []


def test_files_of_a_system_that_is_not_ours_are_its_own(tmp_path: Path) -> None:
    box = FirstBox(tmp_path / "root", image=False)
    box.put("user-data", SCRIPT)
    assert box.start() == ()
    assert box.said("user-data") == SCRIPT
