"""What a box takes from its card before it starts, and what it leaves there."""

import json
import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.raspberrypi.firstboot import __main__ as program
from deploy.raspberrypi.firstboot import led, schema, toml_text
from tests.simulators.first_box import JOIN, OWN, SECRETS, WHOLE, FirstBox, QuietDisk, ReadOnlyCard
from tests.simulators.programs import ROOT

PUBLIC = "AAAAC3NzaC1lZDI1NTE5AAAAIJlYXhhbXBsZWtleWV4YW1wbGVrZXlleGFtcGxlaw"
EXAMPLE = ROOT / "deploy/raspberrypi/firstboot/schoolbox.toml"
@pytest.fixture
def box(tmp_path: Path) -> FirstBox:
    return FirstBox(tmp_path / "root")


def test_everything_of_the_file_is_taken_and_its_secrets_are_erased(box: FirstBox) -> None:
    box.put("schoolbox.toml", WHOLE)
    assert box.start() == ()
    assert box.handed() == {
        "school": "Shkolla „Agimi”", "municipality": "Gjilan", "hub": "https://hub.example", "code": "K7PM-2R9X",
        "claim": "9WQ4-T3NB",
    }  # fmt: skip
    assert box.kept("box.toml") == 'language = "en"\nname = "agimi"\n'
    kept = (box.kept("hostname"), box.kept("time-zone"), box.kept("country"))
    assert kept == ("agimi\n", "Europe/Belgrade\n", "AL\n")
    assert f"psk={OWN}\n" in box.kept("connections/schoolbox-own.nmconnection")
    assert f"psk={JOIN}\n" in box.kept("connections/schoolbox-join.nmconnection")
    assert box.kept("ssh/authorized_keys").startswith("ssh-ed25519 ")
    assert box.kept("ssh/ssh_host_ed25519_key")
    assert box.machine.hostname == "agimi"
    assert (box.root / "etc/localtime").readlink() == Path("/usr/share/zoneinfo/Europe/Belgrade")
    assert [secret for secret in SECRETS if box.on_card(secret)] == []
    assert len(box.said("schoolbox.toml").encode()) == len(WHOLE.encode())
    assert 'name = "Shkolla „Agimi”"' in box.said("schoolbox.toml")
    assert box.said("schoolbox-error.txt") == ""
    assert "9WQ4-T3NB" in box.said("schoolbox-claim.txt")
    for name in ("connections/schoolbox-own.nmconnection", "ssh/authorized_keys", "firstboot/state.json"):
        assert stat.S_IMODE((box.places.system / name).stat().st_mode) == 0o600
    assert stat.S_IMODE((box.places.box / "first-boot.json").stat().st_mode) == 0o600


def test_a_start_with_nothing_to_do_writes_nothing_and_runs_nothing(box: FirstBox) -> None:
    box.put("schoolbox.toml", WHOLE)
    box.start()
    box.machine.ran.clear()
    disk = QuietDisk()
    assert box.start(disk) == ()
    assert (disk.writes, box.machine.ran) == (0, [])


def test_without_any_file_the_box_becomes_itself_and_shows_a_code_of_its_own(tmp_path: Path) -> None:
    boxes = [FirstBox(tmp_path / str(number)) for number in range(2)]
    for box in boxes:
        assert box.start() == ()
        assert box.handed()["claim"] in box.said("schoolbox-claim.txt")
        assert box.handed()["claim"] in (box.root / "run/issue.d/schoolbox.issue").read_text("utf-8")
        assert len(box.kept("machine-id")) == 33
        assert box.machine.hostname == f"schoolbox-{box.kept('machine-id')[:4]}"
        assert box.kept("ssh/ssh_host_ed25519_key") == ""
        assert (box.kept("country"), box.kept("time-zone")) == ("AL\n", "Europe/Belgrade\n")
        assert (box.root / "etc/localtime").readlink() == Path("/usr/share/zoneinfo/Europe/Belgrade")
    first, second = boxes
    assert first.kept("machine-id") != second.kept("machine-id")
    assert first.handed()["claim"] != second.handed()["claim"]


