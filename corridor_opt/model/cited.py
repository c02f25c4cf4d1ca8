"""Numbers with who says them: frames of `value`, `source`, `confidence` and `number` (its name), row by row.

Of a million rows few differ in their words: what is made of words is made once for rows that hold the same.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from corridor_opt.model.criteria import CONFIDENCE
from corridor_opt.model.schema import split

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

ORDER = {word: place for place, word in enumerate(CONFIDENCE)}
COLUMNS = ("value", "source", "confidence", "number")
# Stands in the name of a number for the id of its row, so that rows of one kind have one name. Not NUL: for older
# pandas a text ends there.
ROW = "\x01"


def cited(table: str, rows: pd.DataFrame, column: str) -> pd.DataFrame:
    """Give the numbers of one column with their sources, confidences and names."""
    import pandas as pd

    stem = column.partition("_")[0]
    said = [rows[column], rows[f"{stem}_source"], rows[f"{stem}_confidence"], named(table, rows, column)]
    return pd.DataFrame(dict(zip(COLUMNS, said, strict=True)))


def named(table: str, rows: pd.DataFrame, column: str) -> pd.Series:
    """Names of the numbers in one column; the place of the row's id is kept by `ROW`, see `with_id`."""
    import pandas as pd

    return pd.Series(f"{table}/{ROW}/{column}", index=rows.index, dtype=object)


def with_id(cell: str, row: str) -> str:
    """Put the id of a row into names of numbers."""
    return cell.replace(ROW, row)


def pick(own: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """Take a row's own number where it has one, else the shared one."""
    import pandas as pd

    has = own["value"].notna()
    return pd.DataFrame({column: own[column].where(has, other[column]) for column in COLUMNS})


def join(*parts: pd.Series) -> pd.Series:
    """Join sources, each once."""
    return _merged(joined, parts)


def least(*parts: pd.Series) -> pd.Series:
    """Give the least confidence; empty cells say nothing."""
    return _merged(least_of, parts)


def _merged(merge: Callable[..., str], parts: Sequence[pd.Series]) -> pd.Series:
    """Merge words row by row, once for rows that hold the same."""
    import pandas as pd

    codes, first = alike(*parts)
    rows = zip(*(part.iloc[first] for part in parts), strict=True)
    words = np.array([merge(*row) for row in rows], dtype=object)
    return pd.Series(words[codes], index=parts[0].index, dtype=object)


def alike(*parts: pd.Series) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Number rows so that those that hold the same cells have the same number.

    Returns
    -------
    codes, first
        The number of each row; and for each number the position of the first row that has it.
    """
    import pandas as pd

    codes, count = np.zeros(len(parts[0]), np.int64), 1
    for part in parts:
        one, found = pd.factorize(part)
        if count * (len(found) + 1) > 2**62:
            codes, known = pd.factorize(codes)
            count = len(known)
        codes, count = codes * (len(found) + 1) + one + 1, count * (len(found) + 1)
    codes, known = pd.factorize(codes)
    first = np.empty(len(known), np.int64)
    first[codes[::-1]] = np.arange(len(codes))[::-1]
    return codes, first


@functools.lru_cache(maxsize=1 << 16)  # few different cells, asked for thousands of times
def joined(*cells: str) -> str:
    """Words of several cells, each once."""
    return ";".join(dict.fromkeys(word for cell in cells for word in split(cell)))


@functools.lru_cache(maxsize=1 << 12)
def least_of(*words: str) -> str:
    """The least of several confidences; empty ones say nothing."""
    return max((word for word in words if word), key=ORDER.__getitem__, default="")
