"""The demo's hub, box and school, made once and kept: accounts, classes, enrolment, packs."""

import json
import secrets
from collections.abc import Mapping
from pathlib import Path

import msgspec

from content_packs.durable import Disk
from deploy.demo.commands import DemoError, once, run, run_json

SCHOOL = "Shkolla „Agimi”"
MUNICIPALITY = "Gjilan"
ROSTER = Path("deploy/demo/roster.csv")
HUB_ADMIN = "drita"
DOMAIN = "nxenes.example"
"""What stands behind the @ of addresses that the demo's identity office gives; no mail goes there."""
AT_WORK = "8/1"
"""The class that has something to show from the beginning."""


class Demo(msgspec.Struct, frozen=True):
    """Where the demo lives and where it listens."""

    folder: Path
    box_port: int
    hub_port: int

    @property
    def box_data(self) -> Path:
        """The data folder of the box."""
        return self.folder / "box"

    @property
    def hub_data(self) -> Path:
        """The data folder of the hub."""
        return self.folder / "hub"

    @property
    def box_url(self) -> str:
        """The box as this machine reaches it."""
        return f"http://127.0.0.1:{self.box_port}"

    @property
    def hub_url(self) -> str:
        """The hub as this machine reaches it."""
        return f"http://127.0.0.1:{self.hub_port}"

    @property
    def accounts_file(self) -> Path:
        """Who may sign in to the box, kept from the one time that the box said it."""
        return self.folder / "accounts.json"

    @property
    def hub_file(self) -> Path:
        """The hub's administrator and the credential of its record store."""
        return self.folder / "hub-accounts.json"

    def facts(self) -> Mapping[str, Mapping[str, object]]:
        """What `demo.json` says."""
        found: Mapping[str, Mapping[str, object]] = json.loads((self.folder / "demo.json").read_text(encoding="utf-8"))
        return found


def make_hub(demo: Demo) -> None:
    """Make the hub's data folder with one administrator and one credential that may read and write everything.

    The identity office beside it gives addresses once the box's technician allows that.
    """
    once(demo.hub_file, lambda: _make_hub(demo))
    office = demo.folder / "identity"
    once(office / "identity.db", lambda: _init_office(office))
    shelf, identity = json.dumps(str(demo.folder / "shelf")), json.dumps(str(office))
    settings = f"shelf = {shelf}\nidentity = {identity}\n"
    once(demo.hub_data / "hub.toml", lambda: _write(demo.hub_data / "hub.toml", settings))


def _make_hub(demo: Demo) -> None:
    password = _password()
    password_file = demo.folder / "hub-password"
    _write(password_file, password)
    once(demo.hub_data / "hub.db", lambda: _init_hub(demo, password_file))
    lrs = run_json("schoolbox-hub", "credential", "add", "--data", demo.hub_data, "--scope", "all", "--label", "demo")
    account = {
        "hub_admin": {"name": HUB_ADMIN, "password": password_file.read_text(encoding="utf-8")},
        "lrs": {"key": lrs["key"], "secret": lrs["secret"]},
    }
    _write(demo.hub_file, json.dumps(account))


def _init_hub(demo: Demo, password_file: Path) -> None:
    run("schoolbox-hub", "init", demo.hub_data, "--admin", HUB_ADMIN, "--password-file", password_file)


def _init_office(office: Path) -> None:
    run("schoolbox-hub", "identity", "init", office, "--domain", DOMAIN)


def make_school(demo: Demo) -> None:
    """Tell the box whom to trust and which school it stands in; two classes with their teacher."""
    once(demo.accounts_file, lambda: _make_school(demo))


def _make_school(demo: Demo) -> None:
    box = ("schoolbox", "--data", demo.box_data)
    run(*box, "trust", "add", demo.folder / "shelf" / "meta" / "1.root.json")
    run(*box, "school", "set", "--name", SCHOOL, "--municipality", MUNICIPALITY)
    answer = run_json(*box, "roster", "import", ROSTER)
    _write(demo.accounts_file, json.dumps(answer, ensure_ascii=False))


def enrol(demo: Demo) -> None:
    """Make the running box known to the running hub; again when the hub has moved to another port."""
    place = demo.folder / "enrolled-at"
    if not place.exists() or place.read_text(encoding="utf-8") != demo.hub_url:
        words = ("--school", SCHOOL, "--municipality", MUNICIPALITY)
        code = run_json("schoolbox-hub", "code", "create", "--data", demo.hub_data, *words)["code"]
        run("schoolbox", "--data", demo.box_data, "sync", "enrol", "--hub", demo.hub_url, "--code", str(code))
        place.write_text(demo.hub_url, encoding="utf-8")


def install(demo: Demo) -> None:
    """Install every pack of the shelf through the real installer."""
    run("schoolbox", "--data", demo.box_data, "pack", "install", demo.folder / "shelf", "--all")


def remember(demo: Demo) -> None:
    """Write `demo.json`: addresses and everything needed to sign in."""
    slips = json.loads(demo.accounts_file.read_text(encoding="utf-8"))["slips"]
    hub = json.loads(demo.hub_file.read_text(encoding="utf-8"))
    facts = {
        "box_url": demo.box_url,
        "hub_url": demo.hub_url,
        "pupil": _account(slips, "pupil"),
        "teacher": _account(slips, "teacher"),
        "technician": _account(slips, "technician"),
        "hub_admin": hub["hub_admin"],
        "lrs": {"endpoint": f"{demo.hub_url}/xapi/", **hub["lrs"]},
        "shelf": str(demo.folder / "shelf"),
        "stick": str(demo.folder / "stick"),
    }
    _write(demo.folder / "demo.json", json.dumps(facts, ensure_ascii=False, indent=2) + "\n")


def _account(slips: list[dict[str, str]], role: str) -> dict[str, str]:
    """The first account of a role, without what it does not have."""
    for slip in slips:
        if slip["role"] == role:
            return {key: value for key, value in slip.items() if value}
    raise DemoError(f"The roster has no {role}.")


def _password() -> str:
    return "-".join(secrets.token_hex(2) for _ in range(3))


def _write(file: Path, text: str) -> None:
    """Write a file that only its owner may read; whoever waits for it finds it whole."""
    Disk().write_file(file, text.encode(), mode=0o600)
