"""The hub's database of an older program becomes today's without losing what it says."""

import sqlite3
from pathlib import Path

from sync.hub.engines.sqlite import MIGRATIONS, migrate

OLDER = ("0001_first.sql", "0002_forgotten.sql")


def test_who_could_read_everything_still_can_and_statements_about_voided_ones_are_known(tmp_path: Path) -> None:
    path = tmp_path / "hub.db"
    with sqlite3.connect(path) as db:
        for name in OLDER:
            db.executescript((MIGRATIONS / name).read_text(encoding="utf-8"))
        db.execute("INSERT INTO term (value) VALUES ('credential:a')")
        for number, key in enumerate(("all", "own")):
            db.execute(
                "INSERT INTO credential (key, secret_hash, owner, reads_all, created_at) VALUES (?, x'00', 1, ?, '')",
                (key, 1 - number),
            )
        db.execute("INSERT INTO batch VALUES (1, 1, 5, 1, 0, x'')")
        db.execute("INSERT INTO void VALUES (x'07', 3, 1, 1)")
        db.execute(f"PRAGMA user_version = {len(OLDER)}")
    db.close()

    migrate(path)
    with sqlite3.connect(path) as db:
        scopes = dict(db.execute("SELECT key, scopes FROM credential").fetchall())
        assert scopes == {"all": "all", "own": "statements/write statements/read/mine define"}
        assert db.execute("SELECT xapi FROM batch").fetchall() == [(1,)]
        assert db.execute("SELECT target, seq FROM reference").fetchall() == [(b"\x07", 3)]
    db.close()
