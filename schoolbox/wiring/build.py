"""Makes every service of a box and gives each what it needs; nothing here decides anything."""

import logging
import secrets
from typing import TYPE_CHECKING

from content_packs.clock import Clock, SystemClock
from content_packs.durable import Disk, locked
from content_packs.errors import DiskError
from content_packs.install import Installer
from content_packs.store import Store
from content_packs.trust import TrustStore
from schoolbox import logs
from schoolbox.config import Config
from schoolbox.errors import ConfigError
from schoolbox.ground import Ground, lay_ground
from schoolbox.services.academy import Academy, AcademyPlaces
from schoolbox.services.achievements import Achievements
from schoolbox.services.audit import Audit
from schoolbox.services.brought_files import BroughtFiles
from schoolbox.services.cards import Cards
from schoolbox.services.claim import Claim, ClaimServices
from schoolbox.services.class_desk import ClassDesk, ClassDeskParts
from schoolbox.services.class_tests import ClassTests, TestParts
from schoolbox.services.classes import Classes
from schoolbox.services.collections import Collections
from schoolbox.services.consents import Consents
from schoolbox.services.couriers import CourierParts, Couriers
from schoolbox.services.database_care import CareParts, DatabaseCare
from schoolbox.services.erasure import Erasures
from schoolbox.services.events import Events
from schoolbox.services.first_root import FirstRoot, introduced
from schoolbox.services.gone_items import GoneItems
from schoolbox.services.groups import Groups
from schoolbox.services.install_work import InstallWork
from schoolbox.services.job_progress import JobProgress
from schoolbox.services.job_runner import JobRunner
from schoolbox.services.kept_fields import KeptFields
from schoolbox.services.learning import Learning
from schoolbox.services.lesson_choice import LessonChoices
from schoolbox.services.lesson_copies import LessonCopies
from schoolbox.services.lesson_files import LessonFiles
from schoolbox.services.lesson_statements import LessonStatements
from schoolbox.services.lessons import LessonParts, Lessons
from schoolbox.services.library import Library
from schoolbox.services.machine import Machine
from schoolbox.services.my_lessons import MyLessonParts, MyLessons
from schoolbox.services.my_tests import MyTests
from schoolbox.services.national_addresses import NationalAddresses
from schoolbox.services.open_tests import OpenTests
from schoolbox.services.other_schools import OtherSchools
from schoolbox.services.own_file_publishing import FilePublishingParts, OwnFilePublishing
from schoolbox.services.own_files import OwnFiles
from schoolbox.services.own_quizzes import OwnQuizzes
from schoolbox.services.pack_checks import PackChecks
from schoolbox.services.pack_history import PackHistory
from schoolbox.services.pack_library import PackLibrary
from schoolbox.services.pack_room import PackRoom
from schoolbox.services.packs import PackParts, Packs
from schoolbox.services.passwords import Passwords
from schoolbox.services.people import People
from schoolbox.services.people_desk import PeopleDesk
from schoolbox.services.people_search import PeopleSearch
from schoolbox.services.person_export import PersonExport
from schoolbox.services.policy import Policy
from schoolbox.services.pull import Puller, PullParts
from schoolbox.services.pull_notes import PullNotes
from schoolbox.services.quiz_pictures import QuizPictures
from schoolbox.services.quiz_publishing import PublishingParts, QuizPublishing
from schoolbox.services.quizzes import QuizParts, Quizzes
from schoolbox.services.reach import Reach
from schoolbox.services.reports import Reports
from schoolbox.services.roster import Roster
from schoolbox.services.roster_desk import RosterDesk
from schoolbox.services.roster_export import RosterExport
from schoolbox.services.school import School
from schoolbox.services.school_year import SchoolYear
from schoolbox.services.sessions import Sessions
from schoolbox.services.sharing import Sharing
from schoolbox.services.sharing_code import SharingCode
from schoolbox.services.shelf_index import ShelfIndex
from schoolbox.services.shelf_jobs import ShelfJobs
from schoolbox.services.shifts import Shifts
from schoolbox.services.sign_in import SignIn
from schoolbox.services.statements import Statements
from schoolbox.services.status import Status, StatusParts
from schoolbox.services.stick_letters import StickLetters
from schoolbox.services.stick_places import Places
from schoolbox.services.stick_writing import StickWriting
from schoolbox.services.sticks import StickParts, Sticks
from schoolbox.services.tailoring import Tailoring
from schoolbox.services.throttle import Throttle
from schoolbox.services.turns import Turns
from schoolbox.services.uplink import Uplink, UplinkParts
from schoolbox.services.uploads import Uploads
from schoolbox.services.write_work import WriteWork
from schoolbox.updater.places import root_file_of
from schoolbox.wiring.box import Box
from schoolbox.wiring.delivering import Delivering, build_delivering, build_pen
from schoolbox.wiring.moving import MovingNeeds, build_moving
from schoolbox.wiring.pulling import build_room, build_sources
from schoolbox.wiring.updating import build_programs
from sync.discovery.netlink import read_network
from sync.uuid7 import Uuid7Source

