"""What is open: the state of the rows a shipment uses, at a vantage point and under the scenarios applied to it.

In memory these rows carry `status` (of the vantage point), `is_open`, `closed_by` and, where a scenario closed
something to through traffic, `transit_closed` (countries). A file needs none of them while they follow from the
status. Where a scenario has closed or opened something they are written beside the columns of the schema: `is_open`
as `yes` or `no`, and they stand again when the file is loaded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor_opt.model.casting import Checker, labels, unique_texts
from corridor_opt.model.schema import open_statuses, split

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from corridor_opt.model.network import Network

COLUMNS = ("is_open", "closed_by", "transit_closed")
_YES, _NO = {"yes", "true", "1"}, {"no", "false", "0"}


@dataclass(frozen=True)
class State:
    """State cells of one table as a file gives them, a text for each row; None for a column it lacks."""

    is_open: NDArray[np.object_] | None
    closed_by: NDArray[np.object_] | None
    transit_closed: NDArray[np.object_] | None


def take(table: str, frame: pd.DataFrame, as_of: str, checker: Checker) -> tuple[pd.DataFrame, State]:
    """Take the columns of the state out of a table and check their cells.

    Returns
    -------
    frame
        The rest.
    state
        What was taken.
    """
    cells = {column: unique_texts(frame[column]) for column in COLUMNS if column in frame.columns}
    rest = frame.drop(columns=list(cells))
    problems = {
        "is_open": lambda cell: "" if cell.lower() in _YES | _NO else f"'{cell}' is neither yes nor no",
        "transit_closed": lambda cell: next(
            (f"'{c}' is not a country code" for c in split(cell) if not re.fullmatch("[A-Z]{2}", c)), ""
        ),
    }
    for column, problem in problems.items():
        if column in cells:
            codes, words = cells[column]
            said = [problem(word) if word else "" for word in words]
            wrong = np.array([bool(one) for one in said], bool)[codes]
            for at, row in zip(np.flatnonzero(wrong), labels(frame, wrong), strict=True):
                checker.fault(table, row, column, said[codes[at]])
    of_vantage = f"status_{as_of}"
    if "status" in rest.columns and of_vantage in rest.columns:  # a table of a network in memory
        now, then = (_texts(rest[column]) for column in ("status", of_vantage))
        wrong = (now != "") & (now != then)
        for at, row in zip(np.flatnonzero(wrong), labels(frame, wrong), strict=True):
            checker.fault(table, row, "status", f"'{now[at]}' contradicts {of_vantage}, '{then[at]}'")
        rest = rest.drop(columns="status")
    given = {column: np.array(words, object)[codes] for column, (codes, words) in cells.items()}
    return rest, State(*(given.get(column) for column in COLUMNS))


def _texts(cells: pd.Series) -> NDArray[np.object_]:
    """Give cells as stripped texts."""
    codes, words = unique_texts(cells)
    return np.array(words, object)[codes]


def stand(frame: pd.DataFrame, as_of: str, state: State) -> pd.DataFrame:
    """Give a table with its state: by the status at the vantage point, but for rows that say otherwise."""
    import pandas as pd

    frame = frame.copy(deep=False)  # columns are added, none is changed
    frame["status"] = frame[f"status_{as_of}"]
    frame["is_open"] = frame["status"].isin(open_statuses())
    frame["closed_by"] = frame["status"].where(~frame["is_open"], "")
    if state.is_open is not None:
        said = pd.Series(state.is_open, dtype=object).str.lower().to_numpy(dtype=object)
        is_open = np.where(said == "", frame["is_open"].to_numpy(bool), np.isin(said.astype(str), list(_YES)))
        was = frame["closed_by"].to_numpy(dtype=object)
        by = state.closed_by if state.closed_by is not None else np.full(len(frame), "", object)
        by = np.where(by != "", by, np.where(was != "", was, "the network itself (is_open)"))
        frame["is_open"] = is_open.astype(bool)
        frame["closed_by"] = pd.Series(np.where(is_open, "", by), index=frame.index, dtype=object)
    if state.transit_closed is not None and (state.transit_closed != "").any():
        frame["transit_closed"] = pd.Series(state.transit_closed, index=frame.index, dtype=object)
    return frame


def written(frame: pd.DataFrame) -> pd.DataFrame:
    """Give the columns of the state that a file needs, as texts; none where all follows from the status."""
    by_status = frame["status"].isin(open_statuses())
    columns = {}
    closed_by = frame["closed_by"]
    if (frame["is_open"] != by_status).any() or (closed_by != frame["status"].where(~by_status, "")).any():
        columns = {"is_open": frame["is_open"].map({True: "yes", False: "no"}), "closed_by": closed_by}
    if "transit_closed" in frame.columns and frame["transit_closed"].any():
        columns["transit_closed"] = frame["transit_closed"]
    return frame[[]].assign(**columns)


def same_numbers(network: Network, other: Network) -> bool:
    """Whether two networks differ in nothing but the columns that say what is open."""
    if network is other or network.as_of != other.as_of:
        return False
    for name in network.tables:
        one, two = network[name], other.tables.get(name)
        if one is two:
            continue
        if two is None or "is_open" not in one.columns:
            return False
        columns = [c for c in one.columns if c not in COLUMNS]
        if columns != [c for c in two.columns if c not in COLUMNS] or not one.index.equals(two.index):
            return False
        if not all(one[column].equals(two[column]) for column in columns):
            return False
    return True
