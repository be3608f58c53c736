"""What everything of a box stands on: its keys and its database, opened, brought up to date or made whole again.

    ground = lay_ground(config, SystemClock(), Disk(), mend=False)
"""

import secrets
from pathlib import Path

import msgspec

from content_packs.clock import Clock
from content_packs.durable import Disk
from schoolbox.config import Config
from schoolbox.db.database import Database
from schoolbox.db.rescue import Rescue, finish, rescue, suspect
from schoolbox.db.snapshots import Snapshots
from schoolbox.errors import DamagedDatabaseError, WriteFailedError
from schoolbox.services.root_work import RootWork
from schoolbox.services.secrets import Secrets
from schoolbox.services.spare import Spare
from schoolbox.services.stick_access import StickAccess
from schoolbox.services.welcomed import Welcomed

KERNEL_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


class Ground(msgspec.Struct, frozen=True, kw_only=True):
    """What everything else stands on; `rescued` says that the database was damaged when it was opened."""

    config: Config
    clock: Clock
    disk: Disk
    boot_id: str
    keys: Secrets
    db: Database
    snapshots: Snapshots
    rescued: Rescue | None
    spare: Spare
    root_work: RootWork
    stick_access: StickAccess
    welcomed: Welcomed

    @property
    def data(self) -> Path:
        """The data folder."""
        return self.config.data


def boot_id() -> str:
    """Which start of this machine this is; the same for every program until the next start."""
    try:
        return KERNEL_BOOT_ID.read_text(encoding="ascii").strip().replace("-", "")
    except OSError:
        return secrets.token_hex(16)


def lay_ground(config: Config, clock: Clock, disk: Disk, *, mend: bool) -> Ground:
    """Open what is in a data folder that is there and held by nobody else.

    Raises:
        NewerDatabaseError: The data belongs to a newer version.
        DamagedDatabaseError: The database does not pass its check and may not, or cannot, be mended.
        WriteFailedError: The disk is full or broken.
        DiskError: The disk refused.
    """
    db, spare = Database(config.database_file, clock=clock), Spare(config.data / "spare", disk)
    snapshots, damaged = Snapshots(config.data / "snapshots", disk=disk), config.data / "damaged"
    finish(db.path, folder=damaged, disk=disk)
    rescued = None
    try:
        _open(db, spare, sound=not mend or not suspect(db.path).exists())
    except DamagedDatabaseError:
        if not mend:
            raise
        rescued = rescue(db.path, snapshots, folder=damaged, now=clock.now(), disk=disk)
        _open(db, spare)
    keys = Secrets(config.data / "keys", disk)
    keys.web_key()
    root_work = RootWork(asked=config.data / "asked", answered=config.helper, disk=disk, clock=clock)
    return Ground(
        config=config, clock=clock, disk=disk, boot_id=boot_id(), keys=keys, db=db, snapshots=snapshots,
        rescued=rescued, spare=spare, root_work=root_work, stick_access=StickAccess(root_work, config.sticks),
        welcomed=Welcomed(clock),
    )  # fmt: skip


def _open(db: Database, spare: Spare, *, sound: bool = True) -> None:
    """Open the database, also on a disk that is full: then the spare file is given up for it.

    Raises:
        DamagedDatabaseError: It does not pass its check, or did not pass a more thorough one.
        WriteFailedError: The disk is full or broken, and there is nothing left to give up.
    """
    if not sound:
        raise DamagedDatabaseError(problem="a check has found problems")
    try:
        db.open()
    except WriteFailedError:
        if not spare.give_up():
            raise
        db.open()
    spare.keep()