if TYPE_CHECKING:
    from content_packs.export.writer import StickWriter

LOG = logging.getLogger(__name__)


def open_box(
    config: Config, *, clock: Clock | None = None, disk: Disk | None = None, mend: bool = False
) -> Box:
    """Open the data folder of a box, making it if it is new. Several programs may have one folder open.

    Args:
        config: The settings; the data folder is one of them.
        clock: Another than the machine's.
        disk: Another than the machine's.
        mend: Put a whole database in the place of one that is damaged; only for the program that serves the box.

    Raises:
        ConfigError: The data folder cannot be made or written.
        NewerDatabaseError: The data belongs to a newer version.
        DamagedDatabaseError: The database does not pass its check.
        WriteFailedError: The disk is full or broken.
    """
    clock, disk = clock or SystemClock(), disk or Disk()
    try:
        disk.make_folder(config.data, mode=0o750)
        with locked(config.data / "open.lock", wait=True):  # keys are made and the schema is changed by one at a time
            return _build(lay_ground(config, clock, disk, mend=mend))
    except DiskError as exc:
        raise ConfigError(setting="data", problem=f"{exc.path} cannot be used: {exc.problem}") from exc


def _own_files(ground: Ground) -> OwnFiles:
    return OwnFiles(
        ground.db, folder=ground.data / "academy" / "files", disk=ground.disk, clock=ground.clock,
        reserve_bytes=ground.config.reserve_mb * 1_000_000, boot_id=ground.boot_id,
    )  # fmt: skip


def _forget_traces(files: OwnFiles, quizzes: PublishingParts, care: DatabaseCare, brought: BroughtFiles) -> bool:
    """Let nothing of whoever was erased stay beside the database; False if that is still to be done."""
    try:
        files.forget_strays()
        brought.forget_more()
        quizzes.pictures.forget_strays(quizzes.own.pictures)
    except DiskError as exc:
        LOG.warning(logs.line("files_not_forgotten", problem=exc.problem))
        return False
    return care.forget_copies()


