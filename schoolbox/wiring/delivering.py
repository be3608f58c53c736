"""Makes what has to do with statements on their way to the hub; nothing here decides anything."""

from datetime import datetime

import msgspec

from schoolbox.ground import Ground
from schoolbox.services.academy import Academy
from schoolbox.services.boots import Boots
from schoolbox.services.box_pen import BoxPen
from schoolbox.services.events import Events
from schoolbox.services.hub_file import HubFile
from schoolbox.services.hub_orders import HubOrders
from schoolbox.services.line_rules import LineRules, Rules
from schoolbox.services.outbox import BoxOutbox
from schoolbox.services.quarantine import Quarantine
from schoolbox.services.school import School
from schoolbox.services.subscriptions import Subscriptions
from schoolbox.services.wall_clock import WallClock
from sync.quiet_hours import read_hours


class Delivering(msgspec.Struct, frozen=True, kw_only=True):
    """What brings statements to the hub, but for the line itself."""

    events: Events
    outbox: BoxOutbox
    wall_clock: WallClock
    boots: Boots
    line_rules: LineRules
    quarantine: Quarantine
    hub_orders: HubOrders
    subscriptions: Subscriptions


def build_delivering(ground: Ground, events: Events, school: School) -> Delivering:
    """Make all of it, and write down that the machine was started."""
    db, clock, config = ground.db, ground.clock, ground.config
    outbox = BoxOutbox(db, clock=clock, boot_id=ground.boot_id)
    wall_clock = WallClock(clock)
    boots = Boots(db, clock=clock, boot_id=ground.boot_id, wall_clock=wall_clock, events=events)
    boots.open()

    def local_now() -> datetime | None:
        at, is_right = wall_clock.best()
        return at.astimezone() if is_right else None

    hub_orders = HubOrders(
        db, clock=clock, events=events, pinned=HubFile(ground.data / "keys" / "hub.json", ground.disk).pinned,
        school=school,
    )  # fmt: skip
    rules = Rules(config.send_kbit, config.pull_kbit, read_hours(config.quiet_hours))
    return Delivering(
        events=events, outbox=outbox, wall_clock=wall_clock, boots=boots,
        line_rules=LineRules(
            db, rules, ordered=hub_orders.settings, clock=clock, events=events, local_now=local_now
        ),
        hub_orders=hub_orders, subscriptions=Subscriptions(db, ordered=hub_orders.settings),
        quarantine=Quarantine(db, outbox=outbox, events=events, clock=clock),
    )  # fmt: skip


def build_pen(ground: Ground, academy: Academy) -> BoxPen:
    """Make what signs for the hub."""
    return BoxPen(academy, file=ground.data / "keys" / "box.key", disk=ground.disk)
