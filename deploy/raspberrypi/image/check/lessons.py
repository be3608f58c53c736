"""A technician's first afternoon: owns the box, takes packs from a stick, writes them onto another; a pupil watches."""

import re
from pathlib import Path
from urllib.parse import urljoin

import httpx

from deploy.raspberrypi.image.check import stick
from deploy.raspberrypi.image.check.person import Forms
from deploy.raspberrypi.image.check.trial import MUNICIPALITY, SCHOOL, Card, Trial
from deploy.raspberrypi.image.errors import ImageError

LOGIN, PASSWORD = "teknik", "tre fjale te mira"
STICK, JOB = re.compile(r'href="(/sticks/[0-9a-f]+(?:/write)?)"'), re.compile(r"/sticks/jobs/\d+$")
PART = "bytes=1000-1999"
MOUNTED = "grep ' /media/' /proc/mounts"


def claimed(trial: Trial, card: Card) -> None:
    """The box has an owner, by the code that stood on the card."""
    facts = {"school": SCHOOL, "municipality": MUNICIPALITY, "login": LOGIN, "password": PASSWORD}
    wrong = trial.technician.send("/claim", "/claim", code="AAAA-AAAA", **facts)
    trial.note("a wrong claim code is refused", good=wrong.status_code in (401, 403), seen=str(wrong.status_code))
    page = trial.technician.send("/claim", "/claim", code=card.claim, **facts)
    good = page.status_code == httpx.codes.OK and page.url.path == "/setup"
    trial.note("the claim code of the card makes the box somebody's", good=good, seen=page.url.path)
    again = trial.technician.open("/claim")
    trial.note("it works once", good=again.status_code == httpx.codes.NOT_FOUND, seen=str(again.status_code))


def installed(trial: Trial, image: Path, kind: str, *, number: str = "") -> None:
    """Packs come from a stick that is plugged in while the box runs, by the pages of a technician.

    Once in a box's life the page asks whose packs it takes; then `number` is what the ministry gave on paper.
    """
    trial.machine.plug(image)
    if number:
        page = _shown(trial, f"{kind} stick shows by itself, and whose it is", "/root")
        trial.note("the number on the page is the ministry's", good=number in page.text, seen=number)
        trial.technician.press(page, "/root")
    _finished(trial, ordered(trial, kind), f"packs of {kind} stick are installed")
    trial.ask("a stick is read, never run", MOUNTED, lambda said: {"ro", "noexec", "nosuid", "nodev"} <= _options(said))
    pulled(trial)


def written(trial: Trial, image: Path, kind: str) -> None:
    """Packs of the box are written onto an empty stick: it is mounted anew for that, and for reading afterwards."""
    trial.machine.plug(image)
    page = _shown(trial, f"{kind} stick that is empty shows by itself", "/write")
    _finished(trial, _pressed(trial, page, "/write"), f"packs are written onto {kind} stick")
    trial.ask("and it is for reading again", MOUNTED, lambda said: "ro" in _options(said))
    pulled(trial)


def brought_again(trial: Trial, image: Path, kind: str) -> None:
    """Take a pack off the box and bring it back from a stick that the box itself has written."""
    packs = trial.packs()
    trial.machine.shell(f"schoolbox pack remove {packs[0]}")
    installed(trial, image, kind)
    trial.note(f"{packs[0]} is back", good=trial.packs() == packs)


def watched(trial: Trial) -> None:
    """Somebody who only walks from the first page sees a part of a video; nginx sends it, and only it."""
    address = stick.video(trial.machine.home)
    if address is None:
        raise ImageError("No page leads to a video.")
    part = httpx.get(address, headers={"Range": PART}, timeout=120, trust_env=False)
    whole = httpx.get(urljoin(address, "?"), timeout=300, trust_env=False).content
    good = part.status_code == httpx.codes.PARTIAL_CONTENT and part.content == whole[1000:2000]
    seen = f"{part.headers.get('Content-Range', '')}, {part.headers.get('Server', '')}, {len(whole)} bytes in all"
    trial.note("a part of a video plays", good=good, seen=seen)
    trial.note("nginx sends it", good=part.headers.get("Server", "").startswith("nginx"))
    inside = httpx.get(f"{trial.machine.home}/_blobs/", timeout=60, trust_env=False).status_code
    trial.note("what nginx keeps is not to be had around the box", good=inside == httpx.codes.NOT_FOUND)


def _shown(trial: Trial, what: str, to: str) -> httpx.Response:
    """The page of the one stick that is in, once it has a form that leads there."""
    found: list[httpx.Response] = []

    def seen() -> bool:
        page = trial.technician.open("/sticks")
        if page.url.path == "/sticks" and (link := STICK.search(page.text)):
            page = trial.technician.open(link[1])
        if any(re.fullmatch(rf"/sticks/[0-9a-f]+{to}", form.action) for form in Forms(page.text).all):
            found.append(page)
        return bool(found)

    trial.until(what, seen, within_s=600)
    if not found:
        raise ImageError(f"The page of sticks has nothing that leads to {to}.")
    return found[-1]


def _pressed(trial: Trial, page: httpx.Response, to: str) -> str:
    """Order something from a page of a stick; gives where the box says how far it is."""
    order = trial.technician.press(page, to)
    if not JOB.search(order.url.path):
        raise ImageError(f"Nothing was ordered: {order.url.path} ({order.status_code}).")
    return order.url.path


def _finished(trial: Trial, job: str, what: str) -> None:
    last: list[str] = []

    def done() -> bool:
        last.append(trial.technician.open(job).text)
        return "data-live=" not in last[-1]

    trial.until(f"{what}: it came to an end", done, within_s=1800)
    trial.note(what, good="m-ok" in last[-1])


def ordered(trial: Trial, kind: str) -> str:
    """Everything on the stick that is in is to be installed; gives where the box says how far it is."""
    return _pressed(trial, _shown(trial, f"the packs of {kind} stick show", "/install"), "/install")


def pulled(trial: Trial) -> None:
    """The stick is taken out, and is gone from the machine and its pages."""
    trial.machine.unplug()
    trial.ask(
        "a stick that was pulled out is gone",
        "for i in $(seq 60); do grep -q ' /media/' /proc/mounts || { echo gone; break; }; sleep 1; done",
        lambda said: said == "gone",
    )
    trial.until("and its page", lambda: not STICK.search(trial.technician.open("/sticks").text), within_s=60)


def _options(mounted: str) -> set[str]:
    """How the one stick is mounted. Source: proc(5), /proc/mounts."""
    return set(mounted.split()[3].split(",")) if mounted.count("\n") == 0 and mounted else set()
