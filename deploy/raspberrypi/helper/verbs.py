"""What the box may ask of root: one row each, with the fields that it takes and how each is checked.

A field that is missing, too many, or not as its row says has the whole request refused.

    VERBS["stick_write"].do(tools, {"folder": "MASHT 2026"})
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from deploy.raspberrypi.firstboot import places as firstboot
from deploy.raspberrypi.firstboot import reset
from deploy.raspberrypi.firstboot.disk import RealDisk
from deploy.raspberrypi.helper import clock, network, sticks, zone
from deploy.raspberrypi.helper.places import Places
from deploy.raspberrypi.helper.programs import Machine
from deploy.raspberrypi.helper.requests import Value
from deploy.raspberrypi.helper.trouble import BAD_REQUEST, TroubleError

Fields = Mapping[str, Value]
Check = Callable[[Value], bool]


class Tools(NamedTuple):
    """What a verb works with."""

    machine: Machine
    places: Places


class Verb(NamedTuple):
    """One thing that may be asked for.

    Attributes:
        fields: What it takes, and how each is checked.
        do: What is done before the answer; raises TroubleError if it was not.
        after: A program that is run once the answer is there, for what ends the machine.
    """

    fields: Mapping[str, Check]
    do: Callable[[Tools, Fields], None]
    after: tuple[str, ...] = ()


def is_name(value: Value) -> bool:
    """One name in a folder, as people see it."""
    return isinstance(value, str) and 0 < len(value) <= 100 and value.isprintable() and "/" not in value


def is_yes_no(value: Value) -> bool:
    """Yes or no."""
    return isinstance(value, bool)


def check(verb: str, fields: Fields) -> Verb:
    """Find a verb, if it is asked for as its row says.

    Raises:
        TroubleError: There is no such verb, or its fields are others.
    """
    row = VERBS.get(verb)
    if row is None:
        raise TroubleError(BAD_REQUEST, f"no verb {verb[:20]!r}")
    if fields.keys() != row.fields.keys():
        raise TroubleError(BAD_REQUEST, f"{verb} takes {', '.join(row.fields) or 'nothing'}")
    for name, value in fields.items():
        if not row.fields[name](value):
            raise TroubleError(BAD_REQUEST, f"{verb}: {name}")
    return row


def _nothing(_tools: Tools, _fields: Fields) -> None:
    """All of it is done afterwards."""


def _stick(*, writable: bool) -> Callable[[Tools, Fields], None]:
    def do(tools: Tools, fields: Fields) -> None:
        sticks.set_writable(tools.machine, tools.places, str(fields["folder"]), writable=writable)

    return do


def _reset(tools: Tools, fields: Fields) -> None:
    reset.order(RealDisk(), firstboot.Places(tools.places.root), everything=fields["everything"] is True)


def _network(tools: Tools, fields: Fields) -> None:
    said = {name: str(value) for name, value in fields.items()}
    network.change(
        tools.machine, tools.places, name=said["name"], password=said["password"], country=said["country"]
    )


def _clock(tools: Tools, fields: Fields) -> None:
    clock.forward(tools.machine, tools.places, at=int(fields["at"]))


def _zone(tools: Tools, fields: Fields) -> None:
    zone.change(tools.machine, tools.places, zone=str(fields["zone"]))


VERBS: Mapping[str, Verb] = {
    "reset": Verb({"everything": is_yes_no}, _reset, ("systemctl", "--no-block", "reboot")),
    "restart": Verb({}, _nothing, ("systemctl", "--no-block", "reboot")),
    "switch_off": Verb({}, _nothing, ("systemctl", "--no-block", "poweroff")),
    "clock": Verb({"at": clock.is_moment}, _clock),
    "network": Verb(
        {"name": network.is_name, "password": network.is_password, "country": network.is_country},
        _network, ("nmcli", "connection", "up", "schoolbox-own"),
    ),
    "zone": Verb({"zone": zone.is_zone}, _zone),
    "stick_write": Verb({"folder": is_name}, _stick(writable=True)),
    "stick_read": Verb({"folder": is_name}, _stick(writable=False)),
}
