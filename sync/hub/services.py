"""Everything a running hub is made of, put together once.

    hub = Hub.open(DataFolder(path), settings, clock, secrets.token_bytes)
    app = make_app(hub)
"""

from collections.abc import Callable
from pathlib import Path

import msgspec

from content_packs.clock import Clock
from content_packs.durable import Disk
from sync.hub.accounts import Accounts
from sync.hub.admins import Admins
from sync.hub.boxes import Boxes
from sync.hub.care import Care
from sync.hub.codes import Codes
from sync.hub.config import Settings
from sync.hub.courier_keys import CourierKeys
from sync.hub.couriers import CourierParts, Couriers
from sync.hub.credential_desk import CredentialDesk
from sync.hub.database import Database
from sync.hub.deeds import Deeds
from sync.hub.engines.opening import open_replica
from sync.hub.enrolments import Enrolments
from sync.hub.folder import DataFolder
from sync.hub.forgetting import Forgetting
from sync.hub.introducer import Introducer
from sync.hub.landing.aside import SetAside
from sync.hub.landing.indexer import Indexer
from sync.hub.landing.landed import Landings
from sync.hub.landing.partitions import Partitions
from sync.hub.landing.ports import WideDatabase
from sync.hub.lrs.attachments import Attachments
from sync.hub.lrs.documents import Documents
from sync.hub.lrs.ingest import Intake
from sync.hub.lrs.library import Library
from sync.hub.orders import OrderBook
from sync.hub.papers import Papers
from sync.hub.publishing.desk import Bounds, Publishing
from sync.hub.reports.figures import Figures
from sync.hub.reports.moments import Moments
from sync.hub.reports.places import Places
from sync.hub.reports.refresh import Refresher
from sync.hub.reports.sources import Sources
from sync.hub.requests import RequestParts, Requests
from sync.hub.retention.late import LateDesk
from sync.hub.retention.letting_go import Retention
from sync.hub.sendings import Carrier
from sync.hub.shared_throttle import SharedThrottle
from sync.hub.shelf import PublishedShelf
from sync.hub.throttle import Throttle
from sync.hub.twins import Twins


class Hub(msgspec.Struct, frozen=True):
    """The services of one hub; `close()` when done."""

    settings: Settings
    clock: Clock
    database: Database
    session_key: bytes
    accounts: Accounts
    admins: Admins
    credentials: CredentialDesk
    boxes: Boxes
    enrolments: Enrolments
    introducer: Introducer
    intake: Intake
    landings: Landings | None
    indexer: Indexer | None
    partitions: Partitions | None
    aside: SetAside | None
    late: LateDesk
    retention: Retention
    forgetting: Forgetting
    library: Library
    documents: Documents
    attachments: Attachments
    places: Places
    moments: Moments
    figures: Figures
    sources: Sources
    refresher: Refresher
    throttle: Throttle
    shelf: PublishedShelf | None
    publishing: Publishing | None
    papers: Papers
    carrier: Carrier
    couriers: Couriers
    requests: Requests
    care: Care
    codes: Codes
    keys: CourierKeys
    orders: OrderBook
    twins: Twins
    deeds: Deeds

    @classmethod
    def open(
        cls, folder: DataFolder, settings: Settings, clock: Clock, token_bytes: Callable[[int], bytes]
    ) -> "Hub":
        """Open the data folder and make every service.

        Raises:
            DataError: There is no hub there, or its data cannot be used.
        """
        keyed = folder.open_keyed()
        database = folder.open_database(settings.values.database)
        attachments = Attachments(
            database, folder.attachments, Disk(), bytes_max=settings.values.attachment_bytes_max
        )  # fmt: skip
        forgetting, keys = Forgetting(database, keyed, clock, attachments), CourierKeys.open(folder.path, Disk())
        accounts, orders = Accounts(database, keyed), OrderBook(database, keys, clock)
        boxes = Boxes(database, clock, keys.told, orders)
        values = settings.values
        wide = database if isinstance(database, WideDatabase) else None
        landings = Landings(wide, clock, waiting_max=values.waiting_batches_max) if wide else None
        intake = Intake(database, clock, forgetting, landings)
        enrolments = Enrolments(database, keyed, clock, token_bytes)
        asking = RequestParts(database, enrolments, keys, values.title, f"{settings.root_url}/xapi/")
        publishing = Publishing(
            database, folder.publishing, Path(values.shelf), clock, disk=Disk(), token=token_bytes,
            bounds=Bounds(values.archive_bytes_max, values.reserve_bytes),
        )  # fmt: skip
        replica = open_replica(values.reports_database) if values.database and values.reports_database else None
        moments = Moments(database, replica, clock)
        office_url = values.identity_url or ("" if values.identity else None)
        return cls(
            settings=settings,
            clock=clock,
            database=database,
            session_key=keyed.session_key(),
            accounts=accounts,
            admins=Admins(database, clock),
            credentials=CredentialDesk(database, keyed, clock),
            boxes=boxes,
            enrolments=enrolments,
            introducer=Introducer(boxes, keyed, url=office_url),
            intake=intake,
            landings=landings,
            indexer=Indexer(wide, forgetting) if wide else None,
            aside=SetAside(wide, clock) if wide else None,
            partitions=Partitions(wide, clock) if wide else None,
            late=LateDesk(database, intake, clock),
            retention=Retention(database, attachments, clock, months=values.keep_months),
            forgetting=forgetting,
            library=Library(database, in_stretches=wide is not None),
            documents=Documents(database, clock, forgetting),
            attachments=attachments,
            places=Places(database),
            moments=moments,
            figures=Figures(moments, clock),
            sources=Sources(moments, clock),
            refresher=Refresher(database, clock),
            throttle=SharedThrottle(wide, keyed, clock) if wide else Throttle(clock),
            shelf=PublishedShelf(Path(settings.values.shelf)) if settings.values.shelf else None,
            publishing=publishing if values.shelf else None,
            carrier=Carrier(database, clock),
            papers=Papers(Path(settings.values.shelf) if settings.values.shelf else None),
            couriers=Couriers(CourierParts(database, keys, accounts, boxes, intake, forgetting, orders), clock),
            requests=Requests(asking, clock, token_bytes),
            care=Care(database, enrolments, clock), codes=Codes(database, clock),
            keys=keys,
            orders=orders,
            twins=Twins(database),
            deeds=Deeds(database),
        )

    def close(self) -> None:
        """Close the database."""
        self.moments.close()
        self.database.close()
