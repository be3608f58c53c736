#!/usr/bin/env python3
"""A tiny program of a box, for tests of updates: `tiny_program.py DATA APP PORT`; see `program_publisher`."""

import http.server
import json
import sqlite3
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(HERE / "lib"))

from schoolbox import MOOD, __version__  # type: ignore[attr-defined]  # noqa: E402 - the tiny one

DATA, TRYING = Path(sys.argv[1]), Path(sys.argv[2]) / "trying.json"
MIGRATIONS = sorted((HERE / "lib/schoolbox/db/migrations").glob("*.sql"))


def open_database() -> sqlite3.Connection:
    """Bring it up to date as the real one does, or end as the real one does."""
    connection = sqlite3.connect(DATA / "box.db", isolation_level=None)
    found = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if found > len(MIGRATIONS):
        sys.exit(11)
    if found and found < len(MIGRATIONS):
        connection.execute("VACUUM INTO ?", (str(DATA / f"box-schema{found}-{time.monotonic_ns()}.db"),))
    connection.execute("PRAGMA journal_mode=wal")
    for path in MIGRATIONS[found:]:
        connection.executescript(path.read_text())
    connection.execute(f"PRAGMA user_version={len(MIGRATIONS)}")
    return connection


class Pages(http.server.BaseHTTPRequestHandler):
    """Answers."""

    def do_GET(self) -> None:
        """Say how it is; while it is tried, nothing else."""
        trial = TRYING.exists()
        if trial and self.path != "/health":
            self.send_error(503)
            return
        version = "9.9.9" if MOOD == "other" else __version__
        body = json.dumps({"ok": MOOD != "ill", "version": version, "trial": trial, "up_s": 1}).encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


if MOOD == "late" and not TRYING.exists():
    sys.exit(1)
database = open_database()
if MOOD == "dies":
    sys.exit(1)
if MOOD == "silent":
    time.sleep(60)
http.server.HTTPServer(("127.0.0.1", int(sys.argv[3])), Pages).serve_forever()