def test_the_code_goes_from_the_card_once_the_box_has_an_owner(box: FirstBox) -> None:
    box.start()
    code = box.handed()["claim"]
    (box.places.box / "first-boot.json").unlink()  # the box has taken it
    (box.places.box / "box.db").touch()
    (box.places.box / "CLAIM.txt").write_text(f"{code}\n")
    box.start()
    assert code in box.said("schoolbox-claim.txt")
    (box.places.box / "CLAIM.txt").unlink()  # somebody claimed it
    box.start()
    assert box.said("schoolbox-claim.txt") == ""
    assert not (box.root / "run/issue.d/schoolbox.issue").exists()


def test_a_later_change_of_one_line_changes_one_thing(box: FirstBox) -> None:
    box.put("schoolbox.toml", WHOLE)
    box.start()
    (box.places.box / "first-boot.json").unlink()
    (box.places.box / "box.db").touch()
    box.put("schoolbox.toml", box.said("schoolbox.toml").replace('name = "Agimi"', 'name = "Agimi 2"'))
    assert box.start() == ()
    assert box.handed() == {}
    own = box.kept("connections/schoolbox-own.nmconnection")
    assert f"ssid={''.join(f'{byte};' for byte in b'Agimi 2')}\n" in own
    assert f"psk={OWN}\n" in own
    box.put("schoolbox.toml", box.said("schoolbox.toml").replace(f'"{"*" * len(OWN)}"', '"another one"'))
    assert box.start() == ()
    assert "psk=another one\n" in box.kept("connections/schoolbox-own.nmconnection")
    assert box.on_card("another one") == []


def test_a_password_that_the_box_no_longer_has_is_asked_for_and_the_network_does_not_open(box: FirstBox) -> None:
    box.put("schoolbox.toml", 'language = "en"\n[wifi.own]\nname = "Agimi"\npassword = "********"\n')
    assert [(each.code, each.line) for each in box.start()] == [("erased", 4)]
    assert box.kept("connections/schoolbox-own.nmconnection") == ""
    assert "schoolbox.toml, line 4: This password was once read" in box.said("schoolbox-error.txt")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_any_editor_will_do_and_nothing_of_a_secret_stays(box: FirstBox, encoding: str, ends: str) -> None:
    raw = WHOLE.replace("\n", ends).encode(encoding)
    box.put("schoolbox.toml", raw)
    assert box.start() == ()
    assert box.handed()["school"] == "Shkolla „Agimi”"
    assert [secret for secret in SECRETS if box.on_card(secret)] == []
    assert len((box.places.card / "schoolbox.toml").read_bytes()) == len(raw)
    disk = QuietDisk()
    assert box.start(disk) == ()
    assert disk.writes == 0


def test_secrets_in_odd_forms_are_erased_and_the_school_that_is_called_the_same_stays(box: FirstBox) -> None:
    text = (
        'wifi = { own = { "password" = \'Agimi 2026\' }, join = { name = "x", password = "Agimi \\u0032026" } }\n'
        '[school]\nname = "Agimi 2026"\n'
    )
    box.put("schoolbox.toml", text)
    assert box.start() == ()
    left = box.said("schoolbox.toml")
    assert left.count("Agimi 2026") == 1
    assert 'name = "Agimi 2026"' in left
    assert "u0032" not in left


def test_a_card_that_cannot_be_written_is_no_reason_to_stop(box: FirstBox) -> None:
    box.put("schoolbox.toml", WHOLE)
    for _ in range(2):
        assert box.start(ReadOnlyCard(box.places.card)) == ()
    assert box.handed()["code"] == "K7PM-2R9X"
    assert box.on_card(OWN) == ["schoolbox.toml"]
    (box.places.box / "first-boot.json").unlink()  # taken by the box: a code is not handed over again and again
    (box.places.box / "box.db").touch()
    box.start(ReadOnlyCard(box.places.card))
    assert box.handed() == {}
    box.start()
    assert box.on_card(OWN) == []


def test_a_box_without_a_card_starts(box: FirstBox) -> None:
    box.places.card.rmdir()
    assert box.start() == ()
    box.mount_card("overlay")
    assert [each.code for each in box.start()] == ["no-card"]
    assert box.handed()["claim"]


