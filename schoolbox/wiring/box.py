"""What a running box is: every service of it, by name."""

import secrets
from typing import TYPE_CHECKING

import msgspec

from content_packs.clock import Clock
from content_packs.durable import Disk
from content_packs.store import Store
from content_packs.trust import TrustStore
from schoolbox.config import Config
from schoolbox.db.database import Database
from schoolbox.errors import WriteFailedError
from schoolbox.services.academy import Academy
from schoolbox.services.achievements import Achievements
from schoolbox.services.arrivals import Arrivals
from schoolbox.services.audit import Audit
from schoolbox.services.boots import Boots
from schoolbox.services.box_pen import BoxPen
from schoolbox.services.cards import Cards
from schoolbox.services.certificates import Certificates
from schoolbox.services.claim import Claim
from schoolbox.services.class_desk import ClassDesk
from schoolbox.services.class_tests import ClassTests
from schoolbox.services.classes import Classes
from schoolbox.services.collections import Collections
from schoolbox.services.consents import Consents
from schoolbox.services.couriers import Couriers
from schoolbox.services.database_care import DatabaseCare
from schoolbox.services.deliveries import Deliveries
from schoolbox.services.departures import Departures
from schoolbox.services.erasure import Erasures
from schoolbox.services.events import Events
from schoolbox.services.first_root import FirstRoot
from schoolbox.services.first_settings import NAME as FIRST_SETTINGS
from schoolbox.services.first_settings import FirstSettings
from schoolbox.services.gone_items import GoneItems
from schoolbox.services.groups import Groups
from schoolbox.services.hub_asking import HubAsking, HubAskingParts
from schoolbox.services.hub_orders import HubOrders
from schoolbox.services.job_progress import JobProgress
from schoolbox.services.job_runner import JobRunner
from schoolbox.services.kept_fields import KeptFields
from schoolbox.services.kept_packs import TOLD as KEPT_PACKS
from schoolbox.services.kept_packs import KeptPacks
from schoolbox.services.learning import Learning
from schoolbox.services.lesson_choice import LessonChoices
from schoolbox.services.lesson_copies import LessonCopies
from schoolbox.services.lesson_files import LessonFiles
from schoolbox.services.lessons import Lessons
from schoolbox.services.library import Library
from schoolbox.services.line_rules import LineRules
from schoolbox.services.machine import Machine
from schoolbox.services.machine_clock import MachineClock
from schoolbox.services.my_lessons import MyLessons
from schoolbox.services.my_tests import MyTests
from schoolbox.services.national_addresses import NationalAddresses
from schoolbox.services.other_schools import OtherSchools
from schoolbox.services.outbox import BoxOutbox
from schoolbox.services.own_file_publishing import OwnFilePublishing
from schoolbox.services.own_files import OwnFiles
from schoolbox.services.own_number import NumberParts, OwnNumber
from schoolbox.services.own_quizzes import OwnQuizzes
from schoolbox.services.pack_history import PackHistory
from schoolbox.services.pack_room import PackRoom
from schoolbox.services.packs import Packs
from schoolbox.services.passports import Passports
from schoolbox.services.people import People
from schoolbox.services.people_desk import PeopleDesk
from schoolbox.services.people_search import PeopleSearch
from schoolbox.services.person_export import PersonExport
from schoolbox.services.policy import Policy
from schoolbox.services.programs import Programs
from schoolbox.services.pull import Puller
from schoolbox.services.pull_notes import PullNotes
from schoolbox.services.quarantine import Quarantine
from schoolbox.services.quiz_pictures import QuizPictures
from schoolbox.services.quiz_publishing import QuizPublishing
from schoolbox.services.quizzes import Quizzes
from schoolbox.services.reach import Reach
from schoolbox.services.reports import Reports
from schoolbox.services.root_work import RootWork
from schoolbox.services.roster import Roster
from schoolbox.services.roster_desk import RosterDesk
from schoolbox.services.roster_export import RosterExport
from schoolbox.services.school import School
from schoolbox.services.school_year import SchoolYear
from schoolbox.services.secrets import Secrets
from schoolbox.services.sending_book import SendingBook
from schoolbox.services.sendings import Sendings
from schoolbox.services.sessions import Sessions
from schoolbox.services.sharing import Sharing
from schoolbox.services.sharing_code import SharingCode
from schoolbox.services.shelf_jobs import ShelfJobs
from schoolbox.services.shifts import Shifts
from schoolbox.services.sign_in import SignIn
from schoolbox.services.status import Status
from schoolbox.services.stick_access import StickAccess
from schoolbox.services.stick_letters import StickLetters
from schoolbox.services.stick_writing import StickWriting
from schoolbox.services.sticks import Sticks
from schoolbox.services.subscriptions import Subscriptions
from schoolbox.services.tailoring import Tailoring
from schoolbox.services.uplink import Uplink
from schoolbox.services.uploads import Uploads
from schoolbox.services.wall_clock import WallClock
from schoolbox.services.welcomed import Welcomed

if TYPE_CHECKING:  # both bring the HTTP client, which takes longer to load than most commands take
    from schoolbox.services.enrolment_files import EnrolmentFiles
    from sync.ports import Errand
    from sync.session import SyncSession
    from sync.transport import HubTransport


