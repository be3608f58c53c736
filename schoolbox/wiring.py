"""Puts the box together: the only module that knows every concrete class.

    box = open_box(config)
    box.learning.watch(...)
    box.close()
"""

import uuid
from dataclasses import dataclass
from pathlib import Path

from content_packs.clock import Clock, SystemClock
from content_packs.durable import Disk
from content_packs.install import Installer
from content_packs.store import Store
from content_packs.trust import TrustStore
from schoolbox.config import Config
from schoolbox.db.database import Database
from schoolbox.services.achievements import Achievements
from schoolbox.services.classes import Classes
from schoolbox.services.events import Events
from schoolbox.services.learning import Learning
from schoolbox.services.library import Library
from schoolbox.services.outbox import BoxOutbox
from schoolbox.services.packs import PackLibrary, Packs
from schoolbox.services.people import People
from schoolbox.services.quizzes import Quizzes
from schoolbox.services.school import School
from schoolbox.services.secrets import Secrets
from schoolbox.services.sign_in import SignIn
from schoolbox.services.status import Status
from schoolbox.services.uplink import Uplink


@dataclass(frozen=True)
class Box:
    """Every service of one running box."""

    config: Config
    clock: Clock
    disk: Disk
    boot_id: str
    secrets: Secrets
    database: Database
    store: Store
    trust: TrustStore
    events: Events
    school: School
    library: Library
    packs: Packs
    outbox: BoxOutbox
    learning: Learning
    quizzes: Quizzes
    achievements: Achievements
    people: People
    sign_in: SignIn
    classes: Classes
    uplink: Uplink
    status: Status

    def close(self) -> None:
        """Finish what is being written and let go of the database."""
        self.database.close()


def open_box(config: Config, *, clock: Clock | None = None, disk: Disk | None = None) -> Box:
    """Open the data folder of a box, making it if it is new.

    Raises:
        ConfigError: The data folder cannot be made or written.
        NewerDatabaseError: The data belongs to a newer version.
        DamagedDatabaseError: The database does not pass its check.
    """
    raise NotImplementedError
