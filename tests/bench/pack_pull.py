"""Pulling a tenth of a national library from a real hub: all of it, when nothing changed, and when one per cent did.

    python -m tests.bench.pack_pull [PACKS]      # prints figures, asserts nothing about time
"""

import json
import sys
import tempfile
import threading
import time
from pathlib import Path

from schoolbox.config import Config
from schoolbox.services.pull_pace import Pace
from schoolbox.services.pull_report import PullReport
from schoolbox.services.pull_sources import PullAsk
from schoolbox.wiring import Box, open_box
from tests.simulators.counting_disk import CountingDisk
from tests.simulators.counting_line import CountingLine
from tests.simulators.national import National
from tests.simulators.programs import command, running_hub

LOOKS = 5


def main(packs: int = 20) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="pull-") as folder, running_hub(Path(folder)) as hub:
        work = Path(folder)
        national = National(work, packs=packs)
        hub.stop()
        (hub.data / "hub.toml").write_text(f'shelf = "{national.ministry.folder}"\n', encoding="utf-8")
        hub.start()
        with CountingLine(hub.port) as line:
            data = work / "box"
            _enrol(data, hub.data, line.url)
            disk = CountingDisk()
            box = open_box(Config(data=data, reserve_mb=0), disk=disk)
            try:
                box.trust.pin(national.ministry.root)
                box.subscriptions.add("*")
                print(f"{packs} packs with {national.items} items over a hub and a line on this machine", flush=True)
                _pull(box, line, disk, "all of it")
                for _ in range(LOOKS):
                    _pull(box, line, disk, "nothing changed")
                national.renew()
                _pull(box, line, disk, "1 % changed")
            finally:
                box.close()


def _enrol(data: Path, hub: Path, address: str) -> None:
    """Tie a new box to the hub."""
    create = ("code", "create", "--data", hub, "--school", "Agimi", "--municipality", "Gjilan", "--json")
    code = json.loads(command("schoolbox-hub", *create).stdout)["code"]
    done = command("schoolbox", "--data", data, "sync", "enrol", "--hub", address, "--code", code)
    assert done.returncode == 0, done.stderr


def _pull(box: Box, line: CountingLine, disk: CountingDisk, title: str) -> PullReport:
    """Pull and print what it cost."""
    line.forget()
    flushes, began, worked = disk.flushes, time.perf_counter(), time.process_time()
    pace = Pace(threading.Event(), clock=box.clock)
    report = box.puller.pull(PullAsk(neighbours=False), pace, show=lambda _: None)
    took, worked = time.perf_counter() - began, time.process_time() - worked
    files = sum(place.file_bytes for place in report.places)
    print(
        f"pull, {title}: {took:.2f} s ({worked:.2f} s of processor), {len(line.requests)} requests,"
        f" {line.travelled:,} bytes on the line for {files:,} bytes of files, {disk.flushes - flushes} flushes"
        f" without the database, all here: {report.whole}",
        flush=True,
    )
    return report


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
