"""A foreign table as it stands, before any column of it becomes ours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from corridor_opt.errors import DataError

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Sheet:
    """One foreign table.

    Parameters
    ----------
    where
        How a fault names it: `lines.csv`, `book.xlsx, sheet lines`.
    frame
        Cells as they stand, without geometry.
    rows
        How a fault names each row: `line 12`, `row 12`, `feature 3`.
    shapes
        Geometry by row; None where the table has none.
    crs
        What the file says of its coordinates; None where it says nothing.
    notes
        What reading it guessed.
    """

    where: str
    frame: pd.DataFrame
    rows: Sequence[str]
    shapes: Any = None
    crs: Any = None
    notes: tuple[str, ...] = ()


def table_of(where: str, header: Sequence[str], cells: Sequence[tuple[str, Sequence[object]]]) -> Sheet:
    """Make a table of a header and rows of cells.

    Parameters
    ----------
    where
        How a fault names the table.
    header
        Names of columns; a column without a name may hold nothing.
    cells
        Name and cells of each row, in the order of the header.

    Raises
    ------
    DataError
        Columns without a name, names that stand twice, rows of another length, no rows.
    """
    import pandas as pd

    faults = [
        f"{where}, {name} has {len(row)} cells, the header has {len(header)}"
        for name, row in cells
        if len(row) != len(header)
    ]
    twice = dict.fromkeys(name for name in header if name and header.count(name) > 1)
    faults += [f"{where}: the column '{name}' stands there twice" for name in twice]
    for column, name in enumerate(header):  # spreadsheets add empty columns
        if not name and any(row[column : column + 1] not in ([], [""], [None]) for _, row in cells):
            faults.append(f"{where}: column {column + 1} has no name")
    if not any(header):
        faults = [f"{where} is empty: a line with the names of columns is expected"]
    elif not cells:
        faults.append(f"{where} has names of columns, but no rows")
    if faults:
        raise DataError(f"{where} cannot be read", faults)
    frame = pd.DataFrame([list(row) for _, row in cells], columns=list(header), dtype=object)
    return Sheet(where, frame.loc[:, [bool(name) for name in header]], [name for name, _ in cells])
