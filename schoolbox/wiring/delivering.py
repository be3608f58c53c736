"""Makes what has to do with statements on their way to the hub; nothing here decides anything."""

from datetime import datetime

import msgspec

from schoolbox.ground import Ground
from schoolbox.quiet_hours import read_hours
from schoolbox.services.boots import Boots
from schoolbox.services.events import Events
from schoolbox.services.line_rules import LineRules, Rules
from schoolbox.services.outbox import BoxOutbox
from schoolbox.services.quarantine import Quarantine
from schoolbox.services.wall_clock import WallClock


class Delivering(msgspec.Struct, frozen=True, kw_only=True):
    """What brings statements to the hub, but for the line itself."""

    outbox: BoxOutbox
    wall_clock: WallClock
    boots: Boots
    line_rules: LineRules
    quarantine: Quarantine


def build_delivering(ground: Ground, events: Events) -> Delivering:
    """Make all of it, and write down that the machine was started."""
    db, clock, config = ground.db, ground.clock, ground.config
    outbox = BoxOutbox(db, clock=clock, boot_id=ground.boot_id)
    wall_clock = WallClock(clock)
    boots = Boots(db, clock=clock, boot_id=ground.boot_id, wall_clock=wall_clock, events=events)
    boots.open()

    def local_now() -> datetime | None:
        at, is_right = wall_clock.best()
        return at.astimezone() if is_right else None

    rules = Rules(config.send_kbit, config.pull_kbit, read_hours(config.quiet_hours))
    return Delivering(
        outbox=outbox, wall_clock=wall_clock, boots=boots,
        line_rules=LineRules(db, rules, clock=clock, events=events, local_now=local_now),
        quarantine=Quarantine(db, outbox=outbox, events=events, clock=clock),
    )  # fmt: skip
