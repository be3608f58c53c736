"""A national library on a real box: verifying, looking, installing, updating, showing, removing 14,000 items.

    python -m tests.bench.pack_library [PACKS]      # prints figures, asserts nothing about time
"""

import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from content_packs.clock import SystemClock
from content_packs.durable import Disk
from content_packs.trust import TrustStore
from schoolbox.config import Config
from schoolbox.services.people import NewPerson
from schoolbox.wiring import Box, open_box
from tests.bench.lesson import memory_mib
from tests.simulators.browser import Browser
from tests.simulators.counting_disk import CountingDisk
from tests.simulators.national import National
from tests.simulators.programs import start_box
from tests.simulators.seeded import PASSWORD, Pupil

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
    for pack_id in wanted:
        seconds, done = _timed(lambda p=pack_id: box.packs.install(national.shelf, p, progress=lambda _: None))  # type: ignore[misc]  # bound
        times.append(seconds)
        copied += done.copied_bytes
    size = sum(row.size_bytes for row in box.packs.list())
    print(
        f"{title}: {len(wanted)} packs in {sum(times):.1f} s, {copied:,} bytes of {size:,} copied;"
        f" a pack {_ms(times)}, first ten {_ms(times[:10])}, last ten {_ms(times[-10:])};"
        f" {(disk.flushes - flushes) / len(wanted):.0f} flushes and"
        f" {(disk.written_bytes - written) / len(wanted):,.0f} bytes written a pack, database apart",
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
                _page(browser, path)
        with Browser(box.url) as browser:
            browser.sign_in_staff(technician, PASSWORD)
            for path in ("/status", "/subjects", "/search?q=thyes"):
                _page(browser, path)
        print(f"memory of the box after these pages: {memory_mib(box):.0f} MiB")
    finally:
        box.end()


def _page(browser: Browser, path: str) -> None:
    """Ask for a page again and again."""
    answer = browser.get(path)
    if answer.status_code != 200:
        print(f"page {path}: answered with {answer.status_code}")
        return
    took = sorted(_timed(lambda: browser.get(path))[0] for _ in range(PAGES))
    middle, slow = statistics.median(took) * 1000, took[PAGES * 95 // 100 - 1] * 1000
    print(f"page {path}: {middle:.1f} ms median, {slow:.1f} ms p95, {len(answer.content):,} bytes")


def _remove_all(box: Box, data: Path) -> None:
    """Take every pack off the box."""
    ids = [row.pack_id for row in box.packs.list()]
    seconds, freed = _timed(lambda: sum(box.packs.remove(pack_id) for pack_id in ids))
    left = [path for path in (data / "packs").rglob("*") if path.is_file() and path.name != "lock"]
    print(f"removal of {len(ids)} packs: {seconds:.1f} s, {freed:,} bytes freed, {len(left)} files left behind")


def _timed(work: Callable[[], T]) -> tuple[float, T]:
    clock = SystemClock()
    started = clock.monotonic_s()
    result = work()
    return clock.monotonic_s() - started, result


def _ms(times: list[float]) -> str:
    return f"{statistics.median(times) * 1000:.0f} ms" if times else "nothing"


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
