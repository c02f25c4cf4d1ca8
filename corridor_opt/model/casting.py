"""Cells of texts become numbers and words of the schema; every fault is gathered (`table, row, column, problem`)."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from corridor_opt.errors import did_you_mean
from corridor_opt.model.schema import (
    GAUGES,
    ON_LAND,
    RETIRED,
    Attribute,
    months,
    schema,
    source_column,
    split,
    vocabulary,
)

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray


@dataclass
class Checker:
    """Casts tables to their schemas and gathers the faults.

    Parameters
    ----------
    known
        Ids of every table that others refer to; references to a table that is not among them are not checked.
    """

    known: Mapping[str, Collection[str]]

    def __post_init__(self) -> None:
        self.faults: list[str] = []
        self._suggested = 0

    def fault(self, table: str, row: object, column: str, problem: str) -> None:
        """Note one fault."""
        self.faults.append(f"{table}, row {row}, {column}: {problem}")

    def cast(self, table: str, texts: pd.DataFrame) -> pd.DataFrame:
        """Cast a frame of texts to the schema of its table.

        Parameters
        ----------
        table
            Name of the table.
        texts
            Cells as texts; missing columns take their defaults.

        Returns
        -------
        pandas.DataFrame
            Columns of the schema in its order; numbers as floats (NaN where empty), the rest as texts.
        """
        import pandas as pd

        columns = schema(table)
        for column in texts.columns:
            if column not in columns:
                why = RETIRED.get(str(column)) or f"no such column{did_you_mean(str(column), columns)}"
                self.faults.append(f"{table}, {column}: {why}")
        cast: dict[str, Any] = {}
        for name, attribute in columns.items():
            if name in texts.columns:
                cast[name] = self._column(table, attribute, texts)
                continue
            if _is_required(attribute) or attribute.argument == ON_LAND:
                self.faults.append(f"{table}, {name}: this column is missing")
            fill: Any = float(attribute.default or "nan") if attribute.is_number else attribute.default
            cast[name] = np.empty(len(texts), dtype=_dtype(attribute))
            cast[name].fill(fill)  # one text for all rows: np.full would make one a row
        # columns stay arrays of their own: to put a million rows of fifty in one block would take them twice
        frame = pd.DataFrame({name: pd.Series(v, dtype=_dtype(columns[name])) for name, v in cast.items()}, copy=False)
        self._sources(table, frame, texts.columns)
        return frame

    def _column(self, table: str, attribute: Attribute, texts: pd.DataFrame) -> NDArray[Any]:
        """Cast one column and note its faults."""
        name, cells = attribute.name, texts[attribute.name]
        if attribute.is_number and cells.dtype.kind == "f":
            numbers = cells.to_numpy(float, na_value=np.nan)
            codes, words = np.arange(len(cells)), list[str]()
            empty = np.isnan(numbers)
            wrong = np.zeros(len(cells), bool)
        else:
            codes, words = unique_texts(cells)
            empty = np.array([not word for word in words], bool)[codes]
        if _is_required(attribute):
            for row in labels(texts, empty):
                self.fault(table, row, name, "is empty")
        if not attribute.is_number:
            return self._words(table, attribute, texts, codes, words)
        if words:
            parsed = [_number(word) for word in words]
            wrong = np.array([number is None for number in parsed], bool)[codes]
            numbers = np.array([np.nan if number is None else number for number in parsed], float)[codes]
        if attribute.default:
            numbers = np.where(empty, float(attribute.default), numbers)
        outside = ~wrong & ~empty & ~_in_range(attribute)(numbers)
        for at, row in zip(np.flatnonzero(wrong | outside), labels(texts, wrong | outside), strict=True):
            cell = words[codes[at]] if words else as_texts([numbers[at]])[0]
            problem = f"{cell} {_range_problem(attribute)}" if outside[at] else f"'{cell}' is not a number"
            self.fault(table, row, name, problem)
        return numbers

    def _words(
        self, table: str, attribute: Attribute, texts: pd.DataFrame, codes: NDArray[np.int64], words: list[str]
    ) -> NDArray[Any]:
        """Cast a column that holds no numbers: codes of words for each row, and the words, each once."""
        name = attribute.name
        words = [word or attribute.default for word in words]
        if attribute.kind == "id":
            again = np.array([bool(word) for word in words], bool)[codes]
            again[np.unique(codes, return_index=True)[1]] = False
            for at, row in zip(np.flatnonzero(again), labels(texts, again), strict=True):
                self.fault(table, row, name, f"'{words[codes[at]]}' stands here twice")
        check = self._cell_check(attribute)
        if check:
            known = self.known.get(attribute.argument, ()) if attribute.kind == "ref" else ()
            problems = ["" if not word or word in known else check(word) for word in words]
            if any(problems):
                wrong = np.array([bool(problem) for problem in problems], bool)[codes]
                for at, row in zip(np.flatnonzero(wrong), labels(texts, wrong), strict=True):
                    self.fault(table, row, name, problems[codes[at]])
        return np.array(words, dtype=object)[codes]

    def _cell_check(self, attribute: Attribute) -> Callable[[str], str] | None:
        """Give the function that names what is wrong with a text; None where any text will do."""
        kind = attribute.kind
        if kind in ("country", "countries"):
            return lambda cell: _bad([c for c in split(cell) if not re.fullmatch("[A-Z]{2}", c)], "country code")
        if kind == "months":
            return _months_problem
        if kind == "word":
            words = vocabulary(attribute.argument)
            return lambda cell: self._unknown([cell], words, attribute.argument)
        if kind == "refs":
            return lambda cell: _twice(split(cell)) or self._unreferred(split(cell), attribute.argument)
        if kind == "ref":
            return lambda cell: self._unreferred([cell], attribute.argument)
        return None

    def _unreferred(self, words: list[str], table: str) -> str:
        """Name the first word that is no row of a table; nothing where the rows of that table are not known."""
        if table not in self.known:
            return ""
        return self._unknown(words, self.known[table], table.removesuffix("es" if table.endswith("sses") else "s"))

    def _unknown(self, words: list[str], known: Collection[str], what: str) -> str:
        """Name the first word that is not known."""
        missing = next((word for word in words if word not in known), None)
        if missing is None:
            return ""
        self._suggested += 1
        near = did_you_mean(missing, known) if self._suggested <= 50 else ""  # a search through all that is known
        return f"no {what} '{missing}'{near}"

    def _sources(self, table: str, frame: pd.DataFrame, given: Collection[str]) -> None:
        """Note every number that stands without a source."""
        for name, attribute in schema(table).items():
            column = source_column(name, frame.columns)
            if not attribute.is_number or attribute.kind in ("year", "gauge") or column is None:
                continue
            bare = frame.index[frame[name].notna() & (frame[column] == "")]
            if len(bare) and column not in given:
                self.faults.append(f"{table}, {column}: this column is missing; {name} is a number without a source")
                continue
            for i in bare:
                label = frame["id"][i] if "id" in frame.columns else i + 2
                self.fault(table, label, name, f"a number without a source ({column} is empty)")


def as_texts(cells: Iterable[object]) -> list[str]:
    """Give cells as stripped texts; missing ones are empty, whole floats stand without their point."""
    cells = list(cells)
    try:
        return list(map(str.strip, cells))  # type: ignore[arg-type]  # mostly all are texts: a million in no time
    except TypeError:
        texts = []
    for cell in cells:
        if isinstance(cell, str):
            texts.append(cell.strip())
        elif cell is None or cell != cell:
            texts.append("")
        elif isinstance(cell, float) and cell.is_integer():
            texts.append(str(int(cell)))
        else:
            texts.append(str(cell).strip())
    return texts


def unique_texts(cells: pd.Series) -> tuple[NDArray[np.int64], list[str]]:
    """Give cells as stripped texts, each once, and for each row which of them it holds; see `as_texts`."""
    import pandas as pd

    # to a dict 1 and True are the same, and a list is no key
    if cells.dtype == object and pd.api.types.infer_dtype(cells, skipna=True).startswith("mixed"):
        texts: list[str] = as_texts(cells)
        codes = np.arange(len(texts))
    else:
        codes, found = pd.factorize(cells)
        words = found.to_numpy(dtype=object) if isinstance(found.dtype, pd.StringDtype) else np.asarray(found)
        texts = [*as_texts(words.tolist()), ""]  # the last stands for missing cells, whose code is -1
        codes = np.where(codes < 0, len(texts) - 1, codes)
    if len(set(texts)) == len(texts):
        return codes, texts
    once: dict[str, int] = {}
    of_text = np.array([once.setdefault(text, len(once)) for text in texts], np.int64)
    return of_text[codes] if len(codes) else codes.astype(np.int64), list(once)


def labels(texts: pd.DataFrame, mask: NDArray[np.bool_]) -> list[str]:
    """What some rows of a table are called in faults: by their ids, else by their lines in a file."""
    rows = np.flatnonzero(mask)
    if not len(rows):
        return []
    return as_texts(texts["id"].iloc[rows]) if "id" in texts.columns else [str(row + 2) for row in rows]


def _number(word: str) -> float | None:
    """Read a number; NaN of an empty cell, None of what is no number."""
    try:
        return float(word) if word else float("nan")
    except ValueError:
        return None


def _dtype(attribute: Attribute) -> type:
    return float if attribute.is_number else object


def _is_required(attribute: Attribute) -> bool:
    """Whether a cell may not be empty: ids, ends, words of status and mode."""
    return not attribute.default and (
        (attribute.kind in ("id", "longitude", "latitude", "country", "countries") and attribute.argument != ON_LAND)
        or attribute.name in ("from", "to", "post_a", "post_b", "node", "mode", "class", "name", "length_km", "change")
        or attribute.kind == "months"
        or attribute.name.startswith("status_20")
    )


def _span(attribute: Attribute) -> tuple[float, float] | None:
    """Ends of the range of a number; None where its schema names none."""
    low, to, high = attribute.argument.partition(" to ")
    return (float(low), float(high)) if to else None


def _range_problem(attribute: Attribute) -> str:
    if _span(attribute):
        return f"is not between {attribute.argument.replace(' to ', ' and ')}"
    return {
        "positive": "must be above 0",
        "nonnegative": "must not be negative",
        "longitude": "is not between -180 and 180",
        "latitude": "is not between -90 and 90 (longitude and latitude mixed up?)",
        "year": "is not a year between 1990 and 2060",
        "gauge": f"is not a known gauge {GAUGES}",
        "number": "must be finite",
    }[attribute.kind]


def _in_range(attribute: Attribute) -> Callable[[NDArray[np.float64]], NDArray[np.bool_]]:
    span = _span(attribute)
    if span:
        low, high = span
        return lambda x: (low <= x) & (x <= high)
    return {
        "positive": lambda x: (x > 0) & (x < np.inf),
        "nonnegative": lambda x: (x >= 0) & (x < np.inf),
        "longitude": lambda x: (x >= -180) & (x <= 180),
        "latitude": lambda x: (x >= -90) & (x <= 90),
        "year": lambda x: (x >= 1990) & (x <= 2060),
        "gauge": lambda x: np.isin(x, GAUGES),
        "number": lambda x: np.abs(x) < np.inf,
    }[attribute.kind]


def _twice(words: list[str]) -> str:
    """Name the first word that stands in a cell twice."""
    twice = next((word for i, word in enumerate(words) if word in words[:i]), None)
    return "" if twice is None else f"'{twice}' is named twice"


def _bad(words: list[str], what: str) -> str:
    return f"'{words[0]}' is not a {what}" if words else ""


def _months_problem(cell: str) -> str:
    try:
        months(cell)
    except ValueError:
        return f"'{cell}' is not a span of months such as 4-11"
    return ""
