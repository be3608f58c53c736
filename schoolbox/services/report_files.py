"""Reports as files for a spreadsheet (`sync.spreadsheet`), with a name that says which.

A score stands in two columns, or in words ("4 of 5"), because a spreadsheet would take 4/5 for a date. Files hold whole
names: they are for the teacher's desk, not for the projector.

    write_table("csv", "week", [["Name", "Minutes"], ["Arta", 40]])
"""

import msgspec

from schoolbox.errors import NotFoundError
from sync.spreadsheet import MIMETYPES, Rows, is_format, write_spreadsheet


class ReportFile(msgspec.Struct, frozen=True):
    """A file to hand out."""

    name: str
    mimetype: str
    content: bytes


def write_table(form: str, name: str, rows: Rows) -> ReportFile:
    """Write rows, the first of which is the heading.

    Raises:
        NotFoundError: There is no such form.
    """
    if not is_format(form):
        raise NotFoundError(kind="page", key=form)
    return ReportFile(f"schoolbox-{name}.{form}", MIMETYPES[form], write_spreadsheet(form, rows))
