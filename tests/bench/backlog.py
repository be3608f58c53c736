"""How long a year's backlog takes over a line that breaks, and how much memory: `python -m tests.bench.backlog`.

Figures only; `tests/integration/test_backlog.py` proves with fewer that each arrives once and in order.
"""

import resource
import secrets
import sys
import tempfile
import time
from pathlib import Path

import httpx
from msgspec.structs import replace

from sync.enrolment import BoxIdentity, enrol
from sync.transport import HubTransport
from tests.simulators.backlog import Backlog
from tests.simulators.hub import make_data, running_hub
from tests.simulators.programs import HubProcess
from tests.simulators.ragged_line import RaggedLine


def main(count: int = 200_000) -> None:
    """Send it, and print what it took."""
    with tempfile.TemporaryDirectory() as name:
        folder = make_data(Path(name) / "hub")
        with running_hub(folder.path) as maker:
            code = maker.hub.enrolments.make_code("Agimi", "Gjilan").code
        backlog = Backlog(Path(name), count)
        hub = HubProcess(folder.path).start()
        with HubTransport(timeout=httpx.Timeout(30.0)) as transport:
            who = BoxIdentity(secrets.token_hex(16), "0.1.0")
            given = enrol(f"http://127.0.0.1:{hub.port}", code, who, transport, token_urlsafe=secrets.token_urlsafe)
            line = RaggedLine(hub.port, seed=2026)
            before_kb, began_s, passes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic(), 1
            with line.open() as url:
                backlog.at = replace(given.credentials, endpoint=f"{url}/xapi/", store_only=True)
                while backlog.talk(transport).error is not None:
                    passes += 1
        took_s = time.monotonic() - began_s
        grew_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kb
        hub.stop()
        with running_hub(folder.path) as again:
            at_hub = again.count()
        sys.stdout.write(
            f"{count} statements, {at_hub} at the hub, {passes} passes, {line.breaks} breaks, {took_s:.0f} s, "
            f"{count / took_s:.0f} a second, the box grew by {grew_kb / 1024:.1f} MB\n"
        )
        backlog.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200_000)
