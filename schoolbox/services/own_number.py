"""A number and keys of its own for a box that carries those of another: somebody copied its card (PROTOCOL 6.6).

Promises: what waits for the hub goes on waiting, and leaves once a hub has taken this box in under its new number; what
people learnt, packs and the school's own lessons stay. It begins with forgetting the hub: a box that is cut off in the
middle speaks to nobody until this is done again, and two never speak with one number and different keys.

    number.renew(by=person_id)
"""

import logging
import secrets
from collections.abc import Callable
from pathlib import Path

import msgspec

from content_packs.durable import Disk
from schoolbox import logs
from schoolbox.db.courier_models import Courier
from schoolbox.db.database import Database
from schoolbox.db.models import Setting
from schoolbox.services.box_pen import BoxPen
from schoolbox.services.events import Events
from schoolbox.services.school import School

LOG = logging.getLogger(__name__)


class NumberParts(msgspec.Struct, frozen=True, kw_only=True):
    """What a number hangs together with; `files` are what a hub gave, and what it is asked, under the number before."""

    school: School
    pen: BoxPen
    events: Events
    disk: Disk
    files: tuple[Path, ...]


class OwnNumber:
    """Gives this box another number."""

    def __init__(
        self, db: Database, parts: NumberParts, *, token_hex: Callable[[int], str] = secrets.token_hex
    ) -> None:
        self._db = db
        self._of = parts
        self._token_hex = token_hex

    def renew(self, *, by: int) -> str:
        """Take another number and another key, and give the number; `by` is who decides, 0 for the command line.

        Raises:
            DiskError: Our own disk refused; do it again.
            WriteFailedError: It could not be kept; do it again.
        """
        for file in self._of.files:
            if file.exists():
                self._of.disk.remove(file)
        self._of.pen.renew()
        number = self._token_hex(16)

        def keep() -> None:
            self._db.run(Setting.update(value=number).where(Setting.key == "box_id"))
            self._db.run(Courier.delete())  # those of this number begin anew; what is in them waits still
            self._of.events.note("number_renewed", by=by)

        self._db.write(keep)
        self._of.school.refresh()
        LOG.info(logs.line("number_renewed", by=by))
        return number
