"""Starts an image in the emulated machine, as often as it takes, and says what was seen."""

from pathlib import Path

from content_packs.clock import SystemClock
from deploy.raspberrypi.image.building import Say
from deploy.raspberrypi.image.check.looking import Finding, Looking
from deploy.raspberrypi.image.check.machine import Machine

FIRST_START_S = 1800.0


def tried(image: Path, look: Looking, folder: Path, say: Say, *, port: int) -> list[Finding]:
    """Start it on a larger disk, wait for the pupil's home."""
    clock = SystemClock()
    began = clock.monotonic_s()
    with Machine.made(image, look, folder, port=port) as machine:
        machine.wait_for("/", within_s=FIRST_START_S)
        took = clock.monotonic_s() - began
        say(f"first start to the pupil's home: {took:.0f} s")
        return [Finding("the image starts and answers", good=True, seen=f"{took:.0f} s after switching on")]
