"""A national library on a real box: verifying, looking, installing, updating, pulling, showing, removing 14,000 items.

    python -m tests.bench.pack_library [PACKS]      # prints figures, asserts nothing about time

In brackets is the time of the processor: what the box itself works, whatever else runs on this machine.
"""

import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import TypeVar

from content_packs.clock import SystemClock
from content_packs.durable import Disk
from content_packs.trust import TrustStore
from schoolbox.config import Config
from schoolbox.services.people_rows import NewPerson
from schoolbox.services.pull_pace import Pace
from schoolbox.services.pull_sources import PullAsk
from schoolbox.wiring import Box, open_box
from tests.bench.lesson import memory_mib
from tests.simulators.browser import Browser
from tests.simulators.counting_disk import CountingDisk
from tests.simulators.national import National
from tests.simulators.programs import Program, start_box
from tests.simulators.seeded import PASSWORD, Pupil
from tests.simulators.shelf_server import ShelfServer

PAGES = 100
LOOKS = 5
T = TypeVar("T")


def main(packs: int = 200) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="national-") as folder:
        work = Path(folder)
        seconds, national = _timed(lambda: National(work, packs=packs))
        print(f"a library of {national.items} items in {packs} packs, made in {seconds:.1f} s", flush=True)
        _metadata(national, work / "trust")
        data, disk = work / "data", CountingDisk()
        box = open_box(Config(data=data, reserve_mb=0), disk=disk)
        try:
            box.trust.pin(national.ministry.root)
            _looks(box, national, "a fresh box")
            _install_all(box, disk, national, "install of all")
            _looks(box, national, "a box that has everything")
            pupil, teacher = _people(box)
        finally:
            box.close()
        _pages(data, national, pupil, teacher)
        box = open_box(Config(data=data, reserve_mb=0), disk=disk)
        try:
            national.renew()
            _install_all(box, disk, national, "update of 1 %")
            _pulls(box, national)
            _remove_all(box, data)
        finally:
            box.close()


def _metadata(national: National, folder: Path) -> None:
    """Taking in the metadata of the whole shelf: into an empty store, and again when nothing is new."""
    first, again, read = [], [], []
    for _ in range(LOOKS):
        store = TrustStore(folder, Disk())
        store.pin(national.ministry.root)
        first.append(_timed(lambda store=store: store.apply(national.shelf))[0])  # type: ignore[misc]  # bound
        again.append(_timed(lambda store=store: store.apply(national.shelf))[0])  # type: ignore[misc]  # bound
        read.append(_timed(store.trust)[0])
        shutil.rmtree(folder)
    print(
        f"metadata: taken in {_ms(first)}, looked at again {_ms(again)}, read from our own disk {_ms(read)}",
        flush=True,
    )


def _looks(box: Box, national: National, whose: str) -> None:
    """What the page of a stick waits for."""
    times = [_timed(lambda: box.packs.offers(national.shelf)) for _ in range(LOOKS)]
    offers = times[-1][1].offers
    states = sorted({offer.state for offer in offers})
    print(f"offers of {len(offers)} packs to {whose} ({', '.join(states)}): {_ms([t for t, _ in times])}")


def _install_all(box: Box, disk: CountingDisk, national: National, title: str) -> None:
    """Install or update whatever the shelf has for this box, pack by pack."""
    wanted = [offer.pack_id for offer in box.packs.offers(national.shelf).offers if offer.installable]
    flushes, written, copied, times = disk.flushes, disk.written_bytes, 0, []
    worked = time.process_time()
    for pack_id in wanted:
        seconds, done = _timed(lambda p=pack_id: box.packs.install(national.shelf, p, progress=lambda _: None))  # type: ignore[misc]  # bound
        times.append(seconds)
        copied += done.copied_bytes
    worked = time.process_time() - worked
    size = sum(row.size_bytes for row in box.packs.list())
    print(
        f"{title}: {len(wanted)} packs in {sum(times):.1f} s ({worked:.1f}), {copied:,} bytes of {size:,} copied;"
        f" a pack {_ms(times)}, first ten {_ms(times[:10])}, last ten {_ms(times[-10:])};"
        f" {(disk.flushes - flushes) / len(wanted):.0f} flushes and"
        f" {(disk.written_bytes - written) / len(wanted):,.0f} bytes written a pack, database apart",
        flush=True,
    )


