"""The shared number that stands for an empty cell: which subject of `parameters` it is of, and what is said there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from corridor_opt.model.country_risk import border_hours
from corridor_opt.model.network import Network
from corridor_opt.model.prices import price_years
from corridor_opt.model.rates import Rates

if TYPE_CHECKING:
    import pandas as pd


def subjects(network: Network, table: str) -> pd.Series:
    """Subjects in `parameters` that hold the defaults of a table's rows; crossings: see `country_risk`."""
    frame = network[table]
    if table == "links":
        return frame["class"]
    country = frame["node"].map(network["nodes"].set_index("id")["country"])
    return ("terminal-" + frame["mode"] if table == "terminals" else "gauge-change") + ":" + country


def default_of(network: Network, frame: pd.DataFrame, table: str, column: str, item: str) -> pd.Series:
    """Look up what an ordinary shipment meets where a cell is empty.

    Parameters
    ----------
    network
        Holds `parameters` and `countries`.
    frame
        Rows of the table, with the index they have in the network.
    table, column
        Such as `terminals` and `dwell_load_hours`.
    item
        `value`, `source`, `confidence` or `price_year`.

    Returns
    -------
    pandas.Series
        NaN or empty where `parameters` says nothing.
    """
    quantity = column.removesuffix("_ab").removesuffix("_ba")
    is_number = item in ("value", "price_year")
    rates = Rates(network, "ordinary", price_years(network)[-1])
    if table == "crossings":
        dwell = border_hours(network, rates)
        if quantity == "dwell_hours" and item != "price_year":
            return dwell[item].loc[frame.index]
        named = dwell["subject"]
    else:
        named = subjects(network, table)

    def look(subject: str) -> Any:
        row = rates.row(subject, quantity)
        return row[item] if row else float("nan") if is_number else ""

    return named.loc[frame.index].map(look).astype(float if is_number else object)
