"""Makes what pupils take along: certificates, passports, and the transfers from one school to another."""

from collections.abc import Callable

import msgspec

from content_packs.trust import TrustStore
from schoolbox.ground import Ground
from schoolbox.services.academy import Academy
from schoolbox.services.arrivals import ArrivalParts, Arrivals
from schoolbox.services.audit import Audit
from schoolbox.services.certificates import Certificates
from schoolbox.services.classes import Classes
from schoolbox.services.consents import Consents
from schoolbox.services.deliveries import Deliveries
from schoolbox.services.departures import DepartureParts, Departures
from schoolbox.services.erasure import Erasures
from schoolbox.services.library import Library
from schoolbox.services.passports import PassportParts, Passports
from schoolbox.services.people import People
from schoolbox.services.people_desk import PeopleDesk
from schoolbox.services.people_search import PeopleSearch
from schoolbox.services.policy import Policy
from schoolbox.services.school import School
from schoolbox.services.sending_book import SendingBook
from schoolbox.services.sendings import Sendings
from schoolbox.services.signers import Signers
from schoolbox.services.uplink import Uplink


class MovingNeeds(msgspec.Struct, frozen=True, kw_only=True):
    """What these need of the rest of the box."""

    academy: Academy
    trust: TrustStore
    school: School
    classes: Classes
    people: People
    library: Library
    desk: PeopleDesk
    search: PeopleSearch
    consents: Consents
    erasures: Erasures
    audit: Audit
    policy: Policy
    uplink: Uplink


class Moving(msgspec.Struct, frozen=True, kw_only=True):
    """What pupils take along, and how it goes over the hub."""

    certificates: Certificates
    passports: Passports
    departures: Departures
    arrivals: Arrivals
    sendings: Sendings
    deliveries: Deliveries
    sending_book: SendingBook


def build_moving(ground: Ground, of: MovingNeeds) -> Moving:
    """Make these services; nothing here decides anything."""
    db, clock, signers = ground.db, ground.clock, Signers(of.trust)
    certificates = Certificates(
        db, academy=of.academy, signers=signers, school=of.school, classes=of.classes, language=of.policy.language
    )
    passport_parts = PassportParts(
        academy=of.academy, certificates=certificates, signers=signers, school=of.school, classes=of.classes
    )
    passports = Passports(db, passport_parts, people=of.people, library=of.library, clock=clock)
    departure_parts = DepartureParts(
        academy=of.academy, passports=passports, desk=of.desk, consents=of.consents, erasures=of.erasures,
        audit=of.audit,
    )  # fmt: skip
    hub = _hub_of(of.uplink)
    deliveries = Deliveries(db, hub=hub)
    arrival_parts = ArrivalParts(
        academy=of.academy, passports=passports, signers=signers, school=of.school, people=of.people, desk=of.desk,
        search=of.search, consents=of.consents, audit=of.audit, deliveries=deliveries,
    )  # fmt: skip
    departures = Departures(db, departure_parts, clock=clock)
    sendings = Sendings(db, departures, hub=hub, audit=of.audit, clock=clock)
    return Moving(
        certificates=certificates, passports=passports, departures=departures,
        arrivals=Arrivals(db, arrival_parts, clock=clock), sendings=sendings, deliveries=deliveries,
        sending_book=SendingBook(db, sendings, deliveries, hub=hub, clock=clock),
    )  # fmt: skip


def _hub_of(uplink: Uplink) -> Callable[[], str]:
    """Give the address of the hub of today, empty without one."""

    def hub() -> str:
        known = uplink.credentials()
        return known.endpoint if known else ""

    return hub