def _build(ground: Ground) -> Box:
    """Make every service; nothing here decides anything."""
    config, clock, disk, db = ground.config, ground.clock, ground.disk, ground.db
    events = Events(db, clock=clock)
    school = School(db, clock=clock)
    school.facts()  # the box's own numbers are made now, not in the middle of a lesson
    store, trust = Store(ground.data / "packs", disk), TrustStore(ground.data / "trust", disk)
    library = Library(db, store=store)
    delivering = build_delivering(ground, events, school)
    outbox, wall_clock, subscriptions = delivering.outbox, delivering.wall_clock, delivering.subscriptions
    people = People(db, clock=clock, pin_key=ground.keys.pin_key(), passwords=Passwords())
    academy = _academy(ground, trust, school)
    academy.at_start()
    machine, pen = Machine(config.data, keep_bytes=config.reserve_mb * 1_000_000), build_pen(ground, academy)
    uplink = Uplink(
        db,
        UplinkParts(
            outbox=outbox, school=school, people=people, wall_clock=wall_clock, machine=machine, public=pen.public,
            orders=delivering.hub_orders,
        ),
        file=ground.data / "keys" / "hub.json", disk=disk, clock=clock, boot_id=ground.boot_id,
    )  # fmt: skip
    audit = Audit(db, clock=clock)
    policy = Policy(db, clock=clock, events=events, idle_minutes=config.idle_minutes, language=config.language)
    national_addresses = NationalAddresses(db, allowed=policy.allowed, keys=ground.data / "keys", disk=disk)
    people_desk = PeopleDesk(db, clock=clock, people=people, audit=audit)
    consents = Consents(db, clock=clock, policy=policy, audit=audit)
    statements = Statements(
        outbox, clock=clock, ids=Uuid7Source(clock=clock, token_bytes=secrets.token_bytes), boot_id=ground.boot_id,
        place=uplink.place, moment=delivering.boots.moment, may_send=consents.may_send,
    )  # fmt: skip
    learning = Learning(db, clock=clock, library=library, outbox=outbox, statements=statements)
    throttle = Throttle(clock)
    sign_in = SignIn(
        db, clock=clock, boot_id=ground.boot_id, people=people, throttle=throttle, events=events,
        idle_minutes=policy.idle_minutes,
    )  # fmt: skip
    claim = Claim(
        db, ClaimServices(people=people, school=school, sign_in=sign_in, throttle=throttle, events=events),
        disk=disk, file=ground.data / "CLAIM.txt",
    )  # fmt: skip
    gone_items, open_tests = GoneItems(db, library), OpenTests(db)
    quizzes = Quizzes(
        db, QuizParts(library=library, store=store, outbox=outbox, statements=statements, tests=open_tests),
        clock=clock, boot_id=ground.boot_id,
    )  # fmt: skip
    classes = Classes(db, boot_id=ground.boot_id, clock=clock, people=people, library=library, quizzes=quizzes)
    groups = Groups(db, classes=classes, people=people)
    lessons = Lessons(
        db,
        LessonParts(
            classes=classes, people=people, groups=groups, library=library, gone=gone_items, outbox=outbox,
            told=LessonStatements(db, statements),
        ),
        clock=clock,
    )  # fmt: skip
    published, tailoring = PackLibrary(db, clock=clock), Tailoring(db, classes=classes)
    jobs, job_progress, pull_notes = (
        ShelfJobs(db, clock=clock), JobProgress(clock), PullNotes(db, clock=clock, boot_id=ground.boot_id)
    )  # fmt: skip
    packed = _packs(ground, store=store, trust=trust, library=published, delivering=delivering, jobs=jobs)
    packs = Packs(db, packed)
    packs.hide_untrusted()
    own_files, own_quizzes = _own_files(ground), OwnQuizzes(db, clock=clock, people=people)
    publishing = PublishingParts(
        own=own_quizzes, academy=academy, packs=packs, trust=trust,
        pictures=QuizPictures(ground.data / "pictures", disk),
        is_in_test=open_tests.is_answered,
    )  # fmt: skip
    uploads, sources = _uploads(ground, store), build_sources(ground, uplink, school)
    sticks = _sticks(ground, packed, store=store, packs=packs, uploads=uploads, jobs=jobs)
    stick_writing = StickWriting(
        writer=lambda: _stick_writer(ground, store, trust), library=published, events=events,
        on_trust_renewed=packs.hide_untrusted, opens=ground.stick_access.writable,
    )  # fmt: skip
    puller = Puller(
        PullParts(
            packs=packs, library=published, trust=trust, store=store, subscriptions=subscriptions,
            sources=sources, room=build_room(ground, store, published), turns=packed.turns,
            notes=pull_notes, disk=disk, clock=clock, lock_file=ground.data / "pull.lock",
        )
    )  # fmt: skip
    care = DatabaseCare(
        CareParts(db=db, snapshots=ground.snapshots, events=events, machine=machine, disk=disk), clock=clock
    )
    if ground.rescued:
        care.note_rescue(ground.rescued)
    brought = BroughtFiles(
        ground.data / "brought", disk=disk, clock=clock, clock_trusted=wall_clock.trusted, people=people
    )
    erasures = Erasures(
        db, clock=clock, audit=audit, on_erased=lambda: _forget_traces(own_files, publishing, care, brought),
        needs_hub=lambda: uplink.credentials() is not None,
    )  # fmt: skip
    kept, first_root = KeptFields(db, events=events, on_erased=erasures.finish), FirstRoot(
        trust, packs=packs, events=events, sticks=sticks, given=root_file_of(config.packs_root)
    )
    roster, reach = Roster(db, people=people, events=events, kept=kept), Reach(
        clock=clock, own_addresses=_own_addresses
    )
    parts = StatusParts(
        db=db, care=care, machine=machine, wall_clock=wall_clock, reach=reach, uplink=uplink, packs=packs,
        checks=PackChecks(packs.verify, on_end=db.close_thread), people=people, events=events, jobs=jobs,
        pulls=pull_notes, addresses=national_addresses, first_root=first_root,
    )  # fmt: skip
    moving = build_moving(ground, MovingNeeds(
        academy=academy, trust=trust, school=school, classes=classes, people=people, library=library, desk=people_desk,
        search=PeopleSearch(db), consents=consents, erasures=erasures, audit=audit, policy=policy, uplink=uplink,
    ))  # fmt: skip
    class_tests = ClassTests(
        db, TestParts(classes=classes, people=people, quizzes=quizzes, statements=statements, outbox=outbox),
        clock=clock, boot_id=ground.boot_id,
    )  # fmt: skip
    return Box(
        config=config, clock=clock, disk=disk, boot_id=ground.boot_id, opened_at_s=clock.monotonic_s(),
        secrets=ground.keys, database=db, database_care=care, store=store, trust=trust, events=events, school=school,
        reach=reach, wall_clock=wall_clock, library=library, gone_items=gone_items, root_work=ground.root_work,
        packs=packs, academy=academy, pen=pen, outbox=outbox, boots=delivering.boots, quarantine=delivering.quarantine,
        line_rules=delivering.line_rules, hub_orders=delivering.hub_orders, learning=learning,
        pack_history=PackHistory(events=events, people=people), pack_room=PackRoom(db, store=store), sticks=sticks,
        stick_writing=stick_writing, stick_letters=StickLetters(disk, opens=ground.stick_access.writable),
        jobs=jobs, job_progress=job_progress, machine=machine, subscriptions=subscriptions,
        puller=puller, pull_notes=pull_notes, stick_access=ground.stick_access, welcomed=ground.welcomed,
        job_runner=JobRunner(
            jobs=jobs, sticks=sticks, packs=packs, progress=job_progress,
            work={
                "install": InstallWork(jobs=jobs, packs=packs, progress=job_progress),
                "write": WriteWork(jobs=jobs, writing=stick_writing, progress=job_progress),
            },
        ),
        quizzes=quizzes, tailoring=tailoring, collections=Collections(db, tailoring=tailoring),
        own_files=own_files, class_tests=class_tests, my_tests=MyTests(db, quizzes=quizzes),
        own_file_publishing=OwnFilePublishing(
            FilePublishingParts(own=own_files, academy=academy, packs=packs, trust=trust), disk=disk
        ),
        own_quizzes=own_quizzes, quiz_pictures=publishing.pictures,
        quiz_publishing=QuizPublishing(publishing, folder=ground.data / "academy" / "quizzes", disk=disk),
        achievements=Achievements(db, library=library, learning=learning), people=people,
        kept_fields=kept, roster=roster, roster_desk=RosterDesk(roster, kept, clock=clock),
        roster_export=RosterExport(db, school=school, kept=kept, events=events),
        sign_in=sign_in, claim=claim,
        cards=Cards(db, clock=clock, key=ground.keys.card_key(), people=people, classes=classes, events=events),
        certificates=moving.certificates, passports=moving.passports, departures=moving.departures,
        arrivals=moving.arrivals, sendings=moving.sendings, deliveries=moving.deliveries,
        sending_book=moving.sending_book,
        couriers=Couriers(
            db, CourierParts(
                outbox=outbox, erasures=erasures, school=school, uplink=uplink, orders=delivering.hub_orders,
                events=events, pen=pen.pen, settle=delivering.boots.settle, opens=ground.stick_access.writable,
            ), clock=clock, disk=disk,
        ),
        class_desk=ClassDesk(
            db, ClassDeskParts(classes=classes, groups=groups, people=people, desk=people_desk, policy=policy)
        ),
        classes=classes, groups=groups, shifts=Shifts(clock=clock, clock_trusted=wall_clock.trusted),
        reports=Reports(db, boot_id=ground.boot_id, clock=clock, library=library, quizzes=quizzes),
        policy=policy, audit=audit, consents=consents, erasures=erasures, national_addresses=national_addresses,
        people_search=PeopleSearch(db), people_desk=people_desk,
        school_year=SchoolYear(db, clock=clock, desk=people_desk, audit=audit, close_tests=class_tests.close_all),
        person_export=PersonExport(db, clock=clock, school=school, audit=audit),
        lessons=lessons, lesson_copies=LessonCopies(lessons, groups=groups),
        lesson_files=LessonFiles(lessons, library=library, gone=gone_items, brought=brought),
        lesson_choices=LessonChoices(db, classes=classes, library=library, gone=gone_items),
        my_lessons=MyLessons(
            db, MyLessonParts(people=people, library=library, learning=learning, gone=gone_items), clock=clock
        ),
        sessions=Sessions(
            db, clock=clock, boot_id=ground.boot_id, people=people, classes=classes, idle_minutes=policy.idle_minutes
        ),
        uplink=uplink, uploads=uploads, status=Status(parts, clock=clock),
        other_schools=OtherSchools(trust, packs=packs, events=events, sticks=sticks), first_root=first_root,
        sharing=Sharing(db, store=store, trust=trust, trust_folder=ground.data / "trust", share=config.share),
        programs=build_programs(ground, sticks=sticks, sources=sources, events=events, wall_clock=wall_clock),
        sharing_code=SharingCode(ground.data / "keys" / "sharing.code", disk=disk, throttle=throttle, events=events),
    )  # fmt: skip


