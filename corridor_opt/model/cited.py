"""Numbers with who says them: frames of `value`, `source`, `confidence` and `number` (its name), row by row."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from corridor_opt.model.criteria import CONFIDENCE
from corridor_opt.model.schema import split

if TYPE_CHECKING:
    import pandas as pd

ORDER = {word: place for place, word in enumerate(CONFIDENCE)}
COLUMNS = ("value", "source", "confidence", "number")


def cited(table: str, rows: pd.DataFrame, column: str) -> pd.DataFrame:
    """Give the numbers of one column with their sources, confidences and names."""
    import pandas as pd

    stem = column.partition("_")[0]
    said = [rows[column], rows[f"{stem}_source"], rows[f"{stem}_confidence"], named(table, rows, column)]
    return pd.DataFrame(dict(zip(COLUMNS, said, strict=True)))


def named(table: str, rows: pd.DataFrame, column: str) -> pd.Series:
    """Names of the numbers in one column."""
    return f"{table}/" + rows["id"].astype(object) + f"/{column}"


def pick(own: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """Take a row's own number where it has one, else the shared one."""
    import pandas as pd

    has = own["value"].notna()
    return pd.DataFrame({column: own[column].where(has, other[column]) for column in COLUMNS})


def join(*parts: pd.Series) -> pd.Series:
    """Join sources, each once."""
    import pandas as pd

    rows = zip(*parts, strict=True)
    return pd.Series([joined(*row) for row in rows], index=parts[0].index, dtype=object)


def least(*parts: pd.Series) -> pd.Series:
    """Give the least confidence; empty cells say nothing."""
    import pandas as pd

    worst = [least_of(*row) for row in zip(*parts, strict=True)]
    return pd.Series(worst, index=parts[0].index, dtype=object)


@functools.lru_cache(maxsize=1 << 16)  # few different cells, asked for thousands of times
def joined(*cells: str) -> str:
    """Words of several cells, each once."""
    return ";".join(dict.fromkeys(word for cell in cells for word in split(cell)))


@functools.lru_cache(maxsize=1 << 12)
def least_of(*words: str) -> str:
    """The least of several confidences; empty ones say nothing."""
    return max((word for word in words if word), key=ORDER.__getitem__, default="")
