"""Writing a workbook (.xlsx) of one sheet that holds text and whole numbers, in memory.

Why not with openpyxl, which reads them: it writes each sheet into a temporary file first, and what stands in ours are
children's names, which a power cut would leave there. Every text is marked as text, so that nothing is worked out as a
formula, and 6/2 does not become a date when somebody types beside it. Source: ECMA-376 part 1, §18.3 and §18.8.

    write_workbook([["Name", "Class"], ["Arta", "6/2"]], widths=[20, 10])
"""

import io
import zipfile
from collections.abc import Iterator, Sequence
from html import escape  # xml.sax has the same, but loads what talks to web servers
from string import ascii_uppercase

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_COLUMNS = (*ascii_uppercase, *(first + second for first in ascii_uppercase for second in ascii_uppercase))
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PARTS = {
    "[Content_Types].xml": (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_KIND}.worksheet+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_KIND}.styles+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
        '<sheets><sheet name="Schoolbox" sheetId="1" r:id="r1"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="r2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
    ),
    "xl/styles.xml": (  # style 1 is plain text (format 49), style 2 the same in bold
        f'<styleSheet xmlns="{_MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
        '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
        '<cellXfs count="3"><xf/><xf numFmtId="49" applyNumberFormat="1"/>'
        '<xf numFmtId="49" fontId="1" applyNumberFormat="1" applyFont="1"/></cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    ),
}


def write_workbook(rows: Sequence[Sequence[str | int]], widths: Sequence[int]) -> bytes:
    """Write rows of printable text and numbers; the first one is the heading and stays in sight.

    Args:
        rows: At most 702 cells each.
        widths: Of the columns, in letters.
    """
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**_PARTS, "xl/worksheets/sheet1.xml": "".join(_sheet(rows, widths))}.items():
            part = zipfile.ZipInfo(name)  # without the time of a clock that may be wrong: the same list, the same bytes
            part.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(part, _HEAD + content)
    return file.getvalue()


def _sheet(rows: Sequence[Sequence[str | int]], widths: Sequence[int]) -> Iterator[str]:
    yield f'<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
    yield '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>'
    for number, width in enumerate(widths, start=1):
        yield f'<col min="{number}" max="{number}" width="{width}" style="1" customWidth="1"/>'
    yield "</cols><sheetData>"
    for line, row in enumerate(rows, start=1):
        cells = (_cell(f"{column}{line}", value, head=line == 1) for column, value in zip(_COLUMNS, row, strict=False))
        yield f'<row r="{line}">{"".join(cells)}</row>'
    yield "</sheetData></worksheet>"


def _cell(place: str, value: str | int, *, head: bool) -> str:
    if isinstance(value, int):
        return f'<c r="{place}"><v>{value}</v></c>'
    style = 2 if head else 1
    return f'<c r="{place}" s="{style}" t="inlineStr"><is><t>{escape(value, quote=False)}</t></is></c>'
