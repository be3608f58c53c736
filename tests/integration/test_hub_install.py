"""`deploy/hub/install.sh` really run as root, on this computer's own files under a layer that takes every change."""

import hashlib
from pathlib import Path

import pytest

from tests.simulators.overlaid import Overlaid
from tests.simulators.programs import ROOT

INSTALL = '/opt/schoolbox/deploy/hub/install.sh hub.gjilan.example "Komuna e Gjilanit" Drita'
HOME = Path("var/lib/schoolbox-hub")

class Machine(Overlaid):
    """A computer with the program in `/opt/schoolbox`, its environment made."""

    def __init__(self, work: Path) -> None:
        super().__init__(work)
        self.at("opt/schoolbox").symlink_to(ROOT)
        locks = (ROOT / name for name in ("requirements/hub.txt", "requirements/build.txt", "pyproject.toml"))
        made = hashlib.sha256(b"".join(path.read_bytes() for path in locks)).hexdigest()
        stamp = work / "layers" / ROOT.relative_to("/") / ".venv" / "made-for-hub"
        stamp.parent.mkdir(parents=True)
        stamp.write_text(made, encoding="utf-8")


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    """A computer on which the hub was installed."""
    made = Machine(tmp_path_factory.mktemp("machine"))
    done = made.run(INSTALL, said="a long sentence that nobody guesses\n")
    assert done.returncode == 0, done.stdout + done.stderr
    return made


def test_one_line_makes_a_hub_that_only_its_user_reads(machine: Machine) -> None:
    shown = machine.told(
        "stat -c '%a %U:%G' /var/lib/schoolbox-hub /srv/schoolbox-shelf /srv/schoolbox-copies; id -nG www-data;"
        " schoolbox-hub config show; schoolbox-hub admin list"
    )
    lines = shown.splitlines()
    assert lines[:3] == [f"{mode} schoolbox-hub:schoolbox-hub" for mode in ("700", "2750", "700")]
    assert "schoolbox-hub" in lines[3].split()
    assert "public_url = 'https://hub.gjilan.example'" in shown
    assert "title = 'Komuna e Gjilanit'" in shown
    assert lines[-1] == "Drita  everything"
    assert "server_name hub.gjilan.example;" in machine.at("etc/nginx/conf.d/schoolbox-hub.conf").read_text()
    assert machine.at("etc/systemd/system/schoolbox-hub.service").exists()


def test_what_root_does_with_the_hub_belongs_to_its_user(machine: Machine) -> None:
    made = "schoolbox-hub code create --school A --municipality Gjilan; schoolbox-hub backup --to /srv/schoolbox-copies"
    assert "The copy is /srv/schoolbox-copies/hub-" in machine.told(made)
    assert machine.told("find /var/lib/schoolbox-hub /srv/schoolbox-* ! -user schoolbox-hub") == ""
    refused = machine.run("runuser -u nobody -- schoolbox-hub box list")
    assert (refused.returncode, "Only schoolbox-hub and root" in refused.stderr) == (8, True), refused.stderr


