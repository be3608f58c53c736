"""`schoolbox serve`: run the box until it is told to stop.

In this order: one program a data folder (a lock), the database, the pages, the port; then the jobs; then systemd is
told that the box is ready, and again and again that it is well. SIGTERM and Ctrl-C let pages in the making finish and
stop the rest within two seconds.
"""

import contextlib
import json
import logging
import os
import signal
import sys
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

from content_packs.durable import Disk, locked
from content_packs.errors import DiskError, StoreBusyError
from schoolbox import logs
from schoolbox.cli.asked import Asked, Parsers, add_common
from schoolbox.cli.outcome import Json, Outcome
from schoolbox.config import Config
from schoolbox.errors import AlreadyRunningError, ConfigError
from schoolbox.service_manager import tell, watched_every_s

if TYPE_CHECKING:
    from schoolbox.jobs.supervisor import Job, Supervisor
    from schoolbox.server.server import BoxServer
    from schoolbox.web.trial import Trial
    from schoolbox.wiring import Box

LOG = logging.getLogger(__name__)
GRACE_S = 1.5
"""How long stopping waits for pages in the making."""
STILL_S = 20.0
"""A server whose loop has not turned for so long hangs; it turns once a second by itself."""


def add(nouns: Parsers) -> None:
    """Declare the command; it is a noun without verbs."""
    about = "run the box until it is told to stop"
    words = nouns.add_parser("serve", help=about, description=about)
    add_common(words)
    words.set_defaults(run=run)
    words.add_argument("--host", help="listen on this address only")
    words.add_argument("--port", help="8080 unless told otherwise; 0 takes a free one")
    words.add_argument("--threads", help="how many pages are made at once")
    words.add_argument("--name", help="the name on the network, without .local")
    words.add_argument("--language", help="what pages speak first")
    words.add_argument("--announce", choices=("yes", "no"), help="say on the network that the box is here")
    words.add_argument("--sync", choices=("yes", "no"), help="talk to the hub in the background")
    words.add_argument("--sticks", metavar="FOLDER", help="where the system shows sticks; empty for nowhere")
    words.add_argument("--log-level", choices=("debug", "info", "warning", "error"))


def run(asked: Asked) -> Outcome:
    """Serve until stopped.

    Raises:
        AlreadyRunningError: Another program serves this data folder.
        ListenError: The port is taken, or needs rights that we do not have.
    """
    with _only_one(asked.config), asked.box(mend=True) as box:
        box.uploads.open()
        box.first_settings.take()
        box.first_root.take_given()
        trial = _trial(box)
        server = _server(box, trial)
        reached_at = box.config.front_port or server.port
        box.reach.served_at(reached_at)
        watching, supervisor = _watching(box, server), _supervisor(box, reached_at)
        stopping = threading.Event()

        def stop(*_signal: object) -> None:
            stopping.set()
            server.close()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        watching.start()
        opening = _open_when_over(trial, supervisor, stopping)
        _say_ready(box, server, as_json=asked.json)
        if not stopping.is_set():
            server.run()
        tell("STOPPING=1", os.environ)
        stopping.set()
        if opening:
            opening.join()
        supervisor.stop()
        watching.stop()
        LOG.info(logs.line("box_stopped", up_s=round(box.up_s())))
    return Outcome({"stopped": True}, "")


def _trial(box: "Box") -> "Trial":
    """The pages, behind a door that is shut while this program is tried: then no job runs either (UPDATES 6.5)."""
    from schoolbox.web.app import create_app
    from schoolbox.web.trial import Trial

    return Trial(create_app(box), note=box.config.app / "trying.json", answers=box.database.takes_a_write)


def _open_when_over(trial: "Trial", supervisor: "Supervisor", stopping: threading.Event) -> threading.Thread | None:
    """Start the jobs now, or on the thread that is given, once this program is known to be well."""
    if not trial.going():
        supervisor.start()
        return None

    def open_later() -> None:
        if trial.wait(stopping):
            supervisor.start()

    thread = threading.Thread(target=open_later, daemon=True)
    thread.start()
    return thread


