"""The clock of a box without a battery: it never begins before it stopped.

The time is written down every half hour and when the machine goes off; at the start the clock is put forward to it,
never back. A battery, an hour of the internet, and a hub or staff whose device knows better all come after that: what
those told is kept, and the program of the start has the clock go on from there.

    load(places, now=..., put=...); save(places, now=...); forward(machine, places, at=1_790_000_000)

Source: systemd-timesyncd.service(8): /run/systemd/timesync/synchronized.
"""

from collections.abc import Callable
from pathlib import Path

from deploy.raspberrypi.helper.places import Places
from deploy.raspberrypi.helper.programs import Machine
from deploy.raspberrypi.helper.trouble import FAILED, NO_NEED, TroubleError

EARLIEST_S = 1_767_225_600
"""1 January 2026: no box of this program ran before."""
END_S = 4_102_444_800
"""1 January 2100."""
DIFFERENCE_S = 120
"""What is less than this is a slow line, or a device that is a little off."""
PROGRAM = "schoolbox-clock.service"
"""What puts the clock forward to what is kept: root's helper itself may not touch it."""
BATTERY = "schoolbox-battery.service"
"""What takes a clock with a battery along, where there is one."""


def is_moment(value: object) -> bool:
    """A time at which a box of this program may run."""
    return isinstance(value, int) and not isinstance(value, bool) and EARLIEST_S <= value < END_S


def forward(machine: Machine, places: Places, *, at: int) -> None:
    """Put the clock forward to what somebody told who knows; never back, and not where the internet says the time.

    Raises:
        TroubleError: There is no need, or the system did not.
    """
    if places.synchronised.exists():
        raise TroubleError(NO_NEED, "the internet says the time")
    if at - machine.now() <= DIFFERENCE_S:
        raise TroubleError(NO_NEED, "it is not behind")
    _keep(places.clock, at)
    done = machine.run("systemctl", "restart", PROGRAM)
    if done.code != 0:
        raise TroubleError(FAILED, done.text.strip()[-200:])
    machine.run("systemctl", "start", "--no-block", BATTERY)


def load(places: Places, *, now: Callable[[], float], put: Callable[[float], None]) -> bool:
    """Put the clock forward to where it stopped; says whether it was behind."""
    kept = max(EARLIEST_S, _kept(places.clock))
    if now() >= kept:
        return False
    put(kept)
    return True


def save(places: Places, *, now: Callable[[], float]) -> bool:
    """Remember what time it is, unless that is less than what is remembered and the internet does not say so either."""
    moment, kept = now(), _kept(places.clock)
    if moment == kept or (moment < kept and not places.synchronised.exists()):
        return False
    _keep(places.clock, moment)
    return True


def _keep(path: Path, moment: float) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(".clock.new")
    draft.write_text(f"{moment:.0f}\n", encoding="ascii")
    draft.replace(path)


def _kept(path: Path) -> float:
    """What is remembered; nothing where a power cut left half a file, or somebody wrote a year that cannot be."""
    try:
        kept = float(path.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return 0
    return kept if EARLIEST_S <= kept < END_S else 0
