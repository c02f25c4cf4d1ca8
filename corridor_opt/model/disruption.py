"""A disruption: where (a selector) and what changes there. Resolve all, then apply all; the base stays untouched.

The way of the R5 engine: every selector is resolved against the base network first, so that a list of
disruptions is checked as a whole and the order of the list matters only for what is applied.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from corridor_opt.errors import ScenarioError, did_you_mean
from corridor_opt.model.cited import joined, least_of
from corridor_opt.model.criteria import DEFAULT_PRICES
from corridor_opt.model.defaults import default_of
from corridor_opt.model.network import USED, Network
from corridor_opt.model.prices import GENERAL, PriceIndex, price_kinds, price_years, spoken_years
from corridor_opt.model.schema import schema, split
from corridor_opt.model.selector import Selector
from corridor_opt.model.shares import OF_WHOLE, shares

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

CHANGES = ("close", "open", "multiply", "add", "set")
# What a planner may call a criterion, and the column that carries a change of it.
FACTORS = {"cost": "cost_factor", "time": "time_factor", "risk": "risk_factor"}
SUMS = {"cost": "extra_usd_per_teu", "time": "extra_hours"}

# Of more rows than this a disruption lists a few: a border of a large network has thousands.
MOST_LISTED, FEW = 200, 10


@dataclass(frozen=True)
class Disruption:
    """A selector and one change.

    Parameters
    ----------
    selector
        Where.
    change
        `close`, `open`, `multiply`, `add` or `set`.
    values
        For the last three: numbers by attribute. Besides the numeric columns of the tables, `multiply` takes
        `cost`, `time` and `risk` (factors on the whole row) and `add` takes `cost` (USD a TEU) and `time` (hours).
    label
        Who says so, for messages: the scenario's name.
    why
        A sentence for the reader.
    sources
        Source ids.
    number
        Its place in its scenario, from 1, for messages; 0: as it comes.
    prices
        Year of its amounts of money; they are brought to the year the tables are in.
    """

    selector: Selector
    change: str
    values: Mapping[str, float] = field(default_factory=dict)
    label: str = ""
    why: str = ""
    sources: tuple[str, ...] = ()
    number: int = 0
    prices: int = DEFAULT_PRICES

    def __str__(self) -> str:
        """One line: what is changed where."""
        numbers = ", ".join(f"{k} {v:g}" for k, v in self.values.items())
        if numbers and self.prices != DEFAULT_PRICES:
            numbers += f" in prices of {self.prices}"
        return f"{self.change} {self.selector}" + (f" ({numbers})" if numbers else "")

    def columns(self) -> dict[str, float]:
        """Numbers by column."""
        names = {"multiply": FACTORS, "add": SUMS}.get(self.change, {})
        return {names.get(name, name): value for name, value in self.values.items()}


@dataclass(frozen=True)
class Resolved:
    """A disruption and the rows of the base network it touches."""

    disruption: Disruption
    rows: Mapping[str, np.ndarray]


def adjustable(table: str) -> list[str]:
    """Numeric columns of a table that a disruption may change."""
    return [n for n, a in schema(table).items() if a.is_number and a.kind not in ("year", "gauge")]


def resolve(network: Network, disruptions: Iterable[Disruption]) -> list[Resolved]:
    """Find the rows of every disruption in the base network.

    Raises
    ------
    ScenarioError
        Every fault of every disruption: unknown names, attributes that no matched table has, sources that are
        not in the table of sources, and selectors that match nothing.
    """
    resolved, faults = [], []
    sources, years = set(network["sources"]["id"]), price_years(network)
    for place, disruption in enumerate(disruptions, start=1):
        where = f"{disruption.label}, disruption {disruption.number or place} ({disruption})"
        found = disruption.selector.faults(network)
        found += [f"no source '{s}'{did_you_mean(s, sources)}" for s in disruption.sources if s not in sources]
        if disruption.prices not in years and any(map(is_money, disruption.columns())):
            found.append(f"no price index for {disruption.prices}; {spoken_years(years)}")
        rows = {} if found else disruption.selector.match(network)
        if not found and not rows:
            found.append("the selector matches nothing")
        looked = list(rows) or disruption.selector.candidates()
        for column in disruption.columns():
            fits = [table for table in looked if column in adjustable(table)]
            if not fits:
                known = [*FACTORS, *(c for table in looked for c in adjustable(table))]
                found.append(f"no attribute '{column}' to change there{did_you_mean(column, known)}")
        faults += [f"{where}: {fault}" for fault in found]
        resolved.append(Resolved(disruption, rows))
    if faults:
        raise ScenarioError(f"{len(faults)} fault(s) in the scenario", faults)
    return resolved


def apply(network: Network, resolved: Sequence[Resolved]) -> tuple[Network, tuple[str, ...]]:
    """Apply resolved disruptions in order.

    Returns
    -------
    network
        A new network; the one given is not changed.
    touched
        One line a disruption: what it changed and on which rows.
    """
    changed = {table for one in resolved for table in one.rows}
    # only what is changed is copied: a table may have a million rows
    tables: dict[str, pd.DataFrame] = {table: network[table].copy(deep=table in changed) for table in USED}
    lines = []
    for one in resolved:
        touched = [row for table, mask in one.rows.items() for row in _change(network, tables[table], table, one, mask)]
        said = f"{one.disruption.label}: " if one.disruption.label else ""
        lines.append(f"{said}{one.disruption} -> {len(touched)} row(s): {_shortened(touched)}")
    return network.replace(**tables), tuple(lines)


def _shortened(touched: list[str]) -> str:
    """List ids, of very many the first few."""
    if len(touched) <= MOST_LISTED:
        return ", ".join(touched)
    return f"{', '.join(touched[:FEW])} and {len(touched) - FEW:,} more"


def _change(network: Network, frame: pd.DataFrame, table: str, one: Resolved, mask: np.ndarray) -> list[str]:
    """Change the rows of one table in place and give their ids."""
    disruption = one.disruption
    if disruption.change == "close" and disruption.selector.transit:
        said = ";".join(sorted(disruption.selector.transit))
        before = frame["transit_closed"] if "transit_closed" in frame.columns else ""
        frame["transit_closed"] = before
        frame.loc[mask, "transit_closed"] = frame.loc[mask, "transit_closed"].map(lambda c: f"{c};{said}".strip(";"))
        return list(frame.loc[mask, "id"])
    if disruption.change in ("close", "open"):
        frame.loc[mask, "is_open"] = disruption.change == "open"
        closed = f"{disruption.label} ({disruption.selector})" if disruption.label else str(disruption.selector)
        frame.loc[mask, "closed_by"] = "" if disruption.change == "open" else closed
        return list(frame.loc[mask, "id"])
    touched: list[str] = []
    for column, value in disruption.columns().items():
        if column not in adjustable(table):
            continue
        before = _effective(network, frame, table, column).loc[mask]
        was_empty = mask & frame[column].isna().to_numpy()
        amount: Any = value
        if is_money(column) and disruption.change != "multiply":
            amount = value * _money_factor(network, frame.loc[mask], table, column, disruption)
        if table == "links" and column in OF_WHOLE and disruption.change != "multiply":
            amount = amount * shares(network["links"], mask)[mask]
        after: Any = {"multiply": before * value, "add": before + amount, "set": amount}[disruption.change]
        frame.loc[mask, column] = after
        _cite(network, frame, table, column, mask, was_empty, disruption)
        touched = list(frame.loc[mask, "id"])
    return touched


def is_money(column: str) -> bool:
    """Whether a column holds amounts of money."""
    return "usd" in column.split("_")


def _money_factor(network: Network, frame: pd.DataFrame, table: str, column: str, disruption: Disruption) -> pd.Series:
    """Factor from the prices of a disruption to those of each cell: its row's, its default's, or the default year's."""
    year = f"{column.partition('_')[0]}_year"
    if year in frame.columns:
        then = frame[year].fillna(default_of(network, frame, table, column, "price_year"))
        then = then.fillna(float(disruption.prices))
    else:
        then = frame["id"].map(lambda _: float(DEFAULT_PRICES))
    of_class = price_kinds(network["classes"]) if column.startswith("freight") else {}
    kinds = frame["class"].map(of_class) if of_class else frame["id"].map(lambda _: GENERAL)
    index = PriceIndex(network)
    pairs = list(zip(then, kinds, strict=True))
    factor = {pair: index.factor(disruption.prices, *pair) for pair in dict.fromkeys(pairs)}  # few, and rows are many
    factors = [factor[pair] for pair in pairs]
    return frame[[]].assign(factor=factors)["factor"]


