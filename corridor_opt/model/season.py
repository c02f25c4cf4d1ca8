"""Seasons: what the month of departure closes, delays or makes dearer, and trips that run into another season.

A season is a row of `seasons`: some months, one change and its source. Links, crossings and terminals name theirs in
the column `seasons`. Changes join what a scenario has set: hours and surcharges add up, factors multiply.
"""

from __future__ import annotations

import calendar
import datetime as dt
import weakref
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from corridor_opt.model.casting import Checker
from corridor_opt.model.criteria import CONFIDENCE
from corridor_opt.model.network import VANTAGES, Network
from corridor_opt.model.schema import months, split
from corridor_opt.model.shares import OF_WHOLE, shares

if TYPE_CHECKING:
    import pandas as pd

SEASONAL = ("links", "crossings", "terminals")
SCHEDULED = ("sea", "ferry")
CLOSED = "closed"
UNSEASONED = "unseasoned_"
# What a change acts on: `wait` is the wait for a sailing, the others are criteria.
ACTS_ON = {
    "extra_hours": "time",
    "time_factor": "time",
    "headway_factor": "wait",
    "cost_factor": "cost",
    "extra_usd_per_teu": "cost",
    "risk_factor": "risk",
}


def apply_seasons(network: Network, month: int | None) -> Network:
    """Close and change what the seasons of a month close and change.

    Parameters
    ----------
    network
        With its scenario applied; it stays as it is.
    month
        1 to 12; None judges no season.

    Returns
    -------
    Network
        Rows out of season are closed, the reason in `closed_by`. Where a season changes a number, its source and
        confidence stand in columns beside those of the schema (`season_time_source` and so on), the ids of the seasons
        in `season_ids` and what stood there before in `unseasoned_<column>`.
    """
    if month is None:
        return network
    made = _made.setdefault(network, {})
    if month not in made:
        changed = _seasoned(network, month)
        if not changed:
            return network
        made[month] = network.replace(**changed)
    return made[month]


_made: weakref.WeakKeyDictionary[Network, dict[int, Network]] = weakref.WeakKeyDictionary()


def _seasoned(network: Network, month: int) -> dict[str, pd.DataFrame]:
    """Tables that the seasons of a month change."""
    active = {name: row for name, row in _seasons(network).items() if month in months(row["months"])}
    changed = {}
    for table in SEASONAL:
        cells = network[table]["seasons"]
        named = {i: [active[one] for one in split(cell) if one in active] for i, cell in cells.items() if cell}
        if any(named.values()):
            changed[table] = _changed(network[table], named, month)
    return changed


def _seasons(network: Network) -> dict[str, dict[str, Any]]:
    """Rows of the seasons that hold at the vantage point, by id."""
    rows = network["seasons"].to_dict("records")
    return {row["id"]: row for row in rows if not row["as_of"] or network.as_of in split(row["as_of"])}


def _changed(frame: pd.DataFrame, named: Mapping[Any, list[dict[str, Any]]], month: int) -> pd.DataFrame:
    """Apply seasons to the rows of a table that name them."""
    frame = frame.copy()
    share = dict(zip(frame.index, shares(frame), strict=True)) if "from" in frame.columns else {}
    for change in {season["change"] for seasons in named.values() for season in seasons} - {CLOSED}:
        frame[f"{UNSEASONED}{change}"] = frame[change]
    for i, seasons in named.items():
        for season in seasons:
            change = season["change"]
            if change == CLOSED:
                if frame.at[i, "is_open"]:
                    frame.at[i, "is_open"] = False
                    frame.at[i, "closed_by"] = (
                        f"season: {season['name']} {spoken(season['months'])}; "
                        f"departure in {calendar.month_name[month]} ({season['source']})"
                    )
            elif change.endswith("_factor"):
                frame.at[i, change] *= season["value"]
            else:
                frame.at[i, change] += season["value"] * (share.get(i, 1.0) if change in OF_WHOLE else 1.0)
            if change != CLOSED:
                _note(frame, i, "season_ids", season["id"])
                for what in ("source", "confidence"):
                    _note(frame, i, f"season_{ACTS_ON[change]}_{what}", season[what])
    return frame


def _note(frame: pd.DataFrame, row: Any, column: str, words: str) -> None:
    """Add sources to a cell, or keep the least confidence there; the column is made where it is missing."""
    if column not in frame.columns:
        frame[column] = ""
        frame[column] = frame[column].astype(object)
    both = dict.fromkeys([*split(frame.at[row, column]), *split(words)])
    if column.endswith("_confidence"):
        both = dict.fromkeys(sorted(both, key=CONFIDENCE.index)[-1:])
    frame.at[row, column] = ";".join(both)


