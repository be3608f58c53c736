"""What needs a person among a hub's boxes, and long lists of them."""

import re
import secrets
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from sync.statements import utc_text
from sync.wire import BoxStatus
from tests.integration.test_hub_pages import STATUS, sign_in
from tests.simulators.clock import HandClock
from tests.simulators.hub import RunningHub, running_hub
from tests.simulators.learning import WALL_AT

WELL = replace(STATUS, quarantined=0, clock_at=utc_text(WALL_AT), clock_trusted=True, temperature_c=51.5)
GB = 1_000_000_000


@pytest.fixture
def hub(tmp_path: Path, new_database: Callable[[], str]) -> Iterator[RunningHub]:
    with running_hub(tmp_path / "data", HandClock(WALL_AT), database=new_database()) as running:
        yield running


def tell(hub: RunningHub, school: str, status: BoxStatus) -> str:
    box_id = secrets.token_hex(16)
    with hub.client(hub.enrol(school, box_id).credentials) as box:
        assert box.put("/box/v1/status", content=msgspec.json.encode(status)).status_code == 200
    return box_id


def page(hub: RunningHub, path: str) -> str:
    with hub.client() as client:
        sign_in(client)
        return client.get(path).text


def needy(text: str) -> list[tuple[str, str]]:
    rows = re.findall(r'<li class="pick">(.*?)</li>', text, re.S)
    return [(re.findall(r"<b>([^<]+)</b>", row)[0], re.sub(r"<[^>]+>|\s+", " ", row).strip()) for row in rows]


def test_what_needs_a_person_stands_first_and_says_why(hub: RunningHub) -> None:
    hub_clock = hub.hub.clock
    assert isinstance(hub_clock, HandClock)
    tell(hub, "Bjeshka", WELL)
    hub_clock.at += timedelta(days=8)
    now = replace(WELL, clock_at=utc_text(hub_clock.at))
    hot = tell(hub, "Agimi", replace(now, temperature_c=84.4))
    tell(hub, "Drita", replace(now, disk_free_bytes=GB, disk_total_bytes=64 * GB))
    tell(hub, "Lisi", replace(now, clock_at=utc_text(hub_clock.at - timedelta(minutes=11)), clock_trusted=False))
    tell(hub, "Migjeni", replace(now, quarantined=2, temperature_c=90.0))
    tell(hub, "Ura", now)
    found = needy(page(hub, "/boxes"))
    assert [school for school, _ in found] == ["Bjeshka", "Migjeni", "Drita", "Agimi", "Lisi"]
    for (_, said), words in zip(found, (
        "silent for 8 days", "2 statements refused", "disk nearly full: 1 GB free", "hot: 84 °C", "clock is wrong",
    ), strict=True):  # fmt: skip
        assert words in said
    assert "hot: 90 °C" in found[1][1]
    one = page(hub, f"/boxes/{hot}")
    assert "84 °C" in one


def test_a_box_that_was_never_heard_needs_a_person_and_a_well_one_does_not(hub: RunningHub) -> None:
    tell(hub, "Ura", WELL)
    assert "All boxes are well." in page(hub, "/boxes")
    hub.enrol("Lisi")
    assert "never heard from" in needy(page(hub, "/boxes"))[0][1]


@pytest.mark.parametrize("told", [151, -61, "hot"])
def test_a_temperature_that_cannot_be_is_refused(hub: RunningHub, told: object) -> None:
    body = msgspec.json.encode({**msgspec.to_builtins(WELL), "temperature_c": told})
    with hub.client(hub.enrol("Ura").credentials) as box:
        answer = box.put("/box/v1/status", content=body)
    assert answer.status_code == 400
    assert "temperature_c" in answer.json()["message"]


def test_a_long_list_comes_in_pages(hub: RunningHub) -> None:
    hub.enrol("Ura")
    with hub.hub.database.write() as db:
        rows = [(f"{number:032x}", 1, utc_text(WALL_AT), "0.1.0") for number in range(249)]
        db.executemany("INSERT INTO box (id, school, enrolled_at, version) VALUES (?, ?, ?, ?)", rows)
    counts = [page(hub, f"/boxes?page={number}").count('<tr><th scope="row"><a href="/boxes/') for number in (1, 2, 3)]
    assert counts == [100, 100, 50]
    assert "Page 3 of 3" in page(hub, "/boxes?page=9")
    for odd in ("0", "-1", "x", "99999999", "%C2%B2"):
        assert "of 3" in page(hub, f"/boxes?page={odd}")
