"""What the green light of the board says; harmless where there is none.

Blinking evenly: the box is starting. On without a break: ready. Two short flashes, a pause: ready, and a person is
needed (nobody owns it, or the card holds `schoolbox-error.txt`). Two flashes without a page: its data does not open.
"""

from pathlib import Path
from typing import Literal, TypeAlias

from deploy.raspberrypi.firstboot import card
from deploy.raspberrypi.firstboot.disk import read_plain
from deploy.raspberrypi.firstboot.handover import CLAIM_FILE
from deploy.raspberrypi.firstboot.places import Places

Saying: TypeAlias = Literal["starting", "ready", "person"]
_NAMES = ("ACT", "led0", "act", "green:act", "PWR")
_TRIGGERS: dict[Saying, tuple[tuple[str, str], ...]] = {
    "starting": (("trigger", "timer"), ("delay_on", "250"), ("delay_off", "250")),
    "ready": (("trigger", "default-on"),),
    "person": (("trigger", "heartbeat"),),
}


def say(places: Places, saying: Saying) -> None:
    """Let the light say something."""
    light = next((places.leds / name for name in _NAMES if (places.leds / name / "trigger").exists()), None)
    if light is not None:
        for name, value in _TRIGGERS[saying]:
            _set(light / name, value)


def once_up(places: Places) -> Saying:
    """What to say once the box answers."""
    is_new = read_plain(places.box / CLAIM_FILE) is not None
    return "person" if is_new or card.find(places, card.ERROR) else "ready"


def _set(path: Path, value: str) -> None:
    try:
        path.write_text(value, encoding="ascii")
    except OSError:
        return  # a kernel without this pattern
