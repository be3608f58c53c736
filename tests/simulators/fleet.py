"""Fifty boxes in one program: each a process on its own network, with a real outbox on the disk, and a real session.

A process that has loaded everything forks itself for each box; `kill -9` takes a box at any moment, and it is started
again a little later, as when the power comes back. It lies in three things: what its pupils do is made up, a day takes
seconds, and so it rests for less than a second between two conversations and waits for an answer for a few.

    python -m tests.simulators.fleet < plan.json       # prints `hub` when it is time to kill the hub, then a report
"""

import os
import random
import select
import signal
import sys
import threading
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import httpx
import msgspec

from content_packs.clock import SystemClock
from schoolbox.db.database import Database
from schoolbox.services.outbox import BoxOutbox
from sync.ports import Credentials
from sync.session import SyncSession
from sync.transport import HubTransport
from sync.wire import BoxStatus
from tests.simulators.learning import Classroom
from tests.simulators.network import Host
from tests.simulators.outbox import MemoryErasures
from tests.simulators.sync_box import status_of

DAYS = 5
NIGHT_S = 4.0
MOMENT_S = 0.08
"""How long an event takes on average."""
PATIENCE = httpx.Timeout(connect=6.0, write=12.0, read=12.0, pool=5.0)
MADE, ANSWERED = b"m", b"a"


class BoxPlan(msgspec.Struct, frozen=True):
    """Where a box lives, and how it reaches its hub."""

    network: str
    folder: str
    at: Credentials
    box_id: str


class WeekPlan(msgspec.Struct, frozen=True):
    """A week: so many events a day in each box, and how often a box and the hub are killed in its first seconds."""

    seed: int
    boxes: tuple[BoxPlan, ...]
    events_a_day: int
    kills: int
    hub_kills: int
    killing_s: float
    within_s: float


class Told(msgspec.Struct, frozen=True):
    """What came of it: ids that were begun, and those that were answered for because they are on the disk."""

    made: tuple[tuple[str, ...], ...]
    answered: tuple[tuple[str, ...], ...]
    killed: int
    unfinished: int


@dataclass
class Status:
    """Speaks for a box."""

    outbox: BoxOutbox
    at: Credentials

    def credentials(self) -> Credentials | None:
        return self.at

    def box_status(self) -> BoxStatus:
        return status_of(self.outbox.counts())


def live(plan: BoxPlan, todo: int, a_day: int, tell: int, seed: int) -> None:
    """Be a box: pupils learn, and a thread talks to the hub; ends when everything is at the hub."""
    Host(plan.network).enter()
    chance, clock = random.Random(seed), SystemClock()
    Path(plan.folder).mkdir(exist_ok=True)
    db = Database(Path(plan.folder) / "box.db", clock=clock)
    db.open()
    outbox = BoxOutbox(db, clock=clock)
    stop = threading.Event()
    talking = threading.Thread(target=talk, args=(outbox, plan.at, stop))
    talking.start()
    classroom = Classroom(box_id=plan.box_id)
    for number in range(todo):
        raw = classroom.passed(number % 30) if number % 3 else classroom.watched(number % 30)
        event = UUID(msgspec.json.decode(raw)["id"]).bytes
        os.write(tell, MADE + event)
        outbox.write(lambda raw=raw: outbox.put(lambda _seq: raw), by=None)  # type: ignore[misc]
        os.write(tell, ANSWERED + event)
        night = NIGHT_S if (number + 1) % a_day == 0 else 0.0
        stop.wait(night + chance.random() * 2 * MOMENT_S)
    while outbox.counts().waiting:
        stop.wait(0.2)
    stop.set()
    talking.join()
    db.close()


def talk(outbox: BoxOutbox, at: Credentials, stop: threading.Event) -> None:
    """Talk to the hub again and again, whatever becomes of it."""
    status = Status(outbox, at)
    with HubTransport(timeout=PATIENCE) as transport:
        session = SyncSession(
            outbox=outbox, status=status, erasures=MemoryErasures(), credentials=status, transport=transport,
            clock=SystemClock(),
        )  # fmt: skip
        while not stop.is_set():
            session.run_once(batch_size=100)
            stop.wait(0.5)


