"""What a hub takes of transfers, and no more: sizes, names, numbers, bombs, and the vectors of the protocol."""

import gzip
import re
import secrets
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from sync.sending_wire import Schools, SendingAsked, Sendings
from tests.simulators.clock import HandClock
from tests.simulators.hub import RunningHub, running_hub
from tests.simulators.over_the_hub import SchoolOnHub, carried, on_hub
from tests.unit.test_statements import VECTORS

Two = tuple[SchoolOnHub, SchoolOnHub]


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[RunningHub]:
    with running_hub(tmp_path / "hub", HandClock()) as running:
        yield running


@pytest.fixture
def two(tmp_path: Path, hub: RunningHub) -> Iterator[Two]:
    with on_hub(tmp_path, hub, HandClock()) as opened:
        yield opened


def test_a_hub_takes_no_more_than_it_must(two: Two, hub: RunningHub) -> None:
    old, new = two
    with hub.client(old.credentials) as client:
        schools = msgspec.json.decode(client.get("/box/v1/schools").content, type=Schools)
        assert schools.schools is not None
        assert client.get(f"/box/v1/schools?mark={schools.mark}").json()["schools"] is None
        asked = {"to": schools.schools[0].id, "size_bytes": 100_000, "sha256": "0" * 64}
        path = "/box/v1/sendings/" + "a" * 32
        assert client.put(path, json=asked).json()["have_bytes"] == 0
        bomb = gzip.compress(bytes(60_000_000))
        assert len(bomb) < 64 * 1024
        zipped = {"Content-Encoding": "gzip"}
        assert client.put(f"{path}/0", content=bomb, headers=zipped).status_code == 413
        assert client.put(path, content=bomb, headers=zipped).status_code == 413
        assert client.put(f"{path}/0", content=bytes(65_537)).status_code == 413
        assert client.put(f"{path}/0", content=bytes(4_000_000)).status_code == 413
        assert client.put(f"{path}/0", content=b"x", headers=zipped).status_code == 400
        assert client.put(f"{path}/0", content=gzip.compress(b"x")[:-3], headers=zipped).status_code == 400
        assert client.put(f"{path}/0", content=b"").status_code == 400
        assert client.put(f"{path}/7", content=b"x").json()["have_bytes"] == 0
        assert client.put(f"{path}/-1", content=b"x").status_code == 404
        for odd in ("A" * 32, "a" * 31, "..%2fx", "a" * 400):
            assert client.put(f"/box/v1/sendings/{odd}", json=asked).status_code == 404
        wrong: list[object] = [
            {**asked, "size_bytes": 220_001}, {**asked, "size_bytes": 0}, {**asked, "sha256": "x"},
            {**asked, "more": 1}, [], "x", {**asked, "to": "a b"},
        ]  # fmt: skip
        for each in wrong:
            assert client.put("/box/v1/sendings/" + "b" * 32, json=each).status_code == 400
        assert client.put("/box/v1/sendings/" + "b" * 32, json={**asked, "to": "nobody"}).status_code == 404
        for begins in (0, 60_000):
            state = client.put(f"{path}/{begins}", content=bytes(60_000 if not begins else 40_000)).json()
        assert (state["state"], state["have_bytes"]) == ("taking", 0), "the whole is not what was announced"
        assert carried(hub) == (1, 0)
        too_many = [client.put(f"/box/v1/sendings/{secrets.token_hex(16)}", json=asked).status_code for _ in range(40)]
        assert too_many == [200] * 39 + [409]
    assert new.talk().ok
    assert new.box.deliveries.waiting() == []


def test_the_vectors_of_the_protocol_are_what_both_ends_read() -> None:
    for name, kind in (("sendings", Sendings), ("sending_asked", SendingAsked), ("schools", Schools)):
        assert msgspec.json.encode(msgspec.json.decode(VECTORS[name], type=kind)) == VECTORS[name]
    assert re.fullmatch("[0-9a-f]{32}", msgspec.json.decode(VECTORS["sendings"], type=Sendings).mine[0].sending)