def spoken(cell: str) -> str:
    """Say a span of months: `12-3` is December to March."""
    first, last = (calendar.month_name[int(part)] for part in cell.split("-"))
    return first if first == last else f"{first} to {last}"


def effect(season: Mapping[str, Any]) -> str:
    """Say what a season changes."""
    value = season["value"]
    return {
        CLOSED: "closed",
        "extra_hours": f"{value:g} h more",
        "time_factor": f"hours x {value:g}",
        "headway_factor": f"wait for a sailing x {value:g}",
        "cost_factor": f"money x {value:g}",
        "extra_usd_per_teu": f"{value:g} USD a TEU more",
        "risk_factor": f"risk of closure x {value:g}",
    }[str(season["change"])]


def check_seasons(tables: Mapping[str, pd.DataFrame], checker: Checker) -> None:
    """Hold that a season has a source and a value that fits its change, and acts on what names it."""
    seasons = {row["id"]: row for row in tables["seasons"].to_dict("records")}
    for name, row in seasons.items():
        empty = row["value"] != row["value"]
        unknown = [word for word in split(row["as_of"]) if word not in VANTAGES]
        if unknown:
            checker.fault("seasons", name, "as_of", f"no vantage point '{unknown[0]}'")
        for column in ("source", "confidence"):
            if not row[column]:
                checker.fault("seasons", name, column, "is empty")
        if row["change"] == CLOSED and not empty:
            checker.fault("seasons", name, "value", "a closed season has no value")
        elif row["change"] != CLOSED and empty:
            checker.fault("seasons", name, "value", f"is empty; {row['change']} needs one")
    for table in SEASONAL:
        frame = tables[table].loc[tables[table]["seasons"] != ""]
        for label, mode, cell in zip(frame["id"], frame["mode"], frame["seasons"], strict=True):
            for one in split(cell):
                change = seasons[one]["change"] if one in seasons else ""
                if change == "headway_factor" and not (table == "links" and mode in SCHEDULED):
                    checker.fault(table, label, "seasons", f"'{one}' changes sailings; only links by ship have any")
                if change == "risk_factor" and table == "terminals":
                    checker.fault(table, label, "seasons", f"'{one}' changes the risk; a terminal has none")


def season_notices(network: Network, steps: pd.DataFrame, departure: dt.date | None) -> pd.DataFrame:
    """Say which routes rest on a season.

    Parameters
    ----------
    network
        Where the steps lie.
    steps
        Steps of all routes, in travel order, with `route`, `table`, `row`, `id` and `time` in hours.
    departure
        Date of departure; None where no season was judged.

    Returns
    -------
    pandas.DataFrame
        Columns route and notice: links, crossings and terminals used that close in some months, where no departure
        was given or the trip is there in such a month; and what seasons of the month of departure have changed.
    """
    import pandas as pd

    seasons = _seasons(network)
    rows: list[tuple[Any, str]] = []
    if not seasons:
        return pd.DataFrame(rows, columns=["route", "notice"])
    arrival = steps.groupby("route")["time"].cumsum()
    cells = {table: network[table]["seasons"].to_numpy(dtype=object) for table in SEASONAL}
    places = zip(steps["table"].tolist(), steps["row"].tolist(), strict=True)
    named = [bool(table in cells and cells[table][row]) for table, row in places]
    seasonal = steps.loc[named]  # of a route without steps as well
    for i, route, table, row, name in zip(
        seasonal.index, seasonal["route"], seasonal["table"], seasonal["row"], seasonal["id"], strict=True
    ):
        for one in split(cells[table][row]):
            if one not in seasons:
                continue
            season = seasons[one]
            told = f"{season['name']} {spoken(season['months'])}"
            if season["change"] != CLOSED:
                if departure is not None and departure.month in months(season["months"]):
                    rows.append((route, f"season: {told}: {effect(season)} ({season['source']})"))
            elif departure is None:
                rows.append((route, f"{name} is closed in a season ({told}); no departure was given"))
            elif (there := _day(departure, float(arrival[i]))).month in months(season["months"]):
                rows.append((route, f"{name} is closed in a season ({told}); the trip is there in {there:%B %Y}"))
    return pd.DataFrame(rows, columns=["route", "notice"])


def _day(departure: dt.date, hours: float) -> dt.date:
    """Give the day some hours after departure; the last day there is where the calendar ends before."""
    try:
        return departure + dt.timedelta(hours=hours)
    except OverflowError:
        return dt.date.max
