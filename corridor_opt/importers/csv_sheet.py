"""A foreign CSV file: separator and encoding by the mapping, else by the file itself, and told."""

from __future__ import annotations

import csv
import dataclasses
from pathlib import Path

from corridor_opt.errors import DataError
from corridor_opt.importers.mapping import TableMapping, TableRules
from corridor_opt.importers.sheet import Sheet, table_of
from corridor_opt.model import writing

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}


def read(path: Path, mapping: TableMapping, rules: TableRules) -> Sheet:
    """Read a CSV file as texts.

    Raises
    ------
    DataError
        It cannot be read, is of another encoding, or its rows do not fit its header.
    """
    text = _text(path, mapping.encoding)
    if "\0" in text:
        raise DataError(f"{path.name} cannot be read: it holds zero bytes; is it a CSV file?")
    lines = text.splitlines(keepends=True)
    above = max(rules.header - 1, 0)
    first = next((line for line in lines[above:] if line.strip()), "")
    separator = mapping.separator or _separator(first)
    limit = csv.field_size_limit(2**31 - 1)  # the geometry of one link may be long
    try:
        found = csv.reader(lines[above:], delimiter=separator, strict=True)
        header: list[str] = []
        cells = []
        for row in found:
            if not any(cell.strip() for cell in row):  # spreadsheets add empty rows
                continue
            if header:
                cells.append((f"line {found.line_num + above}", row))
            else:
                header = [name.strip() for name in row]
    except csv.Error as error:
        line = found.line_num + above
        raise DataError(f"{path.name} cannot be read: {error} (line {line}; is a quotation mark open?)") from error
    finally:
        csv.field_size_limit(limit)
    sheet = table_of(path.name, header, cells)
    if mapping.separator or separator == ",":
        return sheet
    return dataclasses.replace(sheet, notes=(f"{path.name}: cells are separated by {SEPARATORS[separator]}",))


def _text(path: Path, encoding: str) -> str:
    try:
        return path.read_bytes().decode(encoding or "utf-8-sig")
    except OSError as error:
        raise DataError(f"{writing.shown(path)} cannot be read: {writing.reason(error)}") from error
    except LookupError as error:
        raise DataError(f"[csv] encoding: no encoding '{encoding}'") from error
    except UnicodeDecodeError as error:
        if encoding:
            raise DataError(f"{path.name} cannot be read: it is not {encoding} ({error.reason})") from error
        line = error.object[: error.start].count(b"\n") + 1
        raise DataError(
            f"{path.name} cannot be read: it is not UTF-8 (byte {error.object[error.start]:#x} in line {line}); "
            'say which it is in the mapping, such as [csv] encoding = "cp1252"'
        ) from error


def _separator(header: str) -> str:
    """Give the separator that makes most cells of the header; commas where all make one."""
    return max(SEPARATORS, key=lambda mark: len(next(csv.reader([header], delimiter=mark), [])))
