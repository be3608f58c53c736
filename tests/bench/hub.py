"""How fast the hub takes statements in: `python -m tests.bench.hub`. Prints numbers, asserts nothing about time.

A real hub process, real HTTP, bodies packed as boxes send them; first one box alone, then four at once.
"""

import secrets
import sys
import tempfile
import threading
import time
from pathlib import Path

import httpx

from sync.codings import ZSTD, pack
from sync.enrolment import BoxIdentity, enrol
from sync.hub.cli import main as hub_command
from sync.ports import Credentials
from sync.transport import HubTransport
from tests.simulators.clock import HandClock
from tests.simulators.hub import make_data, open_hub
from tests.simulators.learning import WALL_AT, Classroom
from tests.simulators.programs import HubProcess

BATCHES, BATCH = 40, 500


def bodies(box_id: str) -> list[bytes]:
    """Batches of one box: thirty pupils, videos and quizzes by turns."""
    room = Classroom(box_id=box_id)
    made = []
    for _ in range(BATCHES):
        raws = [room.watched(number % 30) if number % 2 else room.passed(number % 30) for number in range(BATCH)]
        made.append(pack(ZSTD, b"[" + b",".join(raws) + b"]"))
    return made


def send(credentials: Credentials, packed: list[bytes], slowest: list[float]) -> None:
    """Post every batch of one box."""
    headers = {
        "Content-Type": "application/json", "Content-Encoding": "zstd", "X-Experience-API-Version": "1.0.3",
    }  # fmt: skip
    with httpx.Client(auth=httpx.BasicAuth(credentials.key, credentials.secret), timeout=120) as client:
        for body in packed:
            started = time.perf_counter()
            client.post(f"{credentials.endpoint}statements", content=body, headers=headers).raise_for_status()
            slowest.append(time.perf_counter() - started)


def main() -> int:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as place:
        folder = make_data(Path(place) / "hub")
        opened = open_hub(folder, HandClock(WALL_AT))
        codes = [opened.enrolments.make_code(f"School {number}", "Gjilan").code for number in range(5)]
        opened.close()
        process = HubProcess(folder.path).start()
        with HubTransport() as transport:
            boxes = [BoxIdentity(secrets.token_hex(16), "bench") for _ in codes]
            signed = [
                enrol(process.url, code, box, transport, token_urlsafe=secrets.token_urlsafe).credentials
                for code, box in zip(codes, boxes, strict=True)
            ]
        packed = [bodies(box.box_id) for box in boxes]
        one = packed[0][0]
        print(f"batch of {BATCH}: {len(one):,} bytes sent, {len(one) / BATCH:.0f} a statement")
        for name, group in (("one box", [0]), ("four boxes at once", [1, 2, 3, 4])):
            took: list[float] = []
            threads = [threading.Thread(target=send, args=(signed[n], packed[n], took)) for n in group]
            started = time.perf_counter()
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            seconds, count = time.perf_counter() - started, BATCHES * BATCH * len(group)
            took.sort()
            print(f"{name}: {count / seconds:,.0f} statements/s; a batch {took[len(took) // 2]:.3f} s median,"
                  f" {took[-1]:.3f} s slowest")  # fmt: skip
        process.stop()
        size = sum(file.stat().st_size for file in folder.path.iterdir())
        print(f"on disk: {size / (BATCHES * BATCH * 5):.0f} bytes a statement")
        return hub_command(["db", "check", "--data", str(folder.path)])


if __name__ == "__main__":
    sys.exit(main())
