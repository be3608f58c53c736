"""Everything a running hub is made of, put together once.

    hub = Hub.open(DataFolder(path), settings, clock, secrets.token_bytes)
    app = make_app(hub)
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from content_packs.clock import Clock
from sync.hub.accounts import Accounts
from sync.hub.boxes import Boxes
from sync.hub.config import Settings
from sync.hub.credential_desk import CredentialDesk
from sync.hub.database import Database
from sync.hub.enrolments import Enrolments
from sync.hub.figures import Figures
from sync.hub.folder import DataFolder
from sync.hub.forgetting import Forgetting
from sync.hub.lrs.documents import Documents
from sync.hub.lrs.ingest import Intake
from sync.hub.lrs.library import Library
from sync.hub.papers import Papers
from sync.hub.shelf import PublishedShelf
from sync.hub.throttle import Throttle


@dataclass(frozen=True, slots=True)
class Hub:
    """The services of one hub; `close()` when done."""

    settings: Settings
    clock: Clock
    database: Database
    session_key: bytes
    accounts: Accounts
    credentials: CredentialDesk
    boxes: Boxes
    enrolments: Enrolments
    intake: Intake
    forgetting: Forgetting
    library: Library
    documents: Documents
    figures: Figures
    throttle: Throttle
    shelf: PublishedShelf | None
    papers: Papers

    @classmethod
    def open(
        cls, folder: DataFolder, settings: Settings, clock: Clock, token_bytes: Callable[[int], bytes]
    ) -> "Hub":
        """Open the data folder and make every service.

        Raises:
            DataError: There is no hub there, or its data cannot be used.
        """
        keyed = folder.open_keyed()
        database = folder.open_database()
        forgetting = Forgetting(database, keyed, clock)
        return cls(
            settings=settings,
            clock=clock,
            database=database,
            session_key=keyed.session_key(),
            accounts=Accounts(database, keyed, clock),
            credentials=CredentialDesk(database, keyed, clock),
            boxes=Boxes(database, clock),
            enrolments=Enrolments(database, keyed, clock, token_bytes),
            intake=Intake(database, clock, forgetting),
            forgetting=forgetting,
            library=Library(database),
            documents=Documents(database, clock, forgetting),
            figures=Figures(database, clock),
            throttle=Throttle(clock),
            shelf=PublishedShelf(Path(settings.values.shelf)) if settings.values.shelf else None,
            papers=Papers(Path(settings.values.shelf) if settings.values.shelf else None),
        )

    def close(self) -> None:
        """Close the database."""
        self.database.close()
