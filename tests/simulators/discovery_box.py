"""A box that only announces itself, or only looks for others, as a program on a host of `tests.simulators.network`.

    box = start_box(host, school="Shkolla Agimi", box_id="b1")
    box.wait_for_name("schoolbox.local")
    box.process.stop()
"""

import json
import logging
import re
import signal
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import asdict

from sync.discovery import Announcement, Announcer, FoundBox, Reason, State, find_boxes
from tests.simulators.network import Host, Process
from tests.simulators.waiting import DEADLINE_S

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Box:
    """A running announcer, seen from outside."""

    process: Process

    def wait_for_name(self, name: str, *, since: int = 0, within_s: float = DEADLINE_S) -> None:
        """Wait until the box says that it holds a name."""
        self.process.wait_for(rf"^state reason=announced name={re.escape(name)} ", since=since, within_s=within_s)

    def wait_for_reason(self, reason: Reason, *, since: int = 0) -> str:
        """Wait until the box says how it is going, and give that line."""
        return self.process.wait_for(rf"^state reason={reason} .*", since=since)[0]


def start_box(
    host: Host, *, school: str = "Shkolla Agimi", box_id: str = "b1", port: int = 8080, memory: Path | None = None
) -> Box:
    """Start a box on a host; `memory` is the file in which it remembers its name."""
    facts = json.dumps({"school": school, "version": "0.1.0", "box_id": box_id, "port": port})
    return Box(host.start(*_program("announce", facts, *([str(memory)] if memory else []))))


def find_from(host: Host, *, timeout_s: float, but_id: str = "") -> list[FoundBox]:
    """Look for boxes from a host."""
    process = host.start(*_program("find", str(timeout_s), but_id))
    assert process.stop(0) == 0, "\n".join(process.lines)
    # Python's development mode also says which step was slow, on a machine that is busy.
    said = [json.loads(line) for line in process.lines if line.startswith("{")]
    return [FoundBox(**{**facts, "addresses": tuple(facts["addresses"])}) for facts in said]


def _program(*arguments: str) -> list[str]:
    """Give the command that runs this file as a program."""
    return ["env", f"PYTHONPATH={ROOT}", sys.executable, "-X", "dev", "-W", "error", __file__, *arguments]


def announce(announcement: Announcement, memory: Path | None) -> None:
    """Announce until SIGTERM, and print every new state as one line."""
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())

    def remember(name: str) -> None:
        if memory:
            memory.write_text(name)

    last_name = memory.read_text() if memory and memory.exists() else ""
    shown: State | None = None
    with Announcer(announcement, last_name=last_name, remember=remember) as announcer:
        while not stopping.wait(0.02):
            if announcer.state != shown:
                shown = announcer.state
                addresses = ",".join(shown.addresses)
                print(f"state reason={shown.reason} name={shown.name} at={addresses} instance={shown.instance}")
    print("stopped")


def find(timeout_s: float, but_id: str) -> None:
    """Look for boxes and print each as a line of JSON."""
    for box in find_boxes(timeout_s, but_id=but_id):
        print(json.dumps(asdict(box)))


if __name__ == "__main__":
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    logging.basicConfig(level=logging.INFO, stream=sys.stdout, format="%(message)s")
    if sys.argv[1] == "announce":
        announce(Announcement(**json.loads(sys.argv[2])), Path(sys.argv[3]) if len(sys.argv) > 3 else None)
    else:
        find(float(sys.argv[2]), sys.argv[3])
