"""What systemd is told, through the socket it names."""

import socket
from pathlib import Path

import pytest

from schoolbox.service_manager import tell, watched_every_s


def test_systemd_hears_that_the_box_is_ready(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(45)
        tell("READY=1", {"NOTIFY_SOCKET": str(tmp_path / "notify")})
        assert manager.recv(64) == b"READY=1"


def test_an_abstract_socket_is_reached_too() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind("\0schoolbox-test-notify")
        manager.settimeout(45)
        tell("STOPPING=1", {"NOTIFY_SOCKET": "@schoolbox-test-notify"})
        assert manager.recv(64) == b"STOPPING=1"


def test_without_systemd_or_with_a_dead_one_nothing_happens(tmp_path: Path) -> None:
    tell("READY=1", {})
    tell("READY=1", {"NOTIFY_SOCKET": str(tmp_path / "nobody")})


@pytest.mark.parametrize(
    ("environment", "every_s"),
    [
        ({"WATCHDOG_USEC": "90000000"}, 30.0),
        ({"WATCHDOG_USEC": "90000000", "WATCHDOG_PID": "77"}, 30.0),
        ({"WATCHDOG_USEC": "90000000", "WATCHDOG_PID": "78"}, 0),
        ({"WATCHDOG_USEC": "soon"}, 0),
        ({}, 0),
    ],
)
def test_how_often_systemd_wants_to_hear_of_the_box(environment: dict[str, str], every_s: float) -> None:
    assert watched_every_s(environment, 77) == every_s