def _uploads(ground: Ground, store: Store) -> Uploads:
    return Uploads(
        ground.data / "uploads", store=store, disk=ground.disk, clock=ground.clock, boot_id=ground.boot_id,
        reserve_bytes=ground.config.reserve_mb * 1_000_000,
    )  # fmt: skip


def _stick_writer(ground: Ground, store: Store, trust: TrustStore) -> "StickWriter":
    from content_packs.export.writer import StickWriter

    return StickWriter(store=store, trust=trust, disk=ground.disk)


def _academy(ground: Ground, trust: TrustStore, school: School) -> Academy:
    places = AcademyPlaces(key=ground.data / "keys" / "academy.key", folder=ground.data / "academy")
    return Academy(
        places, trust=trust, school=school, disk=ground.disk, clock=ground.clock, language=ground.config.language
    )


def _packs(
    ground: Ground, *, store: Store, trust: TrustStore, library: PackLibrary, delivering: Delivering, jobs: ShelfJobs
) -> PackParts:
    installer = Installer(
        store=store, trust=trust, disk=ground.disk, library=library, clock=ground.clock,
        reserve_bytes=ground.config.reserve_mb * 1_000_000,
    )  # fmt: skip
    turns = Turns(ground.data, store.writing, clock=ground.clock)
    return PackParts(
        installer=installer, library=library, trust=trust, events=delivering.events, turns=turns,
        spare=ground.spare, ordered=jobs.manifests, subscriptions=delivering.subscriptions,
    )  # fmt: skip


def _sticks(
    ground: Ground, packed: PackParts, *, store: Store, packs: Packs, uploads: Uploads, jobs: ShelfJobs
) -> Sticks:
    cache = ground.data / "cache"
    sticks = Sticks(
        StickParts(
            places=Places(ground.config.sticks, notes=cache / "sticks", disk=ground.disk), uploads=uploads,
            index=ShelfIndex(cache, ground.disk), packs=packs, library=packed.library, store=store,
            trust_folder=ground.data / "trust", ordered=jobs.sticks,
            introduced=lambda shelf: introduced(packed.trust, shelf),
        )
    )  # fmt: skip
    uploads.when_whole(sticks.look_soon)
    return sticks


def _own_addresses() -> tuple[str, ...]:
    """The addresses of this machine that others can reach; none where the kernel does not tell."""
    try:
        return read_network().addresses
    except OSError:
        return ()
