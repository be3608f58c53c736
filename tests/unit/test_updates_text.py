"""The examples and vectors in UPDATES.md are true."""

import hashlib
import re
from pathlib import Path

from content_packs.programs.archive import head_of
from content_packs.programs.manifest import decode_program, encode_program, is_version, version_number

TEXT = (Path(__file__).parents[2] / "deploy" / "raspberrypi" / "UPDATES.md").read_text(encoding="utf-8")


def clause(number: str) -> str:
    """The text of one clause."""
    match = re.search(rf"\*\*{re.escape(number)}\*\* (.*?)(?=\n- \*\*|\n\n|\n##|\Z)", TEXT, re.DOTALL)
    assert match, number
    return match[1]


def test_the_vector_of_an_archive_is_what_a_writer_writes() -> None:
    tar = head_of("bin/schoolbox", 5) + b"Agimi" + bytes(507) + bytes(1024)

    assert f"{len(tar):,} bytes" in clause("2.7")
    assert hashlib.sha256(tar).hexdigest() in clause("2.7")


def test_the_vector_of_a_manifest_decodes_and_encodes_to_the_same_bytes() -> None:
    match = re.search(r"```json program\n(.*?)\n```", TEXT, re.DOTALL)
    assert match
    raw = match[1].encode()

    assert encode_program(decode_program(raw)) == raw
    assert f"of {len(raw)} bytes" in clause("2.7")
    assert hashlib.sha256(raw).hexdigest() in clause("2.7")


def test_versions_are_ordered_by_their_numbers() -> None:
    assert [version_number(each) for each in ("0.0.1", "0.2.1", "1.0.0")] == [1, 2_001, 1_000_000]
    assert all(map(is_version, ("0.0.0", "0.1.0", "999.999.999")))
    assert not any(map(is_version, ("1.0", "01.0.0", "1.0.1000", "1.0.0a", "1.0.0\n", "../0", "")))


def test_every_clause_that_code_cites_is_there() -> None:
    tree = Path(__file__).parents[2]
    folders = ("content_packs/programs", "schoolbox/updater", "deploy/raspberrypi/program")
    cited = {
        number
        for folder in folders
        for path in (tree / folder).glob("*.py")
        for number in re.findall(r"UPDATES (\d+\.\d+)", path.read_text(encoding="utf-8"))
    }

    assert cited
    assert [number for number in cited if f"**{number}**" not in TEXT] == []