def test_a_machine_without_our_image_keeps_its_own_number_and_name(tmp_path: Path) -> None:
    box = FirstBox(tmp_path, image=False)
    box.put("schoolbox.toml", WHOLE)
    assert box.start() == ()
    assert (box.kept("machine-id"), box.machine.hostname) == ("", "")
    assert not [words for words in box.machine.ran if words[0] == "resize2fs"]
    assert box.handed()["hub"] == "https://hub.example"


def test_a_machine_on_which_programs_fail_starts_and_says_so(box: FirstBox) -> None:
    box.put("schoolbox.toml", WHOLE)
    box.machine.is_broken = True
    assert [each.code for each in box.start()] == ["grow", "host-keys"]
    assert "could not be made as large" in box.said("schoolbox-error.txt")
    box.machine.is_broken = False
    assert box.start() == ()
    assert box.said("schoolbox-error.txt") == ""


def test_what_imager_wrote_is_taken_too_and_our_file_goes_first(box: FirstBox) -> None:
    box.put(
        "rpi-preseed.toml",
        'config_version = "1.1"\n[system]\nhostname = "mypi"\n[user]\nname = "alice"\npassword = "changeme9"\n[ssh]\n'
        f'enabled = true\nauthorized_keys = ["ssh-ed25519 {PUBLIC} a"]\n'
        f'[wlan]\nssid = "Shkolla"\npassword = "{JOIN}"\ncountry = "MK"\nkey_mgmt = "sae"\n[locale]\n'
        'timezone = "Europe/Tirane"\nkeymap = "gb"\n[interfaces]\ni2c = true\n',
    )
    box.put("schoolbox.toml", '[box]\nname = "agimi"\n')
    assert box.start() == ()
    assert (box.kept("hostname"), box.kept("country")) == ("agimi\n", "MK\n")
    assert "key-mgmt=sae\n" in box.kept("connections/schoolbox-join.nmconnection")
    assert box.kept("ssh/authorized_keys").endswith(" a\n")
    assert (box.on_card(JOIN), box.on_card("changeme9")) == ([], [])


def imager(name: str, password: str) -> str:
    return f'config_version = "1.1"\n[wlan]\nssid = "{name}"\npassword = "{password}"\n'


def joined(box: FirstBox) -> str:
    """The password of the network that the box joins."""
    return box.kept("connections/schoolbox-join.nmconnection").partition("psk=")[2].partition("\n")[0]


def test_two_networks_to_join_are_told_until_one_is_left(box: FirstBox) -> None:
    box.put("rpi-preseed.toml", imager("Shtëpia", "home sweet home"))
    box.put("schoolbox.toml", f'language = "en"\n[wifi.join]\nname = "Shkolla {{0}}"\npassword = "{JOIN}"\n')
    for _ in range(2):  # passwords are erased meanwhile, names stay
        assert [(each.code, each.file, each.line, each.key) for each in box.start()] == [
            ("two-networks", "rpi-preseed.toml", 3, "wlan.ssid")
        ]
        told = box.said("schoolbox-error.txt")
        assert "the box joins “Shkolla {0}”" in told
        assert "the Wi-Fi to join is “Shtëpia”, in schoolbox.toml it is" in told
        assert "Vlen schoolbox.toml" in told
        assert "was not taken" not in told
        assert joined(box) == JOIN
        assert (box.on_card(JOIN), box.on_card("home sweet home")) == ([], [])

    box.put("schoolbox.toml", 'language = "en"\n')
    box.put("rpi-preseed.toml", imager("Shtëpia", "home sweet home"))  # as it asks: written again
    assert box.start() == ()
    assert joined(box) == "home sweet home"
    assert box.said("schoolbox-error.txt") == ""


def test_the_same_network_in_both_files_is_no_mistake(box: FirstBox) -> None:
    box.put("rpi-preseed.toml", imager("Shkolla", JOIN))
    box.put("schoolbox.toml", f'[wifi.join]\nname = "Shkolla"\npassword = "{JOIN}"\n')
    assert box.start() == ()
    assert joined(box) == JOIN


