"""How long a start takes and how much memory it needs: printed, not asserted."""

import time
from pathlib import Path

import httpx

from tests.simulators.programs import running_box
from tests.simulators.seeded import seed


def test_start_to_first_page_and_memory_are_told(tmp_path: Path) -> None:
    school = seed(tmp_path)
    begun = time.monotonic()
    with running_box(school.data, "--sync", "no") as box:
        assert httpx.get(f"{box.url}/", trust_env=False).status_code == 200
        first_page_s = time.monotonic() - begun
        resident_kb = _resident_kb(box.process.pid)

    print(f"start to first page {first_page_s:.2f} s, resident {resident_kb / 1024:.0f} MB")
    assert resident_kb > 0


def _resident_kb(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))