class Box(msgspec.Struct, frozen=True, kw_only=True):
    """Every service of one running box."""

    config: Config
    clock: Clock
    disk: Disk
    boot_id: str
    opened_at_s: float
    secrets: Secrets
    root_work: RootWork
    stick_access: StickAccess
    database: Database
    database_care: DatabaseCare
    store: Store
    trust: TrustStore
    events: Events
    school: School
    reach: Reach
    wall_clock: WallClock
    welcomed: Welcomed
    library: Library
    gone_items: GoneItems
    packs: Packs
    academy: Academy
    pen: BoxPen
    pack_history: PackHistory
    pack_room: PackRoom
    sticks: Sticks
    stick_writing: StickWriting
    stick_letters: StickLetters
    jobs: ShelfJobs
    job_progress: JobProgress
    job_runner: JobRunner
    machine: Machine
    subscriptions: Subscriptions
    puller: Puller
    pull_notes: PullNotes
    programs: Programs
    outbox: BoxOutbox
    boots: Boots
    quarantine: Quarantine
    line_rules: LineRules
    hub_orders: HubOrders
    learning: Learning
    quizzes: Quizzes
    own_quizzes: OwnQuizzes
    own_files: OwnFiles
    own_file_publishing: OwnFilePublishing
    tailoring: Tailoring
    collections: Collections
    quiz_pictures: QuizPictures
    quiz_publishing: QuizPublishing
    class_tests: ClassTests
    my_tests: MyTests
    achievements: Achievements
    people: People
    kept_fields: KeptFields
    roster: Roster
    roster_desk: RosterDesk
    roster_export: RosterExport
    sign_in: SignIn
    cards: Cards
    certificates: Certificates
    passports: Passports
    departures: Departures
    arrivals: Arrivals
    sendings: Sendings
    deliveries: Deliveries
    sending_book: SendingBook
    policy: Policy
    audit: Audit
    consents: Consents
    erasures: Erasures
    national_addresses: NationalAddresses
    person_export: PersonExport
    people_search: PeopleSearch
    people_desk: PeopleDesk
    school_year: SchoolYear
    sessions: Sessions
    claim: Claim
    classes: Classes
    groups: Groups
    class_desk: ClassDesk
    shifts: Shifts
    reports: Reports
    lessons: Lessons
    lesson_copies: LessonCopies
    lesson_files: LessonFiles
    lesson_choices: LessonChoices
    my_lessons: MyLessons
    uplink: Uplink
    couriers: Couriers
    uploads: Uploads
    other_schools: OtherSchools
    first_root: FirstRoot
    status: Status
    sharing: Sharing
    sharing_code: SharingCode

    @property
    def secret_key(self) -> bytes:
        """What signs the cookies of browsers."""
        return self.secrets.web_key()

    def session(self, transport: "HubTransport") -> "SyncSession":
        """What talks to the hub over a line."""
        from sync.session import SyncSession

        return SyncSession(
            outbox=self.outbox, status=self.uplink, erasures=self.erasures, credentials=self.uplink,
            receipts=self.couriers, transport=transport, clock=self.clock, times=self.boots, line=self.line_rules,
            errands=self._errands(transport),
        )  # fmt: skip

    @property
    def enrolment_files(self) -> "EnrolmentFiles":
        """What has a hub take this box in by a stick."""
        from schoolbox.services.enrolment_files import EnrolmentFileParts, EnrolmentFiles

        parts = EnrolmentFileParts(
            uplink=self.uplink, events=self.events, pen=self.pen.pen, disk=self.disk, clock=self.clock,
            opens=self.stick_access.writable,
        )  # fmt: skip
        return EnrolmentFiles(parts, file=self.config.data / "keys" / "enrolment.json")

    @property
    def own_number(self) -> OwnNumber:
        """What gives this box another number and other keys."""
        keys = self.config.data / "keys"
        parts = NumberParts(
            school=self.school, pen=self.pen, events=self.events, disk=self.disk,
            files=(keys / "hub.json", keys / "enrolment.json", keys / "hub-asked.json"),
        )  # fmt: skip
        return OwnNumber(self.database, parts)

    @property
    def hub_asking(self) -> HubAsking:
        """What has a hub take this box in over the line, as soon as there is one."""
        parts = HubAskingParts(school=self.school, uplink=self.uplink, events=self.events, disk=self.disk)
        return HubAsking(parts, file=self.config.data / "keys" / "hub-asked.json")

    @property
    def first_settings(self) -> FirstSettings:
        """What takes what the card said."""
        return FirstSettings(
            self.config.data / FIRST_SETTINGS, disk=self.disk, school=self.school, claim=self.claim,
            asking=self.hub_asking,
        )  # fmt: skip

    @property
    def machine_clock(self) -> MachineClock:
        """What has the machine's clock put right."""
        return MachineClock(self.wall_clock, self.root_work)

    @property
    def kept_packs(self) -> KeptPacks:
        """What publishes packs again that a reset has kept."""
        data = self.config.data
        return KeptPacks(
            self.packs, store=self.store, trust_folder=data / "trust", told=data / KEPT_PACKS, disk=self.disk
        )

    def _errands(self, transport: "HubTransport") -> "tuple[Errand, ...]":
        """What else is done while the line to the hub is there."""
        from sync.identity_client import OfficeErrand
        from sync.sending_client import SendingErrand

        book = self.national_addresses
        return (
            OfficeErrand(book, transport, self.clock, token_urlsafe=secrets.token_urlsafe),
            SendingErrand(self.sending_book, transport, troubles=(WriteFailedError,)),
        )

    def addresses(self) -> list[str]:
        """Where the box can be reached, as people type it, the best first."""
        return self.reach.addresses(self.config.port)

    def up_s(self) -> float:
        """For how long the box has been open, in seconds."""
        return self.clock.monotonic_s() - self.opened_at_s

    def close(self) -> None:
        """Finish what is being written and let go of the database."""
        self.database.close()
