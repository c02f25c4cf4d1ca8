"""A sheet of a foreign workbook (.xlsx), through openpyxl."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from corridor_opt.errors import DataError, MissingExtraError
from corridor_opt.importers.mapping import TableRules
from corridor_opt.importers.sheet import Sheet, table_of
from corridor_opt.model import writing

_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # a compound file: what a password makes of a workbook


def names(path: Path) -> list[str]:
    """Names of the sheets of a workbook that hold anything.

    Raises
    ------
    DataError
        It is damaged, locked by a password, or empty.
    MissingExtraError
        openpyxl is not installed.
    """
    book = _open(path, values=True, lazy=True)
    try:
        filled = [
            sheet.title
            for sheet in book.worksheets
            if any(cell not in (None, "") for row in sheet.iter_rows(max_row=50, values_only=True) for cell in row)
        ]
    finally:
        book.close()
    if not filled:
        raise DataError(f"{path.name} cannot be used: its sheets are empty")
    return filled


def read(path: Path, name: str, rules: TableRules) -> Sheet:
    """Read a sheet: numbers stay numbers, dates become texts.

    Raises
    ------
    DataError
        Names of columns stand in merged cells, a formula has no value, or rows do not fit the header.
    """
    where = f"{path.name}, sheet {name}"
    sheet = _open(path, values=True)[name]
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    filled = [number for number, row in enumerate(rows) if any(cell not in (None, "") for cell in row)]
    top = rules.header - 1 if rules.header else (filled[0] if filled else 0)
    faults = [
        f"{where}: the cells {area.coord} are merged where the names of columns are expected; "
        f"say which line holds them, such as header = {top + 2}, or part them"
        for area in sheet.merged_cells.ranges
        if area.min_row <= top + 1 <= area.max_row
    ]
    faults += _formulas(path, name, rows, where)
    if faults:
        raise DataError(f"{where} cannot be read", faults)
    header = [str(cell).strip() if cell is not None else "" for cell in rows[top]] if top < len(rows) else []
    while header and not header[-1]:
        header.pop()
    wide = len(header)
    cells = [
        # what stands right of the last name is kept where it says something, so that it is complained of
        (f"row {number + 1}", [_plain(cell) for cell in _trimmed(rows[number], wide)])
        for number in filled
        if number > top
    ]
    return table_of(where, header, cells)


def _open(path: Path, *, values: bool, lazy: bool = False) -> Any:
    """Open a workbook with its values or with its formulas."""
    try:
        import openpyxl
    except ImportError as error:
        raise MissingExtraError("a spreadsheet needs openpyxl: pip install 'corridor_opt[report]'") from error
    try:
        with path.open("rb") as file:
            head = file.read(8)
    except OSError as error:
        raise DataError(f"{writing.shown(path)} cannot be read: {writing.reason(error)}") from error
    if head == _OLD:
        why = "it is locked by a password, or an old .xls; save it as plain .xlsx"
        raise DataError(f"{path.name} cannot be read: {why}")
    try:
        return openpyxl.load_workbook(path, data_only=values, read_only=lazy)
    except Exception as error:  # zipfile, XML and openpyxl raise families of their own
        raise DataError(f"{path.name} cannot be read: it is damaged or no workbook ({error})") from error


def _formulas(path: Path, name: str, rows: list[list[Any]], where: str) -> list[str]:
    """Name the formulas whose values were never saved; asked only where a cell is empty."""
    if all(cell is not None for row in rows for cell in row):
        return []
    sheet = _open(path, values=False)[name]
    bare = [
        cell.coordinate
        for row, known in zip(sheet.iter_rows(), rows, strict=True)
        for cell, value in zip(row, known, strict=True)
        if value is None and cell.data_type == "f"
    ]
    if not bare:
        return []
    more = f" and {len(bare) - 5:,} more" if len(bare) > 5 else ""
    return [
        f"{where}: formulas without values in {', '.join(bare[:5])}{more}; "
        "open the workbook in a spreadsheet program and save it, or paste values"
    ]


def _trimmed(row: list[Any], wide: int) -> list[Any]:
    """Cut empty cells right of the header."""
    short = list(row)
    while len(short) > wide and short[-1] in (None, ""):
        short.pop()
    return short


def _plain(cell: object) -> object:
    """Give a cell as a number or a text; a day stands as ISO writes it."""
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat()
    return "" if cell is None else cell
