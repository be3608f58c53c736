"""A hub on this machine, for the emulated box the ministry's: it gives the code, and gets what is learnt."""

import json
import re
import secrets
from pathlib import Path

from deploy.demo.commands import Server, run, run_json
from deploy.raspberrypi.image.check.person import Forms, Person
from deploy.raspberrypi.image.check.trial import MUNICIPALITY, SCHOOL, Trial
from deploy.raspberrypi.image.errors import ImageError

SEEN_AS = "10.0.2.2"  # what this machine is called from within; QEMU's user network
ROSTER = (
    "role,given_name,surname,class,grade,shift,language\n"
    "teacher,Vlora,Krasniqi,8/1,8,paradite,sq\npupil,Arta,Prova,8/1,8,paradite,sq\n"
)
QUIZ = "mash:kuiz-forca"
DOORS = re.compile(r'href="(/sign-in/\d+(?:/\d+)?)["?]')


class Ministry:
    """The hub, and its one school."""

    def __init__(self, folder: Path, port: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._data, password = folder / "hub", folder / "password"
        password.write_text(secrets.token_urlsafe(12))
        run("schoolbox-hub", "init", self._data, "--admin", "drita", "--password-file", password)
        self.address = f"http://{SEEN_AS}:{port}"
        words = ("--school", SCHOOL, "--municipality", MUNICIPALITY, "--data", self._data)
        self.code = str(run_json("schoolbox-hub", "code", "create", *words)["code"])
        log = folder / "hub.log"
        self._server = Server("hub", "schoolbox-hub", "serve", "--data", self._data, "--port", str(port), log=log)
        self._server.wait_until_it_answers(f"http://127.0.0.1:{port}/health")

    def boxes(self) -> list[dict[str, object]]:
        """What it knows of its boxes."""
        found: list[dict[str, object]] = json.loads(run("schoolbox-hub", "box", "list", "--data", self._data, "--json"))
        return found

    def kept(self) -> str:
        """What it says of all that it keeps."""
        return run("schoolbox-hub", "db", "check", "--data", self._data).strip()

    def close(self) -> None:
        """Stop it."""
        self._server.stop()


def enrolled(trial: Trial, ministry: Ministry) -> None:
    """The box asked by itself, with the code on its card."""
    trial.until("the hub took the box in, by the card alone", ministry.boxes, within_s=1200)


def learnt(trial: Trial, ministry: Ministry) -> None:
    """A pupil answers a quiz; it is at the hub without anybody doing anything."""
    slips = json.loads(
        trial.machine.shell(
            f"cat >/run/roster.csv <<'END'\n{ROSTER}END\nchmod 644 /run/roster.csv; "
            "schoolbox --json roster import /run/roster.csv"
        )
    )["slips"]
    pin = next(slip["pin"] for slip in slips if slip["role"] == "pupil")
    pupil = Person(trial.machine.home)
    door = _door(pupil, _door(pupil, "/sign-in"))
    home = pupil.send(door, door, pin=pin)
    trial.note("a pupil signs in with a PIN", good=home.is_success and "sign-in" not in home.url.path)
    before = _sent(trial)
    page = pupil.open(f"/quizzes/{QUIZ}")
    if any(form.action.endswith("/again") for form in Forms(page.text).all):
        page = pupil.press(page, "/again")
    form = next((each for each in Forms(page.text).all if each.action.endswith("/answer")), None)
    if form is None:
        raise ImageError(f"There is no question on {page.url.path} ({page.status_code}).")
    answered = pupil.press(page, "/answer", **{name: values[:1] for name, values in form.boxes.items()})
    trial.note("and answers a question", good=answered.is_success, seen=str(answered.status_code))
    trial.until("what was learnt is at the hub", lambda: _sent(trial) > before and _waiting(trial) == 0, within_s=900)
    kept = ministry.kept()
    trial.note("and the hub kept it", good=int(kept.split()[0]) > 0, seen=kept)


def _door(pupil: Person, path: str) -> str:
    """The last address of a class or a pupil that a page of signing in leads to."""
    found: list[str] = [each for each in DOORS.findall(pupil.open(path).text) if each != path]
    if not found:
        raise ImageError(f"The page {path} leads to nobody.")
    return found[-1]


def _status(trial: Trial) -> dict[str, int]:
    found: dict[str, int] = json.loads(trial.machine.shell("schoolbox --json sync status"))
    return found


def _sent(trial: Trial) -> int:
    return int(_status(trial).get("sent_total", 0))


def _waiting(trial: Trial) -> int:
    return int(_status(trial).get("waiting", 1))
