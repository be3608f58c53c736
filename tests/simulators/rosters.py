"""Lists of people as school offices have them: workbooks and texts with everything that goes wrong in real life.

    workbook([["Emri", "Mbiemri", "Klasa"], ["Arta", "Gashi", "6/2"]])
"""

import io
import re
import zipfile
from collections.abc import Callable, Sequence
from datetime import date

import openpyxl

Rows = Sequence[Sequence[str | float | date | None]]
HEADINGS = ("Emri", "Mbiemri", "Klasa")
SHARED = "xl/sharedStrings.xml"
ARTA = ("Arta", "Krasniqi", "6/2")


def workbook(rows: Rows, *, merge: Sequence[str] = (), more: dict[str, Rows] | None = None) -> bytes:
    """A workbook of one sheet, or of more, with some cells merged."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Nxënësit"
    for name, content in {"": rows, **(more or {})}.items():
        page = book.create_sheet(name) if name else sheet
        for row in content:
            page.append(list(row))
    for cells in merge:
        sheet.merge_cells(cells)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def text(*lines: str, codec: str = "utf-8", separator: str = ";") -> bytes:
    """A text as a spreadsheet saves it."""
    return "".join(f"{line.replace(';', separator)}\r\n" for line in lines).encode(codec)


def blank_workbook(lines: int, cells: int = 12) -> bytes:
    """A workbook with one pupil and a great many formatted, empty cells below."""
    blank = b"".join(
        b'<row r="%d">' % line
        + b"".join(b'<c r="%c%d" s="0"/>' % (65 + cell, line) for cell in range(cells))
        + b"</row>"
        for line in range(3, lines + 3)
    )
    return rewritten(
        workbook([HEADINGS, ARTA]), "xl/worksheets/sheet1.xml",
        lambda part: part.replace(b"</sheetData>", blank + b"</sheetData>"),
    )  # fmt: skip


def rewritten(raw: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """The same workbook with one of its parts changed."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            content = old.read(entry)
            new.writestr(entry.filename, change(content) if entry.filename == name else content)
    return file.getvalue()


def with_shared_strings(raw: bytes) -> bytes:
    """The same workbook as Excel and LibreOffice write it: its texts stand in a part of their own."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
    strings: list[str] = []

    def share(cell: re.Match[str]) -> str:
        strings.append(cell[2])
        return f'{cell[1]} t="s"><v>{len(strings) - 1}</v></c>'

    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    parts["xl/worksheets/sheet1.xml"] = re.sub(
        r'(<c r="\w+")[^>]*t="inlineStr"[^>]*><is><t>([^<]*)</t></is></c>', share, sheet
    )
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(
        "</Types>", f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'
    )
    parts["xl/_rels/workbook.xml.rels"] = parts["xl/_rels/workbook.xml.rels"].replace(
        "</Relationships>", f'<Relationship Id="shared" Type="{relation}" Target="sharedStrings.xml"/></Relationships>'
    )
    items = "".join(f"<si><t>{text}</t></si>" for text in strings)
    name_space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    parts[SHARED] = f'<?xml version="1.0" encoding="UTF-8"?><sst xmlns="{name_space}">{items}</sst>'
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in parts.items():
            new.writestr(name, content)
    return file.getvalue()


def xml_bomb() -> bytes:
    """A workbook whose text multiplies when its entities are filled in."""
    entities = b'<!DOCTYPE x [<!ENTITY a "ha">' + b"".join(
        b'<!ENTITY %c "%s">' % (letter, b"&%c;" % (letter - 1) * 10) for letter in range(ord("b"), ord("j"))
    ) + b"]>"
    return rewritten(
        workbook([HEADINGS, ARTA]), "xl/worksheets/sheet1.xml",
        lambda part: part.replace(b"<worksheet", entities + b"<worksheet", 1).replace(b"Arta", b"&i;"),
    )  # fmt: skip


def zip_bomb(megabytes: int = 200) -> bytes:
    """A workbook with a sheet that is nearly nothing when packed."""
    return rewritten(
        workbook([HEADINGS, ARTA]), "xl/worksheets/sheet1.xml", lambda part: part + b" " * (megabytes * 1024 * 1024)
    )
