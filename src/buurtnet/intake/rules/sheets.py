"""What was sent as rows of a table or as text: CSV in any of the usual clothes, XLSX within bounds."""

import csv
import io
import zipfile
from datetime import date, datetime
from itertools import islice
from typing import Any
from xml.etree.ElementTree import ParseError

from buurtnet.kit.errors import Invalid
from buurtnet.kit.text import N_

MOST_ROWS = 1000
MOST_COLUMNS = 40
MOST_UNPACKED = 16 << 20
"""Bytes of a spreadsheet when it is unpacked; its parts are never read beyond what the file itself declares of them."""
LONGEST_CELL = 2000
ZIP, OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
UNREADABLE = N_("We cannot read this file. Save it as CSV or as XLSX, or paste the lines here.")
TOO_MANY = N_("This list has more than 1,000 lines. Send it in parts.")
TOO_BIG = N_("This file is too big. Save only the list, without pictures.")
Rows = list[list[str]]


def read_bytes(data: bytes) -> str | Rows:
    """The text of a file, or its rows where it is a spreadsheet; Invalid where it is neither, or more than anybody pastes."""
    if data.startswith(ZIP):
        return read_sheet(data)
    if data.startswith(OLD_EXCEL):
        raise Invalid({"list": UNREADABLE})
    return decode(data)


def decode(data: bytes) -> str:
    """The text in UTF-8 with or without a mark, UTF-16 with one, or else Windows-1252, as Excel saves here; Invalid where it is no text."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16", errors="replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp1252", errors="replace")
    if "\x00" in text:
        raise Invalid({"list": UNREADABLE})
    return text


def read_sheet(data: bytes) -> Rows:
    """The rows of the first sheet that holds any: what stands in the cells, never what a formula would make of it."""
    # It brings NumPy along, which takes half a second that most web processes never need.
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            if sum(part.file_size for part in parts.infolist()) > MOST_UNPACKED:
                raise Invalid({"list": TOO_BIG})
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        for sheet in book.worksheets:
            rows = [
                [_plain(cell) for cell in row]
                for row in islice(sheet.iter_rows(max_row=MOST_ROWS + 2, max_col=MOST_COLUMNS, values_only=True), MOST_ROWS + 2)
            ]
            if kept := _tidy(rows):
                return kept
    except (
        zipfile.BadZipFile,
        InvalidFileException,
        KeyError,
        ValueError,
        ParseError,
        OSError,
        EOFError,
        AttributeError,
        TypeError,
        IndexError,
    ):
        raise Invalid({"list": UNREADABLE}) from None
    return []


def _plain(cell: Any) -> str:
    if cell is None or isinstance(cell, bool):
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime | date):
        return cell.isoformat()[:10]
    return str(cell)[:LONGEST_CELL].strip()


def read_table(text: str) -> Rows | None:
    """The rows of a text that is a table, cut at tabs, semicolons or commas; None where it is no table at all."""
    first = next((line for line in text.split("\n") if line.strip()), "")
    for sign in ("\t", ";", ","):
        if sign not in first:
            continue
        rows = _tidy([[cell.strip()[:LONGEST_CELL] for cell in row[:MOST_COLUMNS]] for row in _cut(text, sign)])
        if rows and len(rows[0]) > 1:
            return rows
    return None


def _cut(text: str, sign: str) -> Rows:
    try:
        return list(islice(csv.reader(io.StringIO(text, newline=""), delimiter=sign), MOST_ROWS * 2))
    except csv.Error:
        return [line.split(sign) for line in text.splitlines()[: MOST_ROWS * 2]]


def _tidy(rows: Rows) -> Rows:
    """The rows that hold something; Invalid where these are too many."""
    kept = [row for row in rows if any(row)]
    if len(kept) > MOST_ROWS + 1:
        raise Invalid({"list": TOO_MANY})
    return kept
