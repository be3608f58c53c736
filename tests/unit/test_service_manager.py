"""What systemd is told, through the socket it names."""

import socket
from pathlib import Path

from schoolbox.service_manager import tell


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
