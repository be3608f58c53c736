"""What the card said before the box started for the first time, or was started with a changed card.

The program that runs before the box (deploy/raspberrypi/firstboot) puts it into one file. Promises: it is taken whole
before the file goes, and taking it twice is as taking it once; a claim code does nothing on a box that has an owner.

    first.take()      # when the box starts, before its claim code is shown
"""

import logging
from pathlib import Path

import msgspec

from content_packs.durable import Disk
from content_packs.errors import DiskError
from schoolbox import logs
from schoolbox.errors import BadInputError, WriteFailedError
from schoolbox.services.claim import Claim
from schoolbox.services.hub_asking import HubAsking
from schoolbox.services.school import School

LOG = logging.getLogger(__name__)
NAME = "first-boot.json"
BYTES_MAX = 65_536


class FirstSaid(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What stands in the file; what is empty was not said."""

    school: str = ""
    municipality: str = ""
    hub: str = ""
    code: str = ""
    claim: str = ""


class FirstSettings:
    """Takes the file."""

    def __init__(self, file: Path, *, disk: Disk, school: School, claim: Claim, asking: HubAsking) -> None:
        self._file = file
        self._disk = disk
        self._school = school
        self._claim = claim
        self._asking = asking

    def take(self) -> None:
        """Take what is there; what makes no sense is left out and logged, what the disk refuses waits for a start."""
        try:
            self._take_file()
        except (DiskError, WriteFailedError) as exc:
            LOG.warning(logs.line("first_settings_not_kept", problem=exc.problem))

    def _take_file(self) -> None:
        """Take the file, then let it go.

        Raises:
            DiskError: Our own disk refused.
            WriteFailedError: The database could not be written.
        """
        try:
            with self._file.open("rb") as file:
                said = msgspec.json.decode(file.read(BYTES_MAX), type=FirstSaid)
        except FileNotFoundError:
            return
        except (OSError, msgspec.DecodeError):
            LOG.warning(logs.line("first_settings_unreadable"))
            said = FirstSaid()
        try:
            self._take(said)
        except BadInputError as exc:
            LOG.warning(logs.line("first_settings_wrong", field=exc.field))
        if said.claim:
            self._claim.choose(said.claim)
        self._disk.remove(self._file)

    def _take(self, said: FirstSaid) -> None:
        """Take the school and the hub.

        Raises:
            BadInputError: One of them makes no sense.
        """
        facts = self._school.facts()
        if said.school or said.municipality:
            self._school.set(said.school or facts.name, said.municipality or facts.municipality)
        if said.hub and said.code:
            self._asking.ask(said.hub, said.code)