def _pulls(box: Box, national: National) -> None:
    """What a line costs: when nothing changed, and when 1 % did."""
    box.subscriptions.add("*")
    with ShelfServer(national.ministry.folder) as server:
        _pull(box, server, "first pull of a box that has everything")
        _pull(box, server, "pull when nothing changed")
        fresh = national.renew()
        size = sum(file.size_bytes for file in fresh.values())
        _pull(box, server, f"pull of 1 %, {len(fresh)} files of {size:,} bytes")


def _pull(box: Box, server: ShelfServer, title: str) -> None:
    """Pull once and say what went over the line."""
    server.asked.clear()
    ask = PullAsk(addresses=(server.address,), neighbours=False)
    seconds, report = _timed(lambda: box.puller.pull(ask, Pace(Event(), clock=box.clock), show=lambda _: None))
    [place] = report.places
    print(
        f"{title}: {seconds:.2f} s, {len(server.asked)} requests, {place.bytes_in or 0:,} bytes in,"
        f" {place.bytes_out or 0:,} bytes out, {sum(pack.changed for pack in report.packs)} packs",
        flush=True,
    )


def _people(box: Box) -> tuple[Pupil, str]:
    """A pupil and a technician, who see different pages."""
    box.school.set("Shkolla „Agimi”", "Gjilan")
    class_id = box.people.class_add("6/2", 6)
    pupil = box.people.add(NewPerson("pupil", "Arta", "Krasniqi", class_ids=(class_id,)))
    technician = box.people.add(NewPerson("technician", "Vlora", "Gashi", password=PASSWORD))
    return Pupil(pupil.person_id, class_id, pupil.pin or ""), technician.login


def _pages(data: Path, national: National, pupil: Pupil, technician: str) -> None:
    """How long the pages take that list things."""
    manifest = next(iter(national.manifests.values()))
    item_id = manifest.units[0].items[0].id
    pupils = (
        "/", "/subjects", f"/subjects/{manifest.area}", f"/grades/{manifest.grades[0]}", f"/courses/{manifest.pack}",
        f"/items/{item_id}", "/search?q=thyes", "/search?q=qeliza+hyrje", "/search?q=e",
    )  # fmt: skip
    box = start_box(data, "--sync", "no")
    try:
        with Browser(box.url) as browser:
            browser.sign_in(pupil)
            for path in pupils:
                _page(box, browser, path)
        with Browser(box.url) as browser:
            browser.sign_in_staff(technician, PASSWORD)
            for path in ("/status", "/subjects", "/search?q=thyes"):
                _page(box, browser, path)
        print(f"memory of the box after these pages: {memory_mib(box):.0f} MiB")
    finally:
        box.end()


def _page(box: Program, browser: Browser, path: str) -> None:
    """Ask for a page again and again."""
    answer = browser.get(path)
    if answer.status_code != 200:
        print(f"page {path}: answered with {answer.status_code}")
        return
    worked = _cpu_s(box)
    took = sorted(_timed(lambda: browser.get(path))[0] for _ in range(PAGES))
    middle, slow = statistics.median(took) * 1000, took[PAGES * 95 // 100 - 1] * 1000
    work = (_cpu_s(box) - worked) / PAGES * 1000
    print(f"page {path}: {middle:.1f} ms median, {slow:.1f} ms p95 ({work:.1f}), {len(answer.content):,} bytes")


def _cpu_s(box: Program) -> float:
    """How long the box has worked so far. Source: proc(5), fields 14 and 15 of stat."""
    fields = Path(f"/proc/{box.process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _remove_all(box: Box, data: Path) -> None:
    """Take every pack off the box."""
    ids = [row.pack_id for row in box.packs.list()]
    worked = time.process_time()
    seconds, freed = _timed(lambda: sum(box.packs.remove(pack_id) for pack_id in ids))
    worked = time.process_time() - worked
    left = [path for path in (data / "packs").rglob("*") if path.is_file() and path.name != "lock"]
    print(
        f"removal of {len(ids)} packs: {seconds:.1f} s ({worked:.1f}), {freed:,} bytes freed,"
        f" {len(left)} files left behind"
    )


def _timed(work: Callable[[], T]) -> tuple[float, T]:
    clock = SystemClock()
    started = clock.monotonic_s()
    result = work()
    return clock.monotonic_s() - started, result


def _ms(times: list[float]) -> str:
    return f"{statistics.median(times) * 1000:.0f} ms" if times else "nothing"


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
