"""Price indices: an amount of money of one year, in the prices of another.

Freight did not move with consumer prices, and not alike by sea, rail and road: an index has a kind. A kind that the
table of a network does not hold is `general`, and so is a whole table without kinds.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from corridor_opt.errors import DataError
from corridor_opt.model.criteria import DEFAULT_PRICES

if TYPE_CHECKING:
    import pandas as pd

    from corridor_opt.model.casting import Checker
    from corridor_opt.model.network import Network

GENERAL = "general"
# Amounts of money with a price year of their own, and those that are in prices of the default year.
YEARS_OF = {
    "links": ("freight_usd_per_teu",),
    "crossings": ("fee_usd",),
    "terminals": ("handling_load_usd_per_teu", "handling_unload_usd_per_teu"),
    "gauge_changes": ("fee_usd_per_teu",),
}
SURCHARGES = ("war_risk_usd_per_teu", "extra_usd_per_teu", "extra_usd_per_vehicle")
# The index a class follows where its row names none; feeders and ferries swing less than the deep sea.
OF_MODE = {"sea": "sea", "ferry": "short-sea", "waterway": "short-sea", "rail": "rail", "road": "road"}


def price_kinds(classes: pd.DataFrame) -> dict[str, str]:
    """Give the kind of price index that the freight of each class follows."""
    named = zip(classes["id"], classes["mode"], classes["price_kind"], strict=True)
    return {name: kind or OF_MODE[mode] for name, mode, kind in named}


def price_years(network: Network) -> list[int]:
    """Years in which every kind of index has a value: those one can ask for."""
    years = [set(group) for _, group in network["price_index"].groupby("kind")["year"]]
    return sorted(int(year) for year in set.intersection(*years))


def spoken_years(years: Sequence[int]) -> str:
    """Say which years there are: `years 2012 to 2026`, or each of them where some are missing."""
    if len(years) == years[-1] - years[0] + 1:
        return f"years {years[0]} to {years[-1]}"
    return f"years {', '.join(map(str, years))}"


def check_prices(tables: Mapping[str, pd.DataFrame], checker: Checker) -> None:
    """Hold that each kind has one index a year, that kinds share a year, and that every amount in use finds its index.

    An amount follows the index of its kind where the table has that kind at all, else the general one.
    """
    index = tables["price_index"]
    if GENERAL not in set(index["kind"]):
        checker.faults.append(f"price_index, kind: no row is '{GENERAL}', the index of handling, fees and surcharges")
    years: dict[str, set[float]] = {}
    for line, year, kind, value in zip(index.index + 2, index["year"], index["kind"], index["index"], strict=True):
        for column, number in (("year", year), ("index", value)):
            if number != number:
                checker.fault("price_index", line, column, "is empty")
        if year in years.setdefault(kind, set()):
            checker.fault("price_index", line, "year", f"{year:.0f} stands here twice for the kind '{kind}'")
        years[kind].add(year)
    if GENERAL not in years:
        return
    if not set.intersection(*years.values()):
        each = "; ".join(f"{kind} {', '.join(f'{year:.0f}' for year in sorted(has))}" for kind, has in years.items())
        checker.faults.append(
            f"price_index, year: the kinds have no year in common, so that none can be asked ({each})"
        )
    for table, row, column, year, kind in _amounts(tables):
        named = kind if kind in years else GENERAL
        if year == year and year not in years[named]:
            checker.fault(table, row, column, f"no price index ({named}) for the year {year:.0f}")


def _amounts(tables: Mapping[str, pd.DataFrame]) -> Iterator[tuple[str, str, str, float, str]]:
    """Amounts of money that a shipment may meet: table, row, column of the year, year and kind of index."""
    of_class = price_kinds(tables["classes"])
    for table, amount in YEARS_OF.items():
        frame = tables[table]
        for year in dict.fromkeys(f"{column.partition('_')[0]}_year" for column in amount):
            held = frame[[column for column in amount if column.startswith(year.partition("_")[0])]].notna().any(axis=1)
            for i in frame.index[held]:
                kind = of_class[frame["class"][i]] if year == "freight_year" else GENERAL
                yield table, frame["id"][i], year, frame[year][i], kind
        for column in SURCHARGES:
            for row in frame["id"][frame[column] != 0]:
                yield table, row, column, float(DEFAULT_PRICES), GENERAL
    for row, change in zip(tables["seasons"]["id"], tables["seasons"]["change"], strict=True):
        if change in SURCHARGES:
            yield "seasons", row, "value", float(DEFAULT_PRICES), GENERAL
    used = _subjects(tables)
    countries = set(tables["nodes"]["country"])  # what follows a colon may be a customs union as well
    numbers = tables["parameters"]
    for subject, quantity, year in zip(*(numbers[c] for c in ("subject", "quantity", "price_year")), strict=True):
        general, _, country = subject.partition(":")
        if general in used and (len(country) != 2 or country in countries):
            kind = {"access": OF_MODE["road"]}.get(general) or of_class.get(general, GENERAL)
            yield "parameters", f"{subject} {quantity}", "price_year", year, kind


def _subjects(tables: Mapping[str, pd.DataFrame]) -> set[str]:
    """Subjects of `parameters`, without their country, that hold amounts for the rows of a network."""
    modes = {table: set(tables[table]["mode"]) for table in ("terminals", "crossings")}
    found = {"access"} | ({"gauge-change"} if len(tables["gauge_changes"]) else set())
    found |= {name for table in ("links", "crossings") for name in tables[table]["class"]}
    found |= {f"terminal-{mode}" for mode in modes["terminals"]}
    return found | {f"border-{mode}{union}" for mode in modes["crossings"] for union in ("", "-union")}


_read: weakref.WeakKeyDictionary[Network, dict[Any, dict[Any, Any]]] = weakref.WeakKeyDictionary()


class PriceIndex:
    """The price indices of a network.

    Parameters
    ----------
    network
        Holds `price_index`.
    """

    def __init__(self, network: Network) -> None:
        if network not in _read:
            by_kind = network["price_index"].groupby("kind")
            _read[network] = {kind: group.set_index("year").to_dict("index") for kind, group in by_kind}
        self._rows = _read[network]

    def factor(self, then: float, now: float, kind: str = GENERAL) -> float:
        """Factor that brings an amount of a year to the prices of another; 1 for an amount without a year.

        Raises
        ------
        DataError
            There is no index for one of the years.
        """
        if then != then or then == now:
            return 1.0
        return float(self._row(now, kind)["index"]) / float(self._row(then, kind)["index"])

    def said(self, then: float, now: float, kind: str = GENERAL) -> tuple[str, tuple[str, ...]]:
        """Sources of the index and its two confidences; nothing where no index is used."""
        if then != then or then == now:
            return "", ()
        rows = [self._row(year, kind) for year in (then, now)]
        sources = dict.fromkeys(str(row["source"]) for row in rows)
        return ";".join(sources), tuple(str(row["confidence"]) for row in rows)

    def check(self, year: float) -> None:
        """Raise where a kind has no index for a year."""
        for kind in self._rows:
            self._row(year, kind)

    def _row(self, year: float, kind: str) -> dict[str, Any]:
        rows = self._rows.get(kind, self._rows[GENERAL])
        if year not in rows:
            named = kind if kind in self._rows else GENERAL
            known = f"{min(rows):.0f}-{max(rows):.0f}"
            raise DataError(f"no price index ({named}) for the year {year:.0f}; known: {known}")
        return rows[year]