def test_a_network_that_is_wrong_in_our_file_is_not_replaced_by_imagers(box: FirstBox) -> None:
    box.put("rpi-preseed.toml", imager("Shtëpia", "home sweet home"))
    box.put("schoolbox.toml", 'language = "en"\n[wifi.join]\nname = "Shkolla"\npassword = "short"\n')
    assert [(each.code, each.file, each.line) for each in box.start()] == [("password", "schoolbox.toml", 4)]
    assert "this part was not taken: [wifi.join]" in box.said("schoolbox-error.txt")
    assert joined(box) == ""


def test_a_network_that_is_wrong_in_imagers_file_keeps_ours_from_nothing(box: FirstBox) -> None:
    box.put("rpi-preseed.toml", imager("Shtëpia", "short"))
    box.put("schoolbox.toml", f'language = "en"\n[wifi.join]\nname = "Shkolla"\npassword = "{JOIN}"\n')
    assert [(each.code, each.file, each.line) for each in box.start()] == [("password", "rpi-preseed.toml", 4)]
    assert "was not taken" not in box.said("schoolbox-error.txt")
    assert joined(box) == JOIN
    assert box.on_card(JOIN) == []


def test_mistakes_of_imagers_file_are_told_with_its_own_words(box: FirstBox) -> None:
    box.put("rpi-preseed.toml", 'config_version = "1.1"\n[wlan]\nssid = "x"\npassword = "short"\n')
    assert [(each.file, each.line, each.key) for each in box.start()] == [("rpi-preseed.toml", 4, "wlan.password")]
    assert box.kept("connections/schoolbox-join.nmconnection") == ""


@pytest.mark.parametrize("password", ["a\\sb\\\\c d", " eight si", "\\\\\\\\ssss"])
def test_a_password_with_odd_signs_stays_the_same_when_a_name_changes(box: FirstBox, password: str) -> None:
    box.put("schoolbox.toml", f"[wifi.own]\nname = 'A'\npassword = '{password}'\n")
    assert box.start() == ()
    before = box.kept("connections/schoolbox-own.nmconnection")
    box.put("schoolbox.toml", box.said("schoolbox.toml").replace("'A'", "'B'"))
    assert box.start() == ()
    assert box.kept("connections/schoolbox-own.nmconnection") == before.replace("ssid=65;", "ssid=66;")


def test_no_key_any_more_lets_nobody_in(box: FirstBox) -> None:
    box.put("schoolbox.toml", WHOLE)
    box.start()
    box.put("schoolbox.toml", "[ssh]\nkeys = []\n")
    assert box.start() == ()
    assert box.kept("ssh/authorized_keys") == ""


def test_a_hub_whose_code_was_erased_wants_a_new_one(box: FirstBox) -> None:
    box.put("schoolbox.toml", WHOLE)
    box.start()
    box.put("schoolbox.toml", box.said("schoolbox.toml").replace("https://hub.example", "https://other.example"))
    assert [(each.code, each.key) for each in box.start()] == [("erased-code", "hub.code")]
    assert box.handed()["hub"] == "https://hub.example"
    box.put("schoolbox.toml", WHOLE.replace("https://hub.example", "https://other.example"))
    assert box.start() == ()
    assert box.handed()["hub"] == "https://other.example"


@pytest.mark.parametrize("raw", [b"\x1b[2J\x1b[31mCall 5\n", b"K7PM-2R9U\n", b"K7PM-2R9X and more words\n", b"\xff\n"])
def test_what_a_broken_box_calls_its_code_is_not_shown_unless_it_is_one(box: FirstBox, raw: bytes) -> None:
    (box.places.box / "box.db").touch()
    (box.places.box / "CLAIM.txt").write_bytes(raw)
    assert box.start() == ()
    assert box.said("schoolbox-claim.txt") == ""
    assert not (box.root / "run/issue.d/schoolbox.issue").exists()


