"""What a country adds to default closure rates and default border hours.

The formula takes figures of `countries` and coefficients of `parameters` (subject `country-risk`); both are data, so a
planner replaces them.

    closure factor = exp(a (S0 - S) + b (log10(1 + F) - log10(1 + F0)))
    delay factor   = (C0 / C) ** g

S is political stability (WGI), F deaths in conflict a year (UCDP), C the customs score of the LPI; S0, F0 and C0 are
the references at which a factor is 1. Both factors are held between a least and a most. Where a figure is unknown the
factor is 1 and its confidence `assumption`. A factor written into `countries` wins over the formula.

A land link takes the closure factor of its country, a crossing the worse of its two, a lane at sea none. The default
hours of a crossing take the mean of the two delay factors: each side has its own queue.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from corridor_opt.model.cited import joined, least_of
from corridor_opt.model.schema import split

if TYPE_CHECKING:
    import pandas as pd

    from corridor_opt.model.network import Network
    from corridor_opt.model.rates import Rates

SUBJECT = "country-risk"


@dataclass(frozen=True)
class Factor:
    """A factor with where it comes from.

    Parameters
    ----------
    value
        What a rate or a number of hours is multiplied by.
    source, confidence
        As in every table; both empty where nothing is said of a country at all.
    """

    value: float = 1.0
    source: str = ""
    confidence: str = ""


UNKNOWN = Factor(1.0, "A", "assumption")


def closure_factors(network: Network, rates: Rates) -> dict[str, Factor]:
    """Factor on background closure rates of every country in `countries`.

    Parameters
    ----------
    network
        Holds `countries`.
    rates
        Gives the coefficients. Without them nothing is multiplied.
    """
    names = ("stability_weight", "fatalities_weight", "reference_stability", "reference_fatalities")
    number = _coefficients(rates, *names, "least_closure_factor", "most_closure_factor")

    def formula(row: Mapping[str, Any]) -> float:
        calm = number["reference_stability"] - row["wgi_political_stability"]
        deaths = math.log10((1 + row["conflict_fatalities"]) / (1 + number["reference_fatalities"]))
        return math.exp(number["stability_weight"] * calm + number["fatalities_weight"] * deaths)

    figures = ("wgi_political_stability", "conflict_fatalities")
    bounds = (number.get("least_closure_factor", 0.0), number.get("most_closure_factor", math.inf))
    return _factors(network, "closure", figures, formula if number else None, bounds)


def delay_factors(network: Network, rates: Rates) -> dict[str, Factor]:
    """Factor on default border hours of every country in `countries`; see `closure_factors`."""
    number = _coefficients(rates, "customs_weight", "reference_customs", "least_delay_factor", "most_delay_factor")

    def formula(row: Mapping[str, Any]) -> float:
        return float((number["reference_customs"] / row["lpi_customs"]) ** number["customs_weight"])

    bounds = (number.get("least_delay_factor", 0.0), number.get("most_delay_factor", math.inf))
    return _factors(network, "delay", ("lpi_customs",), formula if number else None, bounds)


def _coefficients(rates: Rates, *names: str) -> dict[str, float]:
    """Values of coefficients; none where one is missing."""
    rows = {name: rates.row(SUBJECT, name) for name in names}
    return {name: row["value"] for name, row in rows.items() if row} if all(rows.values()) else {}


def _factors(
    network: Network,
    what: str,
    figures: tuple[str, ...],
    formula: Callable[[Mapping[str, Any]], float] | None,
    bounds: tuple[float, float],
) -> dict[str, Factor]:
    """Factor of every country: the planner's own, else by the formula, else 1."""
    found = {}
    for row in network["countries"].to_dict("records"):
        own = row[f"{what}_factor"]
        if own == own:
            found[row["id"]] = Factor(own, row[f"{what}_source"], "assumption")
        elif formula is None:
            found[row["id"]] = Factor()
        elif any(row[figure] != row[figure] for figure in figures):
            found[row["id"]] = UNKNOWN
        else:
            sources = joined(*(row[f"{figure.partition('_')[0]}_source"] for figure in figures))
            value = min(max(formula(row), bounds[0]), bounds[1])
            found[row["id"]] = Factor(value, sources, "low")  # a rough computation
    return found


def countries_without_row(network: Network) -> list[str]:
    """Countries that nodes, links or crossings name and `countries` lacks, in alphabetical order."""
    cells = [network["nodes"]["country"], network["links"]["countries"]]
    cells += [network["crossings"][side] for side in ("country_a", "country_b")]
    used = {code for column in cells for cell in column.unique() for code in split(cell)}
    return sorted(used - set(network["countries"]["id"]))


def worst(factors: Mapping[str, Factor], countries: Iterable[str]) -> Factor:
    """Give the largest factor of some countries; 1 by assumption where none of them is in the table."""
    known = [factors.get(country, UNKNOWN) for country in countries]
    return max(known, key=lambda factor: factor.value, default=Factor())


def border_hours(network: Network, rates: Rates) -> pd.DataFrame:
    """Default dwell of every crossing: `value` (h), `source`, `confidence`, `number`, and the `subject` it is of.

    Between two members of one customs territory it is that of `border-<mode>-union:<union>`, where `parameters` has
    hours and a fee for it; else that of `border-<mode>` times the mean of the delay factors of the two countries.
    """
    import pandas as pd

    crossings = network["crossings"]
    subject = border_subjects(network, rates)
    base = rates.series(subject, "dwell_hours")
    factors = delay_factors(network, rates)
    rows = []
    pairs = zip(crossings["country_a"], crossings["country_b"], subject, base.itertuples(index=False), strict=True)
    for a, b, name, (hours, source, confidence, number) in pairs:
        if name.partition(":")[0].endswith("-union"):
            rows.append((hours, source, confidence, number, name))
            continue
        two = [factors.get(a, UNKNOWN), factors.get(b, UNKNOWN)]
        said = joined(source, *(factor.source for factor in two))
        least = least_of(confidence, *(factor.confidence for factor in two))
        rows.append((hours * (two[0].value + two[1].value) / 2, said, least, number, name))
    return pd.DataFrame(rows, columns=["value", "source", "confidence", "number", "subject"], index=crossings.index)


def border_subjects(network: Network, rates: Rates) -> pd.Series:
    """Subject of `parameters` that gives the defaults of each crossing."""
    import pandas as pd

    crossings = network["crossings"]
    members = {
        union.upper(): set(network["countries"].loc[network["countries"][union] == "yes", "id"])
        for union in ("eaeu", "eu")
    }
    subjects = []
    for a, b, mode in zip(crossings["country_a"], crossings["country_b"], crossings["mode"], strict=True):
        union = next((name for name, ids in members.items() if {a, b} <= ids), "")
        special = f"border-{mode}-union:{union}"
        whole = all(rates.row(special, quantity) for quantity in ("dwell_hours", "fee_usd"))
        subjects.append(special if union and whole else f"border-{mode}")
    return pd.Series(subjects, index=crossings.index, dtype=object)
