"""The background of risk: closures that nobody lists, link by link, in nepers so that they add up.

With closures arriving `rate` times a year and lasting `days` on average, an arrival meets a closed link with
probability q = rate*days/365 / (1 + rate*days/365) (alternating renewal process), and -ln(1-q) adds up over
independent links. The unit is the neper. The background is multiplied by the country: see `model.country_risk`. What
has a name and may be shared by many links is a hazard: see `model.exposure`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from corridor_opt.model.cited import joined, least_of
from corridor_opt.model.country_risk import closure_factors, worst
from corridor_opt.model.criteria import CRITERIA
from corridor_opt.model.network import Network
from corridor_opt.model.rates import Rates
from corridor_opt.model.schema import split

if TYPE_CHECKING:
    import pandas as pd


def closure_nepers(per_year: float, mean_days: float) -> float:
    """Risk of meeting a closure, in nepers: -ln(1-q) with q = r/(1+r), r = rate x mean length; that is ln(1+r).

    Parameters
    ----------
    per_year
        Closures a year.
    mean_days
        Mean length of one, in days.
    """
    return math.log1p(per_year * mean_days / 365)


def _whole(nepers: float, up: bool) -> float:
    """Round to whole steps of the search, so that the causes of a route add up to its risk exactly."""
    steps = nepers / CRITERIA["risk"].resolution
    return (math.ceil(steps - 1e-6) if up else round(steps)) * CRITERIA["risk"].resolution


def _season(rows: pd.DataFrame) -> dict[int, tuple[str, str]]:
    """Source and confidence of what the month of departure changes in the risk, by position of the row."""
    if "season_risk_source" not in rows.columns:
        return {}
    cells = zip(rows["season_risk_source"], rows["season_risk_confidence"], strict=True)
    return {i: (f";{source}", confidence) for i, (source, confidence) in enumerate(cells) if source}


def closure_risk(network: Network, frame: pd.DataFrame, rates: Rates) -> pd.DataFrame:
    """Find the background of closures of every element.

    Parameters
    ----------
    network
        Holds the countries of links and crossings.
    frame
        The table of elements: `table`, `row`, `kind`, `mode`, `distance` (km), `risk_factor`,
        `imported` (rounded up).
    rates
        Gives the background rates.

    Returns
    -------
    pandas.DataFrame
        `element`, `cause`, `nepers`, `source`, `confidence`.
    """
    import pandas as pd

    places = _places(network)
    seasons = {table: _season(network[table]) for table in places}
    factors = closure_factors(network, rates)
    by_place = {place: worst(factors, place) for table in places.values() for place in set(table)}
    used = frame.loc[
        frame["kind"].isin(["haul", "border"]), ["table", "row", "kind", "mode", "distance", "risk_factor", "imported"]
    ]
    rows: list[tuple[int, str, float, str, str]] = []
    for i, table, row, kind, mode, distance, factor, up in used.itertuples():
        season, doubt = seasons[table].get(row, ("", ""))
        if kind == "border":
            subject, quantity, amount = "background-border", "closures_per_year", 1.0
        else:
            subject, quantity, amount = f"background-{mode}", "closures_per_year_per_1000km", distance / 1000
        rate, days = rates.row(subject, quantity), rates.row(subject, "closure_days")
        if rate is not None and days is not None:
            country = by_place[places[table][row]]
            background = _whole(closure_nepers(rate["value"] * amount * country.value, days["value"]) * factor, up)
            sources = joined(rate["source"], country.source)
            least = least_of(rate["confidence"], country.confidence, doubt)
            rows.append((i, subject, background, sources + season, least))
    return pd.DataFrame(rows, columns=["element", "cause", "nepers", "source", "confidence"])


def _places(network: Network) -> dict[str, list[tuple[str, ...]]]:
    """Countries on whose ground each link and crossing lies; a lane at sea lies in none."""
    links, crossings = network["links"], network["crossings"]
    land = ~links["mode"].isin(["sea", "ferry"])
    return {
        "links": [tuple(split(cell)) if dry else () for cell, dry in zip(links["countries"], land, strict=True)],
        "crossings": list(zip(crossings["country_a"], crossings["country_b"], strict=True)),
    }