def _server(box: "Box", trial: "Trial") -> "BoxServer":
    from schoolbox.server.options import ServerOptions
    from schoolbox.server.server import make_server
    from schoolbox.web.app import FORM_BYTES_MAX

    config = box.config
    # A larger body would be kept in a temporary file before a page could refuse it, and anybody may send one.
    options = ServerOptions(
        grace_s=GRACE_S, request_bytes_max=4 * FORM_BYTES_MAX, trusted_proxy=config.trusted_proxy or None
    )
    return make_server(
        trial, host=config.host, port=config.port, threads=config.threads, options=options
    )


def _watching(box: "Box", server: "BoxServer") -> "Supervisor":
    """What tells systemd that the program is well, also while it is tried."""
    from schoolbox.jobs.supervisor import Supervisor
    from schoolbox.jobs.well import WellJob

    every_s = watched_every_s(os.environ, os.getpid())
    well = WellJob(
        box.database, serves=lambda: server.still_s() < STILL_S, every_s=every_s,
        say=lambda: tell("WATCHDOG=1", os.environ),
    )  # fmt: skip
    return Supervisor([well] if every_s else [], on_end=box.database.close_thread)


def _supervisor(box: "Box", port: int) -> "Supervisor":
    from schoolbox.jobs.announce import AnnounceJob
    from schoolbox.jobs.beginning import BeginningJob
    from schoolbox.jobs.clock_work import ClockJob
    from schoolbox.jobs.own_file_work import OwnFileJob
    from schoolbox.jobs.program_work import ProgramJob
    from schoolbox.jobs.pull_loop import PullJob, PullJobParts
    from schoolbox.jobs.shelf_work import ShelfWorkJob
    from schoolbox.jobs.snapshots import SnapshotJob
    from schoolbox.jobs.stick_watch import StickWatchJob
    from schoolbox.jobs.supervisor import Supervisor

    jobs: list[Job] = [
        StickWatchJob(box.sticks), ShelfWorkJob(runner=box.job_runner, jobs=box.jobs, sticks=box.sticks),
        OwnFileJob(box.own_file_publishing), SnapshotJob(box.database_care, box.erasures),
        BeginningJob(box.hub_asking, box.kept_packs, box.uplink, may_talk=box.config.sync),
        ProgramJob(box.programs), ClockJob(box.machine_clock, box.wall_clock),
    ]  # fmt: skip
    if box.config.pull_hours:
        parts = PullJobParts(
            puller=box.puller, notes=box.pull_notes, uplink=box.uplink, config=box.config, clock=box.clock,
            line=box.line_rules,
        )  # fmt: skip
        jobs.append(PullJob(parts))
    if box.config.sync:
        jobs.append(_sync_job(box))
    if box.config.announce:
        jobs.append(
            AnnounceJob(
                db=box.database, school=box.school, reach=box.reach, clock=box.clock, host=box.config.name, port=port
            )
        )
    return Supervisor(jobs, on_end=box.database.close_thread)


def _sync_job(box: "Box") -> "Job":
    from schoolbox.jobs.sync_loop import SyncJob

    return SyncJob(
        uplink=box.uplink, landed=box.outbox.landed, session=box.session, line=box.line_rules, clock=box.clock
    )


def _say_ready(box: "Box", server: "BoxServer", *, as_json: bool) -> None:
    """Tell systemd, the log and whoever sits at the terminal."""
    code, addresses = box.claim.prepare(), box.addresses()
    LOG.info(logs.line("box_ready", port=server.port, up_s=round(box.up_s(), 2)))
    data: dict[str, Json] = {"ready": True, "port": server.port, "addresses": list(addresses), "claim": code}
    lines = [f"Schoolbox is ready: {', '.join(f'http://{each}/' for each in addresses)}"]
    if code:
        lines.append(f"This box has no owner yet. Open http://{addresses[0]}/claim and type this code: {code}")
    sys.stdout.write((json.dumps(data) if as_json else "\n".join(lines)) + "\n")
    sys.stdout.flush()
    tell("READY=1", os.environ)


@contextlib.contextmanager
def _only_one(config: Config) -> Iterator[None]:
    """Hold the data folder; the lock goes with the process, also when it is killed."""
    with contextlib.ExitStack() as held:
        try:
            Disk().make_folder(config.data, mode=0o750)
            held.enter_context(locked(config.data / "serve.lock", wait=False))
        except StoreBusyError as exc:
            raise AlreadyRunningError(folder=config.data) from exc
        except DiskError as exc:
            raise ConfigError(setting="data", problem=f"{exc.path} cannot be used: {exc.problem}") from exc
        yield
