"""Months: what is closed in the month of departure, and trips that run into another season."""

from __future__ import annotations

import calendar
import datetime as dt
from typing import TYPE_CHECKING

from corridor_opt.model.network import Network
from corridor_opt.model.schema import months

if TYPE_CHECKING:
    import pandas as pd

SEASONAL = ("links", "crossings")


def close_out_of_season(network: Network, month: int | None) -> Network:
    """Close links and crossings that do not operate in a month.

    Parameters
    ----------
    month
        1 to 12; None closes nothing.
    """
    if month is None:
        return network
    changed = {}
    for table in SEASONAL:
        frame = network[table]
        shut = frame["open_months"].map(lambda cell: month not in months(cell)) & frame["is_open"]
        if shut.any():
            frame = frame.copy()
            frame.loc[shut, "is_open"] = False
            frame.loc[shut, "closed_by"] = frame.loc[shut, "open_months"].map(
                lambda cell: f"season: open in months {cell}, departure in {calendar.month_name[month]}"
            )
            changed[table] = frame
    return network.replace(**changed) if changed else network


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
        Columns route and notice.
    """
    import pandas as pd

    rows = []
    arrival = steps.groupby("route")["time"].cumsum()
    for table in SEASONAL:
        here = steps[(steps["table"] == table) & steps["kind"].isin(["haul", "border"])]
        cells = network[table]["open_months"].to_numpy()
        for i, route, row, name in zip(here.index, here["route"], here["row"], here["id"], strict=True):
            cell = cells[row]
            if not cell:
                continue
            if departure is None:
                rows.append((route, f"{name} operates in months {cell} only; no departure was given"))
                continue
            there = departure + dt.timedelta(hours=float(arrival[i]))
            if there.month not in months(cell):
                rows.append((route, f"{name} operates in months {cell} only; the trip is there in {there:%B %Y}"))
    return pd.DataFrame(rows, columns=["route", "notice"])
