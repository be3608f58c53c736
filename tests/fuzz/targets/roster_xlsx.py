"""A workbook from anybody: its parts are spoilt one by one, or the whole archive; rows and problems come out."""

import io
import zipfile
import zlib

from schoolbox.services.roster_file import read_roster
from tests.fuzz.rosters import hold
from tests.fuzz.target import Bytewise, Target
from tests.simulators.rosters import SHARED, with_shared_strings, workbook

_HEADINGS = ["Emri", "Mbiemri", "Klasa", "Telefoni"]
_PARTS = ("xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", SHARED)
"""What is changed inside; the first one most often, since it holds the list."""


def run(data: bytes) -> None:
    hold(read_roster(data))


def mutate(data: bytes, size: int, seed: int, bytewise: Bytewise) -> bytes:
    """Change one part and pack it again, so that its checksum is right; sometimes the archive itself."""
    if seed % 8 == 0:
        return bytewise(data, size)
    wanted = _PARTS[0 if seed % 8 < 5 else seed % len(_PARTS)]
    packed = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
            for entry in old.infolist():
                content = old.read(entry)
                new.writestr(entry.filename, bytewise(content, 16_384) if entry.filename == wanted else content)
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, RuntimeError, EOFError):
        return bytewise(data, size)
    return packed.getvalue()


TARGET = Target(
    run=run,
    allowed=(),
    seeds=lambda: [
        workbook([_HEADINGS, ["Arta", "Krasniqi", "6/2", "+383 44 123 456"], ["Blend", "Hoxha", 6.2, 38344123456]]),
        with_shared_strings(workbook([_HEADINGS, ["Çlirim", "Krasniqi", "6/2", "+383 44 123 456"]])),
        workbook(
            [["Lista, klasa VI-2", None, None], [], ["Nr", "Emri dhe mbiemri"], [1, "Arta Krasniqi"], [2, "=A1"]],
            merge=("A1:C1",), more={"6-3": [_HEADINGS, ["Dea", "Limani", "6/3", None]]},
        ),
    ],
    mutate=mutate,
    words=(
        b"<c r=\"A1\" t=\"inlineStr\">", b"<f>A1</f>", b"<v>", b"t=\"s\"", b"t=\"d\"", b"t=\"e\"", b"t=\"b\"",
        b"t=\"str\"",
        b"<mergeCell ref=\"A1:XFD1048576\"/>", b"<row r=\"1048576\">", b"<!DOCTYPE x [", b"<!ENTITY a \"b\">", b"&a;",
        b"1e999", b"NaN", b"-1", b"99999999999999999999",
    ),
    max_bytes=65_536,
    runs=150,
)  # fmt: skip