@dataclass
class Fleet:
    """All boxes of a plan, and what they told."""

    plan: WeekPlan
    chance: random.Random = field(init=False)
    made: list[list[str]] = field(init=False)
    answered: list[list[str]] = field(init=False)
    living: dict[int, int] = field(default_factory=dict)
    """The process of each box that runs, by its number."""
    tells: dict[int, int] = field(default_factory=dict)
    """What each reads: the box it comes from."""
    due: list[tuple[float, int]] = field(default_factory=list)
    """When the power of a box comes back."""
    done: set[int] = field(default_factory=set)
    killed: int = 0

    def __post_init__(self) -> None:
        self.chance = random.Random(self.plan.seed)
        self.made = [[] for _ in self.plan.boxes]
        self.answered = [[] for _ in self.plan.boxes]

    def run(self) -> Told:
        """Live through the week."""
        began_s = time.monotonic()
        kills = sorted(began_s + self.chance.uniform(1, self.plan.killing_s) for _ in range(self.plan.kills))
        hub_kills = sorted(began_s + self.chance.uniform(5, self.plan.killing_s) for _ in range(self.plan.hub_kills))
        for number in range(len(self.plan.boxes)):
            self.start(number)
        while len(self.done) < len(self.plan.boxes) and time.monotonic() < began_s + self.plan.within_s:
            now_s = time.monotonic()
            if kills and kills[0] <= now_s and self.living:
                kills.pop(0)
                self.kill(self.chance.choice(sorted(self.living)), now_s)
            if hub_kills and hub_kills[0] <= now_s:
                hub_kills.pop(0)
                say("hub")
            for one in [one for one in self.due if one[0] <= now_s]:
                self.due.remove(one)
                self.start(one[1])
            self.hear()
            self.bury()
        unfinished = len(self.plan.boxes) - len(self.done)
        for pid in self.living.values():
            os.kill(pid, signal.SIGKILL)
        return Told(tuple(map(tuple, self.made)), tuple(map(tuple, self.answered)), self.killed, unfinished)

    def start(self, number: int) -> None:
        """Give a box power."""
        reads, writes = os.pipe()
        todo = max(0, DAYS * self.plan.events_a_day - len(self.answered[number]))
        pid = os.fork()
        if pid == 0:
            os.close(reads)
            code = 1
            try:
                live(self.plan.boxes[number], todo, self.plan.events_a_day, writes, self.plan.seed + number)
                code = 0
            except BaseException:  # noqa: BLE001  whatever it was, this copy of the program ends here
                traceback.print_exc()
            os._exit(code)
        os.close(writes)
        self.living[number], self.tells[reads] = pid, number

    def kill(self, number: int, now_s: float) -> None:
        """Pull the plug of a box."""
        pid = self.living.pop(number)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        self.killed += 1
        self.due.append((now_s + self.chance.uniform(0.2, 3), number))

    def hear(self) -> None:
        """Write down what boxes told."""
        for reads in select.select(list(self.tells), [], [], 0.05)[0]:
            told = os.read(reads, 17 * 64)
            if not told:
                os.close(reads)
                del self.tells[reads]
                continue
            number = self.tells[reads]
            for begins in range(0, len(told), 17):
                event = str(UUID(bytes=told[begins + 1 : begins + 17]))
                (self.made if told[begins : begins + 1] == MADE else self.answered)[number].append(event)

    def bury(self) -> None:
        """Notice whose week is over."""
        for number, pid in list(self.living.items()):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                assert status == 0, f"box {number} ended with {status}"
                del self.living[number]
                self.done.add(number)


def say(line: str) -> None:
    """Say a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    week = msgspec.json.decode(Path(sys.argv[1]).read_bytes(), type=WeekPlan)
    say(msgspec.json.encode(Fleet(week).run()).decode())
