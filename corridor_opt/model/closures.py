"""The background of risk: closures that nobody lists, link by link, in nepers so that they add up.

With closures arriving `rate` times a year and lasting `days` on average, an arrival meets a closed link with
probability q = rate*days/365 / (1 + rate*days/365) (alternating renewal process), and -ln(1-q) adds up over
independent links. The unit is the neper. The background is multiplied by the country: see `model.country_risk`. What
has a name and may be shared by many links is a hazard: see `model.exposure`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from corridor_opt.model.cited import alike, joined, least_of
from corridor_opt.model.country_risk import Factor, closure_factors, worst
from corridor_opt.model.criteria import CRITERIA
from corridor_opt.model.network import Network
from corridor_opt.model.rates import Rates
from corridor_opt.model.schema import split

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray


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


def _whole(nepers: NDArray[np.float64], imported: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Round to whole steps of the search, so that the causes of a route add up to its risk exactly."""
    size, fine = CRITERIA["risk"].resolution, CRITERIA["risk"].fine
    return np.where(imported, np.ceil(nepers / fine - 1e-6) * fine, np.rint(nepers / size) * size)


def closure_risk(network: Network, frame: pd.DataFrame, rates: Rates) -> pd.DataFrame:
    """Find the background of closures of every element.

    Parameters
    ----------
    network
        Holds the countries of links and crossings.
    frame
        The table of elements: `table`, `row`, `kind`, `mode`, `distance` (km), `risk_factor`,
        `imported` (finer steps, rounded up).
    rates
        Gives the background rates.

    Returns
    -------
    pandas.DataFrame
        `element`, `cause`, `nepers`, `source`, `confidence`.
    """
    import pandas as pd

    columns = ["table", "row", "kind", "mode", "distance", "risk_factor", "imported"]
    used = frame.loc[frame["kind"].isin(["haul", "border"]), columns]
    parts = [_closures(network, table, used[used["table"] == table], rates) for table in ("links", "crossings")]
    return pd.concat(parts, ignore_index=True)


def _closures(network: Network, table: str, used: pd.DataFrame, rates: Rates) -> pd.DataFrame:
    """Background of closures of the elements of one table, see `closure_risk`."""
    import pandas as pd

    rows = network[table].iloc[used["row"].to_numpy(int)].set_axis(used.index)
    none = pd.Series("", index=used.index, dtype=object)
    season = [rows.get(f"season_risk_{what}", none) for what in ("source", "confidence")]
    if table == "links":
        places = rows["countries"].where(~rows["mode"].isin(["sea", "ferry"]), "")  # a lane at sea lies in none
    else:
        places = rows["country_a"] + ";" + rows["country_b"]
    codes, first = alike(used["kind"], used["mode"], places, *season)
    factors = closure_factors(network, rates)
    kinds = zip(*(part.iloc[first] for part in (used["kind"], used["mode"], places, *season)), strict=True)
    rows_of_kinds = [_said(*kind, factors=factors, rates=rates) for kind in kinds]
    said = pd.DataFrame(rows_of_kinds, columns=["cause", *_SAID])
    said = said.iloc[codes].set_axis(used.index)
    amount = np.where(used["kind"] == "border", 1.0, used["distance"] / 1000)
    per_year, factor = said["rate"] * amount * said["factor"], used["risk_factor"]
    nepers = np.log1p((per_year * said["days"] / 365).to_numpy()) * factor.to_numpy(float)
    nepers = _whole(nepers, used["imported"].to_numpy(bool))
    made = pd.DataFrame({"element": used.index, "cause": said["cause"].to_numpy(), "nepers": nepers})
    made = made.assign(source=said["source"].to_numpy(), confidence=said["confidence"].to_numpy())
    return made[said["rate"].notna().to_numpy()]


_SAID = ("rate", "days", "factor", "source", "confidence")


def _said(
    kind: str, mode: str, places: str, season: str, doubt: str, *, factors: Mapping[str, Factor], rates: Rates
) -> tuple[str, float, float, float, str, str]:
    """Cause, closures a year (of a haul: and 1000 km), days, factor of the country, source and confidence."""
    subject = "background-border" if kind == "border" else f"background-{mode}"
    quantity = "closures_per_year" if kind == "border" else "closures_per_year_per_1000km"
    rate, days = rates.row(subject, quantity), rates.row(subject, "closure_days")
    if rate is None or days is None:
        return (subject, math.nan, math.nan, 1.0, "", "")
    country = worst(factors, split(places))
    source = joined(rate["source"], country.source) + (f";{season}" if season else "")
    least = least_of(rate["confidence"], country.confidence, doubt if season else "")
    return (subject, rate["value"], days["value"], country.value, source, least)
