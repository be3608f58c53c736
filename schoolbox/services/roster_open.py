"""Telling by its bytes what kind of file a list came in, and opening it. Never raises."""

from schoolbox.services.roster_sheets import with_joined
from schoolbox.services.roster_table import FILE_BYTES_MAX, RosterProblem, Table
from schoolbox.services.roster_text import read_text

_ZIP = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHERS = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"{\\rtf", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")
_PAGES = (b"<html", b"<!doctype", b"<table", b"<?xml", b"<head", b"<style")
"""Programs of offices write web pages and call them .xls."""


def open_tables(raw: bytes) -> tuple[Table, ...] | RosterProblem:
    """Open a list: at least one table with at least one row, or why not; sheets that fit together come first as one."""
    problem = _refused(raw)
    if problem:
        return problem
    found: tuple[Table, ...] | Table | RosterProblem = _read_workbook(raw) if raw.startswith(_ZIP) else read_text(raw)
    if isinstance(found, RosterProblem):
        return found
    tables = tuple(table for table in (found if isinstance(found, tuple) else (found,)) if table.rows)
    return with_joined(tables) if tables else RosterProblem(0, "", "empty_file")


def _read_workbook(raw: bytes) -> tuple[Table, ...] | RosterProblem:
    # What reads workbooks takes a second of a Raspberry Pi to load: every command would wait for it.
    from schoolbox.services.roster_xlsx import read_xlsx

    return read_xlsx(raw)


def _refused(raw: bytes) -> RosterProblem | None:
    if len(raw) > FILE_BYTES_MAX:
        return RosterProblem(0, "", "too_large", {"limit": FILE_BYTES_MAX // 1024**2})
    if raw.startswith(_OLD_EXCEL):
        return RosterProblem(0, "", "old_excel")
    head = raw[:64].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if raw.startswith(_OTHERS) or head.startswith(_PAGES):
        return RosterProblem(0, "", "other_format")
    return None
