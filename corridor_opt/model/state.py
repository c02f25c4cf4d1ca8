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

from corridor_opt.model.schema import Checker, as_texts, open_statuses, split

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("is_open", "closed_by", "transit_closed")
_YES, _NO = {"yes", "true", "1"}, {"no", "false", "0"}


@dataclass(frozen=True)
class State:
    """State cells of one table as a file gives them, a text for each row; None for a column it lacks."""

    is_open: list[str] | None
    closed_by: list[str] | None
    transit_closed: list[str] | None


def take(table: str, frame: pd.DataFrame, as_of: str, checker: Checker) -> tuple[pd.DataFrame, State]:
    """Take the columns of the state out of a table and check their cells.

    Returns
    -------
    frame
        The rest.
    state
        What was taken.
    """
    cells = {column: as_texts(frame[column]) for column in COLUMNS if column in frame.columns}
    rest = frame.drop(columns=list(cells))
    rows = as_texts(frame["id"]) if "id" in frame.columns else [str(line) for line in range(2, len(frame) + 2)]
    for row, cell in zip(rows, cells.get("is_open", ()), strict=False):
        if cell and cell.lower() not in _YES | _NO:
            checker.fault(table, row, "is_open", f"'{cell}' is neither yes nor no")
    for row, cell in zip(rows, cells.get("transit_closed", ()), strict=False):
        for country in split(cell):
            if not re.fullmatch("[A-Z]{2}", country):
                checker.fault(table, row, "transit_closed", f"'{country}' is not a country code")
    of_vantage = f"status_{as_of}"
    if "status" in rest.columns and of_vantage in rest.columns:  # a table of a network in memory
        both = zip(rows, as_texts(rest["status"]), as_texts(rest[of_vantage]), strict=True)
        for row, now, then in both:
            if now and now != then:
                checker.fault(table, row, "status", f"'{now}' contradicts {of_vantage}, '{then}'")
        rest = rest.drop(columns="status")
    return rest, State(*(cells.get(column) for column in COLUMNS))


def stand(frame: pd.DataFrame, as_of: str, state: State) -> pd.DataFrame:
    """Give a table with its state: by the status at the vantage point, but for rows that say otherwise."""
    frame = frame.copy()
    frame["status"] = frame[f"status_{as_of}"]
    frame["is_open"] = frame["status"].isin(open_statuses())
    frame["closed_by"] = frame["status"].where(~frame["is_open"], "")
    if state.is_open is not None:
        said = [cell.lower() for cell in state.is_open]
        frame["is_open"] = [cell in _YES if cell else was for cell, was in zip(said, frame["is_open"], strict=True)]
        frame["is_open"] = frame["is_open"].astype(bool)
        by = state.closed_by or [""] * len(frame)
        columns = zip(frame["is_open"], by, frame["closed_by"], strict=True)
        frame["closed_by"] = [
            "" if is_open else name or was or "the network itself (is_open)" for is_open, name, was in columns
        ]
        frame["closed_by"] = frame["closed_by"].astype(object)
    if state.transit_closed is not None and any(state.transit_closed):
        frame["transit_closed"] = state.transit_closed
        frame["transit_closed"] = frame["transit_closed"].astype(object)
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