def test_a_hub_that_was_stopped_half_way_is_made_to_its_end(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    began = f"install -d -o schoolbox-hub -g schoolbox-hub -m 700 /{HOME}; runuser -u schoolbox-hub -- "
    user = "useradd --system --home /var/lib/schoolbox-hub schoolbox-hub; "
    machine.told(f"{user}{began}/opt/schoolbox/.venv/bin/python -c 'import secrets; from pathlib import Path;"
                 " from content_packs.durable import Disk; from sync.hub.folder import DataFolder;"
                 f' DataFolder(Path("/{HOME}")).make(Disk(), secrets.token_bytes)\'')  # fmt: skip
    done = machine.run(INSTALL, said="a long sentence that nobody guesses\n")
    assert done.returncode == 0, done.stdout + done.stderr
    assert machine.told("schoolbox-hub admin list").splitlines() == ["Drita  everything"]


def test_a_link_of_the_hubs_user_is_not_followed_by_root(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    user = "useradd --system --home /var/lib/schoolbox-hub schoolbox-hub"
    folder = f"install -d -o schoolbox-hub -g schoolbox-hub -m 700 /{HOME}"
    machine.told(f"{user}; {folder}; ln -s /etc/shadow /{HOME}/hub.toml")
    before = machine.told("cat /etc/shadow; stat -c %U /etc/shadow")
    assert machine.run(INSTALL, said="a long sentence that nobody guesses\n").returncode == 1
    assert machine.told("cat /etc/shadow; stat -c %U /etc/shadow") == before


def test_another_name_for_a_hub_that_is_there_is_refused_with_what_to_change(machine: Machine) -> None:
    done = machine.run(INSTALL.replace("hub.gjilan", "hub.gjakova"))
    assert (done.returncode, "This hub is called hub.gjilan.example" in done.stderr) == (1, True), done.stderr


def test_installing_again_keeps_what_is_there(machine: Machine) -> None:
    kept = [HOME / name for name in ("hub.toml", "hub.key", "receipts.key")]
    kept += [Path("etc/nginx/conf.d/schoolbox-hub.conf"), Path("etc/ssl/schoolbox/hub.key")]
    for name in ("hub.toml", "nginx"):
        [path] = [each for each in kept if name in str(each)]
        machine.at(path).write_text(machine.at(path).read_text() + "# changed here\n")
    before = [machine.at(path).read_bytes() for path in kept]
    machine.at("etc/systemd/system/schoolbox-hub.service").write_text("[Service]\n")
    machine.told(INSTALL)
    assert [machine.at(path).read_bytes() for path in kept] == before
    assert "ExecStart" in machine.at("etc/systemd/system/schoolbox-hub.service").read_text()


SYSTEMCTL = """#!/bin/sh
echo "$@" >> /run/asked
[ "$1" != list-units ] || printf 'schoolbox-hub.service loaded\\nschoolbox-hub@8091.service loaded\\n'
"""


def test_workers_rest_while_a_new_program_opens_their_records_and_start_again_if_it_fails(tmp_path: Path) -> None:
    """systemd is one that only writes down what it is asked; nginx does not understand a file of somebody else."""
    machine = Machine(tmp_path)
    assert machine.run(INSTALL, said="a long sentence that nobody guesses\n").returncode == 0
    for name, text in {"usr/local/bin/systemctl": SYSTEMCTL, "etc/nginx/conf.d/zz.conf": "nonsense;\n"}.items():
        machine.at(name).parent.mkdir(parents=True, exist_ok=True)
        machine.at(name).write_text(text)
    machine.at("usr/local/bin/systemctl").chmod(0o755)
    machine.at("run/systemd/system").mkdir()
    done = machine.run(INSTALL)
    assert (done.returncode, "nginx does not understand" in done.stderr) == (1, True), done.stderr
    asked = machine.at("run/asked").read_text().splitlines()
    both = "schoolbox-hub.service schoolbox-hub@8091.service"
    assert [line for line in asked if not line.startswith("list-units")] == [f"stop {both}", f"start {both}"]


@pytest.mark.parametrize(
    ("words", "said", "told"),
    [
        ("Hub.Example T Drita", "", "no name of a computer"),
        ("hub.example 'a \"b' Drita", "", "title"),
        ("hub.example", "", "usage"),
        ("hub.example T Drita", "short\n", "10 characters"),
    ],
)
def test_a_wrong_line_says_so_and_makes_no_hub(tmp_path: Path, words: str, said: str, told: str) -> None:
    machine = Machine(tmp_path)
    done = machine.run(f"/opt/schoolbox/deploy/hub/install.sh {words}", said=said)
    assert done.returncode == 1
    assert told in done.stderr
    assert not machine.at(HOME / "hub.db").exists()
    assert not machine.at("etc/systemd/system/schoolbox-hub.service").exists()


def test_the_program_must_lie_where_services_look_for_it(tmp_path: Path) -> None:
    done = Machine(tmp_path).run(f"{ROOT}/deploy/hub/install.sh hub.example T Drita")
    assert (done.returncode, "/opt/schoolbox" in done.stderr) == (1, True)
