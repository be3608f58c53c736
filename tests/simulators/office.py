"""An identity office for tests, and boxes that a hub introduces to it without a line in between.

    with office(tmp_path) as desk:
        agimi = desk.box("Agimi")
        agimi.ask("arta.krasniqi", number=3)     # "arta.krasniqi@nxenes.example"
"""

import hashlib
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from content_packs.clock import Clock, SystemClock
from content_packs.durable import Disk
from sync.identity.boxes import Asker
from sync.identity.folder import OfficeFolder
from sync.identity.services import OfficeServices
from sync.identity_client import OfficeErrand
from sync.identity_wire import (
    SIGNED_AS,
    AddressesAsked,
    AddressesGiven,
    Introduced,
    Introduction,
    IntroductionShown,
    PersonAsked,
)
from sync.session import SyncReport, SyncSession
from sync.transport import HubTransport

if TYPE_CHECKING:
    from schoolbox.wiring import Box

DOMAIN = "nxenes.example"


def make_office(path: Path, domain: str = DOMAIN) -> OfficeFolder:
    """Make an office's folder."""
    folder = OfficeFolder(path)
    folder.make(Disk(), secrets.token_bytes, domain=domain)
    return folder


def beside_a_hub(hub_data: Path, office: Path) -> None:
    """Say in a hub's settings that the office of this folder is served beside it."""
    make_office(office)
    hub_data.mkdir(parents=True, exist_ok=True)
    (hub_data / "hub.toml").write_text(f"identity = {json.dumps(str(office))}\n", encoding="utf-8")


def number(which: int) -> str:
    """The random number of somebody in a test."""
    return f"{which:032x}"


@dataclass
class OfficeBox:
    """A box as the office knows it."""

    desk: "Desk"
    box_id: str
    school: str
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    since: int = 0

    def shown(self) -> IntroductionShown:
        """What the box shows, as its hub signed it."""
        return self.desk.signed(
            Introduction(
                box_id=self.box_id, school_id=self.school.lower(), school=self.school, municipality="Gjilan",
                secret_sha256=hashlib.sha256(self.secret.encode()).hexdigest(),
            ),
            self.secret,
        )  # fmt: skip

    def introduce(self) -> Introduced:
        """Introduce itself."""
        return self.desk.services.boxes.introduce(self.shown())

    def anew(self) -> None:
        """Introduce itself with a new secret."""
        self.secret = secrets.token_urlsafe(32)
        self.since = 0
        self.introduce()

    def asker(self) -> Asker:
        """Sign in."""
        return self.desk.services.boxes.asker(self.introduce().key, self.secret)

    def hear(self, *people: PersonAsked) -> AddressesGiven:
        """Ask for people, and hear what is new."""
        given = self.desk.services.register.ask(self.asker(), AddressesAsked(since=self.since, people=people))
        self.since = given.since
        return given

    def ask(self, wish: str, which: int, have: str = "") -> str | None:
        """Ask for one; None if somebody must decide."""
        given = self.hear(PersonAsked(number=number(which), wish=wish, have=have))
        if number(which) in given.undecided:
            return None
        return {one.number: one.address for one in given.addresses}[number(which)]

    def erase(self, *which: int) -> None:
        """Have people erased."""
        self.desk.services.register.erase(self.asker(), [number(one) for one in which])


@dataclass
class Desk:
    """An office with its folder, and the key of a hub it trusts."""

    folder: OfficeFolder
    services: OfficeServices
    hub: Ed25519PrivateKey

    def box(self, school: str) -> OfficeBox:
        """A box that was introduced."""
        box = OfficeBox(self, secrets.token_hex(16), school)
        box.introduce()
        return box

    def signed(self, introduction: Introduction, secret: str) -> IntroductionShown:
        """Sign as the hub does."""
        text = msgspec.json.encode(introduction)
        return IntroductionShown(
            introduction=text.decode(), signature=self.hub.sign(SIGNED_AS + text).hex(), secret=secret
        )

    def bytes(self) -> bytes:
        """Every byte that the office keeps."""
        return b"".join(file.read_bytes() for file in sorted(self.folder.path.rglob("*")) if file.is_file())


def public(key: Ed25519PrivateKey) -> str:
    """The public half of a key."""
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


@contextmanager
def office(path: Path, clock: Clock | None = None) -> Iterator[Desk]:
    """An office for as long as the block runs."""
    folder, hub = make_office(path / "office"), Ed25519PrivateKey.generate()
    services = OfficeServices.open(folder, clock or SystemClock(), hubs=(public(hub),))
    try:
        yield Desk(folder, services, hub)
    finally:
        services.close()


def talk(box: "Box", carrier: HubTransport, *, errand: OfficeErrand | None = None) -> SyncReport:
    """One conversation of a box with its hub and office, as the command line holds it."""
    only_this = SyncSession(
        outbox=box.outbox, status=box.uplink, erasures=box.erasures, credentials=box.uplink, transport=carrier,
        clock=box.clock, errands=(errand,) if errand else (),
    )  # fmt: skip
    report = (only_this if errand else box.session(carrier)).run_once()
    box.uplink.report(report, next_try_in_s=None)
    return report
