"""`schoolbox serve`: ready, found, alone on its data, and gone within two seconds when it is told to."""

import json
import re
import signal
import socket
from pathlib import Path

import httpx
import pytest

from tests.simulators.programs import Program, command, running_box, start_box
from tests.simulators.waiting import eventually

STOPS_WITHIN_S = 45.0
"""Two seconds are meant; a machine that runs other tests beside this one gets far more, and one that hangs does not."""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_cleanly(tmp_path: Path, number: int) -> None:
    box = start_box(tmp_path / "data")
    assert httpx.get(f"{box.url}/health", trust_env=False).json()["ok"] is True

    code = box.stop(number, within_s=STOPS_WITHIN_S)

    assert code == 0, box.said()
    assert "box_stopped" in "\n".join(box.log)
    assert "Traceback" not in box.said()


def test_a_second_one_on_the_same_data_is_refused_and_the_first_goes_on(tmp_path: Path) -> None:
    with running_box(tmp_path / "data") as box:
        second = command("schoolbox", "--data", tmp_path / "data", "serve", "--port", "0")

        assert second.returncode == 22
        assert second.stderr.startswith(f"A box is already running on the data folder {tmp_path / 'data'}.")
        assert httpx.get(f"{box.url}/health", trust_env=False).status_code == 200


def test_after_kill_9_the_data_is_free_again(tmp_path: Path) -> None:
    with running_box(tmp_path / "data") as box:
        box.kill()
    with running_box(tmp_path / "data") as again:
        assert httpx.get(f"{again.url}/health", trust_env=False).status_code == 200


def test_a_taken_port_is_said(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])

        refused = command("schoolbox", "--data", tmp_path, "serve", "--host", "127.0.0.1", "--port", port)

    assert refused.returncode == 81
    assert refused.stderr.startswith(f"The box cannot listen on port {port}")
    assert "--port" in refused.stderr


def test_it_tells_people_where_it_is_and_how_to_own_it(tmp_path: Path) -> None:
    box = Program.start(
        ["schoolbox", "--data", tmp_path / "data", "serve", "--host", "127.0.0.1", "--port", "0", "--announce", "no"]
    )
    try:
        eventually(lambda: len(box.lines) >= 2, saying=box.said())
    finally:
        box.end()

    assert box.lines[0].startswith("Schoolbox is ready: http://")
    assert "type this code: " in box.lines[1]


def test_systemd_is_told_when_it_is_ready_and_when_it_stops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(30)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))

        box = start_box(tmp_path / "data")
        assert systemd.recv(100) == b"READY=1"
        box.stop()

        assert systemd.recv(100) == b"STOPPING=1"


def test_systemd_that_watches_hears_that_the_box_is_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(45)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        monkeypatch.setenv("WATCHDOG_USEC", "300000")

        with running_box(tmp_path / "data"):
            heard = [systemd.recv(100) for _ in range(4)]

    assert heard.count(b"READY=1") == 1
    assert heard.count(b"WATCHDOG=1") == 3


def test_behind_a_front_server_people_are_told_where_that_one_listens(tmp_path: Path) -> None:
    (tmp_path / "box.toml").write_text("front_port = 80\nannounce = false\n")
    box = Program.start(
        ["schoolbox", "--config", tmp_path / "box.toml", "--data", tmp_path / "data", "serve", "--port", "0"]
    )
    try:
        eventually(lambda: len(box.lines) >= 2, saying=box.said())
    finally:
        box.end()
    assert re.fullmatch(r"Schoolbox is ready: (http://[^:/]+/(, )?)+", box.lines[0])


def test_health_answers_while_the_database_is_locked(tmp_path: Path) -> None:
    import sqlite3

    with running_box(tmp_path / "data") as box:
        other = sqlite3.connect(tmp_path / "data" / "box.db", isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        answer = httpx.get(f"{box.url}/health", trust_env=False, timeout=45)
        other.execute("ROLLBACK")
        other.close()

    assert set(answer.json()) == {"ok", "version", "up_s"}
    assert answer.headers["Cache-Control"] == "no-store"


def test_log_lines_hold_no_names_and_no_requests(tmp_path: Path) -> None:
    with running_box(tmp_path / "data") as box:
        for _ in range(5):
            assert httpx.get(f"{box.url}/", trust_env=False).status_code == 200
        box.stop()

    assert [line for line in box.log if "GET" in line or "127.0.0.1" in line] == []
    assert json.loads(box.lines[0])["port"] == box.port


def test_a_stranger_can_neither_fill_the_disk_with_bodies_nor_the_log_with_lines(tmp_path: Path) -> None:
    with running_box(tmp_path / "data", "--sync", "no") as box:
        large = httpx.post(f"{box.url}/sign-in/staff", content=bytes(300_000), trust_env=False)
        for _ in range(5):
            assert httpx.post(f"{box.url}/claim", trust_env=False).status_code == 400
        assert httpx.get(f"{box.url}/health", trust_env=False).status_code == 200
        said = box.said()
    assert large.status_code == 413
    assert "form_refused" not in said
    assert "CSRF" not in said


def test_only_the_box_may_read_its_database(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir(mode=0o755)
    with running_box(tmp_path / "data"):
        modes = {path.name: path.stat().st_mode & 0o077 for path in (tmp_path / "data").glob("box.db*")}
    assert len(modes) == 3
    assert set(modes.values()) == {0}