def _cite(
    network: Network,
    frame: pd.DataFrame,
    table: str,
    column: str,
    mask: np.ndarray,
    was_empty: np.ndarray,
    disruption: Disruption,
) -> None:
    """Give a changed number its sources, confidence and price year, in place.

    A number that was multiplied or added to keeps the sources of what it was before; a default that was changed has
    those of the default.
    """
    stem = column.partition("_")[0]
    own = f"{stem}_source" in frame.columns
    cited = f"{stem}_source" if own else "surcharge_source"
    for item in ("source", "confidence", "price_year"):
        name = "freight_year".replace("freight", stem) if item == "price_year" else f"{stem}_{item}"
        if name in frame.columns and was_empty.any():
            said = default_of(network, frame.loc[was_empty], table, column, item)
            if item == "price_year":  # an amount that stood nowhere before is in the prices of the disruption
                frame.loc[was_empty, name] = frame.loc[was_empty, name].fillna(said).fillna(float(disruption.prices))
                continue
            # Two numbers of a row may share these cells: loading and unloading, both ways of a border.
            merge = joined if item == "source" else least_of
            frame.loc[was_empty, name] = [merge(*two) for two in zip(frame.loc[was_empty, name], said, strict=True)]
    keeps = disruption.change != "set" or not own or not disruption.sources
    for i in frame.index[mask]:
        before = split(frame.at[i, cited]) if keeps else []
        frame.at[i, cited] = ";".join(dict.fromkeys([*before, *disruption.sources]))


def _effective(network: Network, frame: pd.DataFrame, table: str, column: str) -> pd.Series:
    """Give a column with its defaults filled in, so that a change has something to act on."""
    cells = frame[column]
    if not cells.isna().any():
        return cells
    defaults, year = default_of(network, frame, table, column, "value"), f"{column.partition('_')[0]}_year"
    if is_money(column) and year in frame.columns:  # in the prices of the row, where another amount has set them
        index, years = PriceIndex(network), default_of(network, frame, table, column, "price_year")
        pairs = zip(years, frame[year].fillna(years), strict=True)
        defaults = defaults * [index.factor(of, to, GENERAL) if of == of else 1.0 for of, to in pairs]
    return cells.fillna(defaults)
