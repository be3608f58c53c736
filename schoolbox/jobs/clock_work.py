"""Has the machine's clock put right, in the background, whenever somebody told what time it is."""

import threading

from schoolbox.services.machine_clock import MachineClock
from schoolbox.services.wall_clock import WallClock


class ClockJob:
    """The background job around `MachineClock.put_right`."""

    name = "clock-work"

    def __init__(self, machine_clock: MachineClock, wall_clock: WallClock) -> None:
        self._machine_clock = machine_clock
        self._woken = threading.Event()
        wall_clock.when_heard(self.wake)

    def run(self, stop: threading.Event) -> None:
        """Look once, for somebody may have told before the program was started anew; then whenever somebody tells."""
        while not stop.is_set():
            self._woken.clear()
            self._machine_clock.put_right()
            self._woken.wait()

    def wake(self) -> None:
        """Look at `stop` and at the clock now."""
        self._woken.set()
