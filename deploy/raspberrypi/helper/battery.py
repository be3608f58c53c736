"""A clock that has a battery (RTC), where a board has one: it is put forward to the machine's clock, never back.

Linux itself writes it only while the internet says the time, so that in a school without a line one that was ever wrong
would stay so: what a hub or the staff told would be right until the evening. A battery that is empty is no trouble:
such a clock begins anew each time, behind what the box kept, and is put forward again.

    go_along(machine, places, put=...)

Source: Linux, Documentation/admin-guide/rtc.rst (`since_epoch`; it cannot be read once the battery was empty).
"""

from collections.abc import Callable

from deploy.raspberrypi.helper import clock
from deploy.raspberrypi.helper.places import Places
from deploy.raspberrypi.helper.programs import Machine
from deploy.raspberrypi.helper.trouble import FAILED, TroubleError

WRITES = ("hwclock", "--systohc", "--utc", "--noadjfile", "--rtc=/dev/rtc0")


def go_along(machine: Machine, places: Places, *, put: Callable[[float], None]) -> bool:
    """Put it forward if it is behind; says whether it was.

    The machine's clock comes first: Linux puts that one to what this one says as soon as its driver is there, back too.

    Raises:
        TroubleError: It was not written.
    """
    clock.load(places, now=machine.now, put=put)
    if not places.battery.is_dir() or machine.now() - _time(places) <= clock.DIFFERENCE_S:
        return False
    done = machine.run(*WRITES)
    if done.code != 0:
        raise TroubleError(FAILED, done.text.strip()[-200:])
    return True


def _time(places: Places) -> int:
    """What it says; the beginning of all times where it knows that it does not know."""
    try:
        return int((places.battery / "since_epoch").read_text(encoding="ascii"))
    except (OSError, ValueError):
        return 0
