"""Starts the demo and stays until Ctrl-C: `make demo`.

Everything it makes is in `.demo/`; a second start keeps it. BOX_PORT and HUB_PORT choose the ports, DEMO_FOLDER another
folder. It never needs root.
"""

import os
import signal
import socket
import sys
import threading
from pathlib import Path
from types import FrameType

from content_packs.durable import locked
from content_packs.errors import StoreBusyError
from deploy.demo.commands import DemoError, Server, once
from deploy.demo.school import Demo, enrol, install, make_hub, make_school, remember
from deploy.demo.shelf import make_shelf, remember_sources, sources_changed
from deploy.demo.show import show
from deploy.demo.stick import make_stick

HUB_TITLE = "Komuna e Gjilanit"
GOES_ON = "What was made so far is kept. Try again with: make demo. To start from nothing: make demo-reset"


def main() -> int:
    """Run the demo; 0 when it was stopped, 1 when it could not go on."""
    stop = threading.Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, on_signal)
    servers: list[Server] = []
    folder = Path(os.environ.get("DEMO_FOLDER", ".demo")).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with locked(folder / "lock", wait=False):
            return _run(folder, servers, stop)
    except StoreBusyError:
        print("A demo runs here already. Stop it first (Ctrl-C), or use the addresses it printed.", file=sys.stderr)
        return 1
    except DemoError as exc:
        print(f"\n{exc}\n{GOES_ON}", file=sys.stderr)
        return 1
    finally:
        for server in reversed(servers):
            server.stop()


def _run(folder: Path, servers: list[Server], stop: threading.Event) -> int:
    """Prepare, start, show, and stay until told to stop."""
    demo = _prepare(folder)
    _start(demo, servers)
    show(demo)
    _stay(servers, stop)
    for server in reversed(servers):
        server.stop()
    print("\nStopped. Everything is kept; 'make demo' goes on, 'make demo-reset' forgets it.")
    return 0


def _stay(servers: list[Server], stop: threading.Event) -> None:
    """Stay while the box runs; the hub may come and go, as a line does.

    Raises:
        DemoError: The box stopped by itself.
    """
    hub, box = servers
    hub_was_up = True
    while not stop.wait(0.5):
        box.check()
        if hub_was_up and not hub.alive():
            hub_was_up = False
            print("\nThe hub has stopped. The box goes on; what is learnt waits. To start the hub again:", flush=True)
            print(f"  {hub.words}\n", flush=True)


def _prepare(folder: Path) -> Demo:
    demo = Demo(folder=folder, box_port=_port("BOX_PORT", 8080), hub_port=_port("HUB_PORT", 8081))
    if demo.box_port == demo.hub_port:
        raise DemoError("BOX_PORT and HUB_PORT are the same. Give each its own: make demo BOX_PORT=9080 HUB_PORT=9081")
    if sources_changed(folder):
        print("Building and signing the sample packs ...", flush=True)
        make_shelf(folder)
    return demo


def _start(demo: Demo, servers: list[Server]) -> None:
    """Hub first, then the box, then the school: each step keeps what it finds done."""
    print("Starting the hub and the box ...", flush=True)
    make_hub(demo)
    hub = Server(
        "hub", "schoolbox-hub", "serve", "--data", demo.hub_data, "--port", str(demo.hub_port), "--title", HUB_TITLE,
        log=demo.folder / "hub.log",
    )  # fmt: skip
    servers.append(hub)
    hub.wait_until_it_answers(f"{demo.hub_url}/health")
    make_school(demo)
    box = Server(
        "box", "schoolbox", "--data", demo.box_data, "serve", "--port", str(demo.box_port),
        log=demo.folder / "box.log", settings={"SCHOOLBOX_PULL_HOURS": "0"},  # it waits for a person with a stick
    )  # fmt: skip
    servers.append(box)
    box.wait_until_it_answers(f"{demo.box_url}/health")
    enrol(demo)
    if sources_changed(demo.folder):
        install(demo)
        once(demo.folder / "classroom", lambda: _make_classroom(demo))
        remember_sources(demo.folder)
    make_stick(demo.folder)
    remember(demo)


def _make_classroom(demo: Demo) -> None:
    from deploy.demo.classroom import make_classroom  # half a second, and only the first start needs it

    make_classroom(demo)


def _port(name: str, default: int) -> int:
    """Read a port and see that it is free, so that the sentence is ours and not a trace.

    Raises:
        DemoError: It is no port, or another program has it.
    """
    raw = os.environ.get(name, str(default))
    if not raw.isdigit() or not 1024 <= int(raw) <= 65_535:
        raise DemoError(f"{name}={raw} is not a port from 1024 to 65535.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("", int(raw)))
        except OSError as exc:
            raise DemoError(f"Port {raw} is taken by another program. Choose another: make demo {name}=9080") from exc
    return int(raw)


if __name__ == "__main__":
    sys.exit(main())
