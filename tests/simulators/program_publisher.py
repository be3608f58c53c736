"""A publisher of programs: tiny ones that really run, on a shelf that is really signed.

A tiny program keeps a database as the real one does (a copy before a migration), answers `/health`, and shuts its doors
while it is tried. Its `mood` says how it lies: `well`, `dies` at its start, `silent` (never answers), `other` (says
another version), `ill` (its database takes no write), `late` (dies at every start once it was tried).
"""

import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from content_packs.durable import Disk
from content_packs.programs.base import BASE, base_of_this
from content_packs.programs.build import ProgramFacts, build_program
from content_packs.programs.sign import ProgramSigned, sign_program
from content_packs.sign.index import write_index
from content_packs.sign.metadata import PublisherKeys, registry_bytes
from content_packs.trust import Publisher
from tests.simulators.clock import HandClock
from tests.simulators.vector_keys import KEYS, SIGNED_AT, root_raw, signers

SIGNERS = ("mash", "mash-2")
TINY = Path(__file__).with_name("tiny_program.py")


class ProgramPublisher:
    """Makes programs and signs them onto one shelf; two of its keys must sign."""

    def __init__(self, folder: Path, *, machines: Sequence[str] = (os.uname().machine, "riscv64")) -> None:
        self.folder = folder
        self.shelf = folder / "programs"
        self.root_file = folder / "programs.root.json"
        self.machines = machines
        (self.shelf / "meta" / "cat").mkdir(parents=True)
        self.root_file.write_bytes(root_raw(1))
        (self.shelf / "meta" / "1.root.json").write_bytes(root_raw(1))
        self.list_signers(SIGNERS)

    def list_signers(self, names: Sequence[str], *, version: int = 1, registry: str = "registry") -> None:
        """Say in the registry who may sign programs."""
        keys = [signer.public_key for signer in signers(names)]
        entry = PublisherKeys(Publisher("schoolbox", {"sq": "Schoolbox"}, 1), keys, len(keys))
        raw = registry_bytes(version, [entry], [KEYS[registry]], signed_at=SIGNED_AT)
        (self.shelf / "meta" / "registry.json").write_bytes(raw)
        write_index(self.shelf, Disk())

    def tree(self, version: str, *, mood: str = "well", schema: int = 1, machine: str = "") -> Path:
        """Unpack a tiny program in a folder."""
        folder = self.folder / "trees" / f"{version}-{mood}-{machine}"
        shutil.rmtree(folder, ignore_errors=True)
        package = folder / "lib" / "schoolbox"
        migrations = package / "db" / "migrations"
        migrations.mkdir(parents=True)
        (package / "__init__.py").write_text(f'__version__ = "{version}"\nMOOD = "{mood}"\n')
        (package / "machine.txt").write_text(machine)
        for number in range(1, schema + 1):
            (migrations / f"{number:04}_x.sql").write_text(f"CREATE TABLE t{number} (x);\n")
        (folder / "bin").mkdir()
        shutil.copyfile(TINY, folder / "bin" / "schoolbox")
        (folder / "bin" / "schoolbox").chmod(0o755)
        return folder

    def build(
        self, version: str, *, mood: str = "well", schema: int = 1, needs: Mapping[str, object] | None = None
    ) -> Path:
        """Build a tiny program; give the folder it is built in."""
        out = self.folder / "built" / version
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir(parents=True)
        facts = ProgramFacts(
            version=version, released_at="2026-09-01T08:00:00Z", news={"sq": "Më shpejt.", "en": f"News of {version}."},
            base=int(str((needs or {}).get("base", BASE))),
            python=str((needs or {}).get("python", base_of_this().python)),
        )  # fmt: skip
        trees = {each: self.tree(version, mood=mood, schema=schema, machine=each) for each in self.machines}
        build_program(trees, facts, out, Disk())
        return out

    def publish(
        self, version: str, *, mood: str = "well", schema: int = 1, by: Sequence[str] = SIGNERS,
        needs: Mapping[str, object] | None = None,
    ) -> ProgramSigned:  # fmt: skip
        """Build and sign."""
        built = self.build(version, mood=mood, schema=schema, needs=needs)
        return sign_program(built, self.shelf, signers(by), disk=Disk(), clock=HandClock(SIGNED_AT))
