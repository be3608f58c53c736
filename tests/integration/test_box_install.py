"""`install.sh` of a box really run as root, on this computer's own files under a layer that takes every change.

Only fetching packages is left out: the program lies there as if an earlier run had made it.
"""

import os
import re
import subprocess
import sysconfig
from pathlib import Path

import pytest

import schoolbox
from tests.simulators.overlaid import Overlaid
from tests.simulators.programs import ROOT

INSTALL = f"{ROOT}/deploy/raspberrypi/install.sh"
PROGRAM = Path("opt/schoolbox") / schoolbox.__version__
UNITS = Path("usr/lib/systemd/system")
WANTED = Path("etc/systemd/system/multi-user.target.wants")
OTHER_KIND = "printf '#!/bin/sh\\necho armv7l\\n' > /bin/other; chmod +x /bin/other; mv /bin/other /bin/uname"
pytestmark = pytest.mark.xdist_group("installed box")
"""Making the computer takes as long as all tests of it: one worker does it for all."""
MADE_FROM = re.compile(r"^made_from=.*?\n.*?\n", re.MULTILINE)


def computer(work: Path) -> Overlaid:
    """A computer on which the program lies whole, and nothing else of a box."""
    machine = Overlaid(work)
    lib = machine.at(PROGRAM / "lib")
    lib.mkdir(parents=True)
    packages = Path(sysconfig.get_path("purelib"))
    ours = [ROOT / name for name in ("schoolbox", "sync", "content_packs")]
    for each in [*packages.iterdir(), *ours]:
        if not (lib / each.name).is_symlink():
            (lib / each.name).symlink_to(each)
    starter = machine.at(PROGRAM / "bin/schoolbox")
    starter.parent.mkdir()
    starter.write_bytes((ROOT / "deploy/raspberrypi/system/schoolbox").read_bytes())
    starter.chmod(0o755)
    line = MADE_FROM.search(Path(INSTALL).read_text())
    assert line
    made = subprocess.run(
        ["sh", "-c", f"source={ROOT}\n{line[0]}printf %s \"$made_from\""],
        capture_output=True, text=True, check=True, env={**os.environ, "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    machine.at(PROGRAM / "made-from").write_text(made.stdout)
    return machine


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Overlaid:
    """A computer on which a box was installed."""
    made = computer(tmp_path_factory.mktemp("machine"))
    made.told(INSTALL)
    return made


def test_one_line_makes_a_box_that_starts_by_itself(machine: Overlaid) -> None:
    wanted = {path.name for path in machine.at(WANTED).iterdir()}
    assert {"schoolbox.service", "schoolbox-front.service", "schoolbox-helper.path"} <= wanted
    shown = machine.told("systemctl is-enabled nginx.service; schoolbox --version; readlink /opt/schoolbox/base")
    assert shown.splitlines() == ["disabled", f"schoolbox {schoolbox.__version__}", schoolbox.__version__]


def test_places_belong_to_whom_they_should(machine: Overlaid) -> None:
    places = "/var/lib/schoolbox /var/lib/schoolbox/asked /var/lib/schoolbox-app /var/lib/schoolbox-system"
    assert machine.told(f"stat -c '%a %U:%G' {places}").splitlines() == [
        "750 schoolbox:schoolbox", "770 schoolbox:root", "755 root:root", "755 root:root",
    ]  # fmt: skip
    assert machine.told("schoolbox school set --name Agimi --municipality Gjilan >&2; schoolbox config show")
    assert machine.told("find /var/lib/schoolbox ! -user schoolbox") == ""
    assert machine.told("find /usr/lib/schoolbox /opt/schoolbox -maxdepth 1 ! -user root") == ""


def test_every_program_that_a_unit_starts_is_there(machine: Overlaid) -> None:
    started = re.findall(r"^Exec\w+=[-+!:@]*(/\S+)", "".join(
        path.read_text() for path in machine.at(UNITS).glob("schoolbox*.service")
    ), re.MULTILINE)  # fmt: skip
    assert started
    machine.told("; ".join(f"test -x {path} || {{ echo {path} is missing >&2; exit 1; }}" for path in started))


def test_root_and_pupil_run_the_same_program_of_the_same_settings(machine: Overlaid) -> None:
    machine.told("echo 'language = \"tr\"' > /var/lib/schoolbox-system/box.toml")
    shown = machine.told("schoolbox config show")
    assert re.search(r"^language +tr .*box\.toml", shown, re.MULTILINE), shown
    assert re.search(r"^host +127\.0\.0\.1 +environment", shown, re.MULTILINE), shown


def test_nothing_names_the_place_where_it_was_installed_from(machine: Overlaid) -> None:
    assert machine.told(f"grep -rl {ROOT} /usr/lib/schoolbox {UNITS.as_posix()} /etc/systemd || true") == ""


def test_installing_again_keeps_data_and_settings_and_renews_the_rest(machine: Overlaid) -> None:
    app = "/var/lib/schoolbox-app"
    machine.told("schoolbox school set --name Agimi --municipality Gjilan; echo kept > /var/lib/schoolbox-system/x")
    machine.at(UNITS / "schoolbox.service").write_text("[Service]\n")
    machine.told("echo old > /usr/lib/schoolbox/of-an-older-version")
    machine.told(f"mkdir -p {app}/versions/99.0.0; ln -s versions/99.0.0 {app}/current; echo root > /root.json")
    machine.told("""echo '{"signed":{"_type":"root"}}' > /packs.json""")
    machine.told(f"{INSTALL} --programs-root /root.json --packs-root /packs.json; {INSTALL}")
    assert machine.told("cat /var/lib/schoolbox-system/packs.root.json") == '{"signed":{"_type":"root"}}\n'
    assert "--packs-root needs a root" in machine.told(f"{INSTALL} --packs-root /root.json 2>&1 || true")
    assert "ExecStart" in machine.at(UNITS / "schoolbox.service").read_text()
    assert machine.told("cat /var/lib/schoolbox-system/programs.root.json") == "root\n"
    left = machine.told(f"ls /usr/lib/schoolbox; cat /var/lib/schoolbox-system/x; readlink {app}/current").splitlines()
    assert "of-an-older-version" not in left
    assert left[-2:] == ["kept", "versions/99.0.0"]
    assert machine.told("test -s /var/lib/schoolbox/box.db && echo there") == "there\n"


def test_a_newer_program_goes_before_an_older_update(machine: Overlaid) -> None:
    machine.told(f"cd /var/lib/schoolbox-app; ln -sfn versions/0.0.9 current; {INSTALL}; test ! -L current")


def test_taking_it_away_keeps_what_pupils_did(machine: Overlaid, tmp_path: Path) -> None:
    """The last of these tests on this computer."""
    of_network = "/etc/NetworkManager/dnsmasq-shared.d"
    machine.told(f"mkdir -p {of_network}; touch {of_network}/schoolbox.conf; {INSTALL} --uninstall")
    places = "/etc /usr/lib /usr/bin /usr/local /opt"
    find = f"find {places} -xdev -name '*schoolbox*'"
    before = set(Overlaid(tmp_path).told(find).splitlines())
    assert set(machine.told(find).splitlines()) - before == {"/opt/schoolbox"}
    assert machine.told("ls /opt/schoolbox; test -s /var/lib/schoolbox/box.db; id -un schoolbox") == "schoolbox\n"


@pytest.mark.parametrize(
    ("before", "words", "told"),
    [
        ("", "--now", "usage"),
        ("", "--wheels /nowhere", "--wheels needs a folder"),
        ("mkdir -p /etc/nginx/conf.d; touch /etc/nginx/conf.d/other.conf;", "", "/etc/nginx/conf.d/other.conf"),
        (f"{OTHER_KIND};", "", "64 bit"),
    ],
)  # fmt: skip
def test_what_cannot_work_is_said_and_nothing_is_changed(tmp_path: Path, before: str, words: str, told: str) -> None:
    machine = Overlaid(tmp_path)
    done = machine.run(f"{before} {INSTALL} {words}")
    assert (done.returncode, told in done.stderr) == (1, True), done.stderr
    assert not machine.at("usr/lib/schoolbox").exists()
    assert not machine.at(UNITS).exists()