def test_a_link_in_the_boxs_folder_leads_root_nowhere(box: FirstBox) -> None:
    aim = box.root / "etc/shadow"
    aim.write_text("root")
    for name in ("first-boot.json", ".first-boot.json.new"):
        (box.places.box / name).symlink_to(aim)
    box.put("schoolbox.toml", WHOLE)
    assert box.start() == ()
    assert aim.read_text() == "root"
    assert box.handed()["code"] == "K7PM-2R9X"


def test_the_light_says_what_the_box_needs(box: FirstBox) -> None:
    light = box.root / "sys/class/leds/ACT"
    box.start()
    assert (light / "trigger").read_text() == "timer"
    (box.places.box / "CLAIM.txt").write_text("K7PM-2R9X\n")
    led.say(box.places, led.once_up(box.places))
    assert (light / "trigger").read_text() == "heartbeat"
    (box.places.box / "CLAIM.txt").unlink()
    led.say(box.places, led.once_up(box.places))
    assert (light / "trigger").read_text() == "default-on"
    (light / "trigger").unlink()
    led.say(box.places, "person")


def test_the_program_runs_with_nothing_but_the_standard_library(tmp_path: Path) -> None:
    box = FirstBox(tmp_path / "root", image=False)
    box.put("schoolbox.toml", '[school]\nnam = "x"\n')
    parts = tmp_path / "parts"
    (parts / "deploy/raspberrypi").mkdir(parents=True)
    (parts / "deploy/raspberrypi/firstboot").symlink_to(EXAMPLE.parent)
    words = [sys.executable, "-S", "-s", "-m", "deploy.raspberrypi.firstboot", "--root", str(box.root)]
    done = subprocess.run(words, env={"PYTHONPATH": str(parts)}, cwd="/", capture_output=True, text=True, check=True)
    assert "schoolbox.toml, line 2: “school.nam” is not known. Did you mean “name”?" in done.stderr
    assert box.handed()["claim"]


def test_the_command_orders_a_reset_and_says_what_to_do(box: FirstBox, capsys: pytest.CaptureFixture[str]) -> None:
    assert program.main(["--root", str(box.root), "reset"]) == 0
    assert "Packs stay. Now restart it" in capsys.readouterr().out
    assert json.loads(box.kept("reset.json"))["word"] == "RESET"
    assert program.main(["--root", str(box.root), "light"]) == 0


def test_the_example_has_every_key_and_no_mistake(box: FirstBox) -> None:
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    text = "\n".join(line.removeprefix("#") if line[:1] == "#" and line[1:2].isalpha() else line for line in lines)
    box.put("schoolbox.toml", text)
    assert box.start() == ()
    found = schema.check(toml_text.read_text(text.encode()), zones=box.root / "usr/share/zoneinfo")
    said = {(group, key) for group, values in found.groups.items() for key in values}
    assert said == {(rule_group(key), key[-1]) for key in schema.all_keys()}
    box.put("schoolbox.toml", EXAMPLE.read_bytes())
    assert box.start() == ()


def test_what_the_guide_shows_is_taken_without_a_mistake(box: FirstBox) -> None:
    guide = (ROOT / "docs/technician.md").read_text(encoding="utf-8")
    [shown] = re.findall(r"```toml\n(.*?)```", guide, re.DOTALL)
    box.put("schoolbox.toml", shown)
    assert box.start() == ()
    assert box.handed()["hub"] == "https://hub.example"


def rule_group(key: schema.Key) -> str:
    """The group of a key: its table, or itself."""
    return ".".join(key[:-1]) or key[0]


def test_the_program_of_the_box_and_this_one_know_the_same_languages_and_codes() -> None:
    from sync.enrolment import tidy_code
    from sync.languages import LANGUAGES

    assert schema.LANGUAGES == LANGUAGES
    for typed in ("k7pm-2r9x", "OIL0 1aBc", "K7PM2R9X"):
        assert schema.tidy_code(typed) == tidy_code(typed)


def test_the_launcher_starts_the_package_where_it_is_installed() -> None:
    launcher = EXAMPLE.parent.parent / "system" / "firstboot"
    assert os.access(launcher, os.X_OK)
    assert "PYTHONPATH=/usr/lib/schoolbox/parts" in launcher.read_text()
